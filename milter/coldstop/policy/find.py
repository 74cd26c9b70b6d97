"""From the name of a policy to its file.

A name is a path, or the name of a shipped policy with or without its folder and suffix:
`strict`, `presets/strict.yaml`. Shipped names never lead out of the shipped folder; paths lead
wherever the operator says. Refuses nothing. Fails: None where there is no such file.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from coldstop.policy.errors import clip
from coldstop.policy.merge import nearest
from coldstop.resources import shipped, shipped_policies

if TYPE_CHECKING:
    from coldstop.policy.errors import PolicyError

SUFFIXES = (".yaml", ".yml")
_FOLDERS = ("", "presets", "examples", "lexicon", "lists")


def find_policy(
    name: str, folder: Path | None = None, shown: Path | None = None
) -> tuple[Path, str] | None:
    """Find the file of a policy: its real path, and its name for people.

    `folder` is that of a policy which extends `name`, and `shown` how findings call that folder.
    Without it, a bare word is the name of a shipped policy first, and a path is a path first.
    """
    if folder is not None:
        found = _file(folder / name)
        if found is not None:
            tail = name + found.name[len(Path(name).name) :]
            return found.resolve(), Path(os.path.normpath((shown or folder) / tail)).as_posix()
        return _shipped_file(name)
    if "/" in name or os.sep in name or name.endswith(SUFFIXES):
        return _as_path(name) or _shipped_file(name)
    return _shipped_file(name) or _as_path(name)


def _as_path(name: str) -> tuple[Path, str] | None:
    found = _file(Path(name))
    return (found.resolve(), str(found)) if found is not None else None


def _shipped_file(name: str) -> tuple[Path, str] | None:
    try:
        policies = shipped("policies").resolve()
    except FileNotFoundError:
        return None
    for folder in _FOLDERS:
        found = _file(policies / folder / name)
        if found is not None and found.resolve().is_relative_to(policies):
            path = found.resolve()
            return path, f"policies/{path.relative_to(policies).as_posix()}"
    return None


def _file(path: Path) -> Path | None:
    """Give the path, with a suffix if that is what is missing, where a file is."""
    for suffix in ("", *SUFFIXES):
        candidate = path.with_name(path.name + suffix) if suffix and path.name else path
        try:
            if candidate.exists() and not candidate.is_dir():
                return candidate
        except OSError:
            continue
    return None


def not_found(name: str, here: PolicyError) -> PolicyError:
    """Say that there is no such policy, and which there are."""
    shown = [Path(policy).stem for policy in shipped_policies()]
    hint = nearest(Path(name).stem, shown)
    if not hint and shown:
        hint = f"shipped policies: {', '.join(shown)}"
    return dataclasses.replace(here, message=f"no policy '{clip(name)}'", hint=hint)
