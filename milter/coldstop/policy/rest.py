"""An effective policy but for its lists and rules, which are built one by one.

Fails: what is missing or wrong is added to the caller's errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from coldstop.policy.errors import Code, PolicyError
from coldstop.policy.merge import entries_of, to_data
from coldstop.policy.model import Folders, Ladder, Pitch, Reader, Reply, Stopped, Trust
from coldstop.policy.problems import problems

if TYPE_CHECKING:
    from coldstop.policy.effective import Source
    from coldstop.policy.yaml import MapNode

_BUILT: Final = frozenset({"lists", "rules"})


class _Pitch(Pitch):
    """The same, merged: nothing more to inherit."""

    threshold: int


class Rest(BaseModel):
    """An effective policy without its lists and rules, which are built one by one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    reader: Reader = Reader()
    pitch: _Pitch
    ladder: Ladder
    folders: Folders = Folders()
    stopped: tuple[Stopped, ...] = ()
    trust: Trust | None = None
    reply: Reply = Reply()


def rest_of(tree: MapNode, main: Source, errors: list[PolicyError]) -> Rest | None:
    """Check everything but lists and rules."""
    place = main.tree.key("coldstop") or main.tree
    complete = True
    for section, code, message, example in (
        ("pitch", Code.NO_THRESHOLD, "no threshold for the pitch", "pitch: {threshold: 4}"),
        ("ladder", Code.NO_LADDER, "no ladder", "ladder: {0: keep, 6: tag}"),
    ):
        node = tree.get(section)
        if node is None or (section == "pitch" and "threshold" not in entries_of(node)):
            complete = False
            hint = f"extend a shipped policy, or write {example}"
            errors.append(PolicyError(code, main.name, place.line, place.column, message, hint))
    if not complete:
        return None
    sections = entries_of(tree)
    data = {name: to_data(node) for name, (_, node) in sections.items() if name not in _BUILT}
    try:
        return Rest.model_validate(data)
    except ValidationError as error:
        errors += problems(error, tree)
        return None
