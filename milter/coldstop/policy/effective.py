"""The effective policy: what holds after a policy has been joined with all that it extends.

A `Policy` is immutable. `origins` tells for every value the file and line it came from, by a
path such as `("rules", "cold", "points")`, `("ladder", "10")` or
`("lists", "friends", "James Serra")`; the table is built when it is first asked for, so that a
daemon with many policies does not hold it.

Refuses nothing and cannot fail: `policy/load.py` builds only what has been validated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldstop.lexicon.phrase import Parser
from coldstop.policy.implied import implied
from coldstop.policy.model import Folders, Reply
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode

if TYPE_CHECKING:
    from pathlib import Path

    from coldstop.policy.entries import Noted
    from coldstop.policy.errors import PolicyError
    from coldstop.policy.model import Case, PolicyFile, Reader, Rule, Rung, Stopped
    from coldstop.policy.trust import Trust

FOLDERS = Folders(file="Recruiters", later="Recruiters/Later", quarantine="Junk", trash="Trash")
"""Where each verdict puts a message, unless the policy says otherwise."""

REJECT_TEXT = (
    "This mailbox does not accept unsolicited recruiting mail. If I have misjudged your message, "
    "please write again and say how we know each other."
)
"""What a rejected sender reads, unless the policy says otherwise (S56, S57, S70)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands. `inset`: see `TextNode`."""

    file: str
    line: int
    column: int
    inset: int = field(default=-1, compare=False)

    def __str__(self) -> str:
        """Read as `file:line`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A case, and the folder that its mail file is relative to."""

    case: Case
    folder: Path
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One policy file as read: its tree, and the same as a model."""

    name: str
    """As findings show it."""
    path: Path | None
    """None for text that came from elsewhere."""
    folder: Path
    """What `extends` and mail files are relative to."""
    tree: MapNode
    file: PolicyFile
    extends: tuple[Source, ...] = ()
    noted: tuple[Noted, ...] = ()
    """Entries of lists that have notes; in `tree` stands their text alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """An effective policy. Compare `revision`, not policies: equality is identity."""

    name: str
    description: str
    revision: str
    """12 hex digits over everything that decides a judgement; not over names and cases."""
    reader: Reader
    lists: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Rule]
    """In the order in which they are first written; rules that are off are left out."""
    threshold: int
    words: tuple[str, ...]
    """Phrases without any of which a message is no pitch; () where evidence is always asked for."""
    ladder: tuple[tuple[int, Rung], ...]
    """Ascending by score."""
    folders: Folders
    """All four filled."""
    stopped: tuple[Stopped, ...]
    trust: Trust
    reject_text: str
    reply: Reply
    """What else senders are told; `reject_text` is its text for rejects, or the default."""
    cases: tuple[LoadedCase, ...]
    origins: Mapping[tuple[str, ...], Origin] = field(repr=False)
    files: tuple[Path, ...]
    """Every file read, those that are extended first."""
    tree: MapNode = field(repr=False)
    """The merged tree behind all this, for `show`."""
    sources: tuple[tuple[Source, ...], ...] = field(repr=False)
    """What was merged, one row for each policy laid over the ones before (see `overlay`)."""
    notices: tuple[PolicyError, ...] = field(default=(), repr=False)
    """Warnings that merging came upon; `lint` repeats them."""

    known_lists: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)
    """Every list that a text may refer to: those of the policy, and what `reader` implies."""
    parser: Parser = field(init=False, repr=False)
    """Reads phrases with these lists, each once for all who ask: checks, judging, scripts."""

    def __post_init__(self) -> None:
        """Derive what follows from the lists."""
        known = {**implied(self.reader), **self.lists}
        object.__setattr__(self, "known_lists", known)
        object.__setattr__(self, "parser", Parser(known))

    @property
    def main(self) -> Source:
        """The file that was asked for, which extends the others."""
        return self.sources[-1][-1]

    @property
    def off(self) -> Mapping[str, Origin]:
        """Rules that are switched off, and where."""
        return {
            path[1]: origin
            for path, origin in self.origins.items()
            if len(path) == 3
            and path[0] == "rules"
            and path[2] == "off"
            and path[1] not in self.rules
        }


class Origins(Mapping[tuple[str, ...], Origin]):
    """Path of a value -> its place, built from the merged tree when it is first used."""

    __slots__ = ("_table", "_tree")

    def __init__(self, tree: MapNode) -> None:
        self._tree = tree
        self._table: dict[tuple[str, ...], Origin] | None = None

    def _places(self) -> dict[tuple[str, ...], Origin]:
        if self._table is None:
            self._table = dict(_walk(self._tree, ()))
        return self._table

    def __getitem__(self, path: tuple[str, ...]) -> Origin:
        return self._places()[path]

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._places())

    def __len__(self) -> int:
        return len(self._places())


def _walk(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Origin]]:
    if isinstance(node, MapNode):
        for key, value in node.entries:
            below = (*path, key.text)
            # A mapping or list begins at its first key or entry; its own key says more.
            yield below, origin(value if isinstance(value, TextNode) else key)
            yield from _walk(value, below)
    elif isinstance(node, SeqNode):
        # Entries of the policy's lists go by their text, other entries by their number.
        named = len(path) == 2 and path[0] == "lists"
        for number, item in enumerate(node.items):
            below = (*path, item.text if named and isinstance(item, TextNode) else str(number))
            yield below, origin(item)
            yield from _walk(item, below)


def origin(node: Node) -> Origin:
    """Say where a node stands."""
    inset = node.inset if isinstance(node, TextNode) else -1
    return Origin(node.file, node.line, node.column, inset)
