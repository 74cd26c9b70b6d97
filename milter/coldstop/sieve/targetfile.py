"""A user's own kind of host: a YAML file as those in `sieve_templates/targets/`.

Refuses (`SieveError`, `bad-target`) what cannot be read, what is no YAML, keys that no target has,
values of the wrong kind, and the name of a target that is shipped (`like` takes over what is not
said from one). Each error names the file, the
line where that is known, and the key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from coldstop.sieve.errors import SieveCode, SieveError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

MOST_BYTES: Final = 256 << 10
HINT: Final = "`coldstop sieve targets NAME` shows one; docs/sieve.md says what the keys mean"
_SHOWN: Final = 5
"""Faults told at once."""

Model = TypeVar("Model", bound=BaseModel)


def is_file(name: str) -> bool:
    """Say whether the name of a target is meant as a file."""
    return name.endswith((".yaml", ".yml")) or "/" in name


def with_base(
    own: Mapping[str, Any], shipped: Callable[[str], Mapping[str, Any]]
) -> dict[str, Any]:
    """Give a target's keys, those of the one that it is `like` behind them.

    Limits are merged one by one; facts of the other count for what is taken from it.
    """
    if "like" not in own:
        return dict(own)
    base = with_base(shipped(own["like"]), shipped)
    merged = {**base, **own}
    del merged["like"]
    limits = own.get("limits") or {}
    merged["limits"] = {**base.get("limits", {}), **limits}
    changed = {*own, *(f"limits.{key}" for key in limits)} - {"limits"}
    kept = (fact for fact in base.get("facts", ()) if changed.isdisjoint(fact["about"]))
    merged["facts"] = [*(own.get("facts") or ()), *kept]
    merged["remarks"] = [*(own.get("remarks") or ()), *base.get("remarks", ())]
    return merged


def read_target(
    path: str,
    model: type[Model],
    taken: Collection[str],
    shipped: Callable[[str], Mapping[str, Any]],
) -> Model:
    """Read a target from a file; `taken` are names that it may not have, but may be like."""
    try:
        data = Path(path).read_bytes()
        if len(data) > MOST_BYTES:
            raise _bad(path, f"more than {MOST_BYTES:,} bytes")
        found = yaml.safe_load(data.decode("utf-8"))
    except OSError as error:
        raise _bad(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _bad(path, "is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise _bad(path + where, f"no YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise _bad(path, f"no YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(found, dict):
        raise _bad(path, "a target is a mapping: `name: ...`, `extensions: [...]`")
    if "like" in found and not (isinstance(found["like"], str) and found["like"] in taken):
        raise _bad(path, f"like: there is no target {str(found['like'])[:60]!r}")
    if not isinstance(found.get("limits", {}), dict):
        raise _bad(path, "limits: a mapping, such as {script_bytes: 32768}")
    try:
        target = model.model_validate(with_base(found, shipped))
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, one['loc'])) or 'target'}: {_plain(one['type'], one['msg'])}"
            for one in error.errors(include_url=False)
        ]
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise _bad(path, "; ".join(faults[:_SHOWN]) + more) from None
    if found.get("name") in taken:
        raise _bad(path, f"name: {found['name']!r} is a target that is shipped; take another one")
    return target


def _plain(kind: str, message: str) -> str:
    return "unknown key" if kind == "extra_forbidden" else message[:1].lower() + message[1:]


def _bad(where: str, what: str) -> SieveError:
    return SieveError(SieveCode.BAD_TARGET, f"{where}: {what}", HINT)
