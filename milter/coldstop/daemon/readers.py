"""Readers for the values of the daemon's configuration: a node of the file to a value, or `Bad`.

Each raises `Bad` with every place that is wrong and what was expected there; `config` makes errors
with file, line and column of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from coldstop.daemon.limits import LIMITS
from coldstop.daemon.networks import read_network
from coldstop.policy.errors import clip
from coldstop.policy.recipient import BadAddress, Recipient, read_domain, read_mailbox
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from coldstop.daemon.networks import Network

K = TypeVar("K", bound="Hashable")
T = TypeVar("T")


class Bad(Exception):  # noqa: N818 - control flow inside this module
    """A value that is refused; the text says what was expected."""

    def __init__(self, node: Node, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.node = node
        self.hint = hint
        self.all: tuple[Bad, ...] = (self,)
        """Everything that is wrong with a list or a map."""


def _raise_all(found: list[Bad]) -> None:
    if found:
        found[0].all = tuple(found)
        raise found[0]


def text(node: Node) -> str:
    """Read a text that is not empty."""
    if not isinstance(node, TextNode) or not node.text.strip():
        raise Bad(node, "a text")
    return node.text.strip()


def matching(pattern: str, expected: str) -> Callable[[Node], str]:
    """Read a text of one form."""
    compiled = re.compile(pattern)

    def read(node: Node) -> str:
        value = text(node)
        if not compiled.fullmatch(value):
            raise Bad(node, expected)
        return value

    return read


def mode_bits(node: Node) -> int:
    """Read permissions."""
    value = text(node)
    if not re.fullmatch(r"0?[0-7]{3}", value):
        raise Bad(node, "permissions in octal, such as 0660")
    return int(value, 8)


def workers(node: Node) -> int:
    """Read the number of workers."""
    value = text(node)
    if not re.fullmatch(r"[1-9][0-9]?", value) or int(value) > LIMITS.workers:
        raise Bad(node, f"a number from 1 to {LIMITS.workers}")
    return int(value)


def yes_no(node: Node) -> bool:
    """Read true or false."""
    value = text(node)
    if value not in ("true", "false"):
        raise Bad(node, "true or false")
    return value == "true"


def choice(kind: type[T]) -> Callable[[Node], T]:
    """Read one word of an enumeration."""

    def read(node: Node) -> T:
        value = text(node)
        try:
            return kind(value)  # type: ignore[call-arg]  # an enumeration of texts
        except ValueError:
            words = ", ".join(str(member) for member in kind)  # type: ignore[attr-defined]
            raise Bad(node, f"one of {words}") from None

    return read


def number(most: int) -> Callable[[Node], int]:
    """Read a whole number from 0."""

    def read(node: Node) -> int:
        value = text(node)
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", value) or int(value) > most:
            raise Bad(node, f"a number from 0 to {most}")
        return int(value)

    return read


def domain(node: Node) -> str:
    """Read a domain, as A-labels."""
    try:
        return read_domain(text(node))
    except BadAddress as bad:
        raise Bad(node, f"a domain; {bad}", bad.hint) from None


def mailbox(node: Node) -> Recipient:
    """Read an address, in its canonical form."""
    try:
        return read_mailbox(text(node))
    except BadAddress as bad:
        raise Bad(node, f"a mailbox; {bad}", bad.hint) from None


def network(node: Node) -> Network:
    """Read an address or a network, IPv6 with or without Postfix's brackets."""
    written = text(node)
    try:
        found = read_network(written)
    except ValueError:
        try:
            hint = f"write {read_network(written, strict=False)}"
        except ValueError:
            hint = "such as 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32"
        raise Bad(node, f"an address or a network; '{clip(written)}' is none", hint) from None
    if found.prefixlen == 0:
        raise Bad(node, f"networks of yours; '{clip(written)}' is everybody, and nothing is judged")
    return found


def several(read: Callable[[Node], K]) -> Callable[[Node], tuple[K, ...]]:
    """Read one value or a list of them, each kept once."""

    def read_all(node: Node) -> tuple[K, ...]:
        values: dict[K, None] = {}
        wrong: list[Bad] = []
        for item in node.items if isinstance(node, SeqNode) else (node,):
            try:
                values[read(item)] = None
            except Bad as bad:
                wrong.append(bad)
        _raise_all(wrong)
        return tuple(values)

    return read_all


def mapping(read_key: Callable[[Node], K], read: Callable[[Node], T]) -> Callable[[Node], object]:
    """Read keys with values; the same key in two spellings may not have two values."""

    def read_all(node: Node) -> Mapping[K, T]:
        if not isinstance(node, MapNode):
            raise Bad(node, "keys with values")
        found: dict[K, T] = {}
        wrong: list[Bad] = []
        for key, value in node.entries:
            try:
                wanted = read(value)
                if found.setdefault(read_key(key), wanted) != wanted:
                    raise Bad(key, f"each once; '{clip(key.text)}' stands twice")  # noqa: TRY301
            except Bad as bad:
                wrong.append(bad)
        _raise_all(wrong)
        return found

    return read_all
