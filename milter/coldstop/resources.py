"""Where the shipped files are: policies, Sieve templates, deployment files.

They lie inside the package when coldstop is installed from a wheel, and at the top of the source
tree in a checkout or an editable install (hatchling applies `force-include` to wheels only).
Fails: FileNotFoundError where neither place has the file.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = Path(__file__).resolve().parents[2]


def shipped(*parts: str) -> Path:
    """Give the path of a shipped file or folder: `shipped("policies", "base.yaml")`."""
    for root in (_PACKAGE, _CHECKOUT):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"not shipped with coldstop: {'/'.join(parts)}")


def shipped_policies() -> tuple[str, ...]:
    """Name the shipped policies that may be used as they are: presets, then examples."""
    try:
        policies = shipped("policies")
    except FileNotFoundError:
        return ()
    return tuple(
        path.relative_to(policies).as_posix()
        for folder in ("presets", "examples")
        for path in sorted((policies / folder).glob("*.yaml"))
    )
