"""Strict YAML: text in, a tree of texts with their places out.

libyaml's events are composed here, never constructed, so nothing becomes a number, a date or a
boolean on its way: `no`, `1:30` and `012` stay what they are (H12). Each node knows its file,
line and column, counted from 1.

Refuses: bytes that are not UTF-8, control characters and characters that change the direction
of writing, anchors, aliases, merge keys, tags, keys that are no plain text or stand twice, empty
values, more than one document, and what exceeds `limits.py`. Fails: `PolicyErrors` with every
finding up to the first one that makes it impossible to read on. Nesting is counted while events
arrive, so that no input can exhaust the stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from coldstop.policy.complaints import FORBIDDEN, forbidden, syntax_words
from coldstop.policy.errors import Code, PolicyError, PolicyErrors, clip
from coldstop.policy.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar, as text.

    `inset` is how far right of `column` the text itself begins: 1 inside quotes, 0 without, and
    -1 where columns of text and file do not correspond (escapes, several lines). `missing`: no
    value stood here; the finding is recorded and the text is empty.
    """

    text: str
    file: str
    line: int
    column: int
    inset: int = -1
    missing: bool = False


@dataclass(frozen=True, slots=True)
class SeqNode:
    """A list."""

    items: tuple[Node, ...]
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in the order of the file; no key stands twice."""

    entries: tuple[tuple[TextNode, Node], ...]
    file: str
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """Give the value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> TextNode | None:
        """Give the node of the key itself, or None."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node = TextNode | SeqNode | MapNode


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    is_map: bool
    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[TextNode, Node]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    key: TextNode | None = None
    drop: bool = False


class _Stop(Exception):  # noqa: N818 - control flow inside this module
    """Reading on is impossible; the finding has been recorded."""


_MISSING = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def decode(data: bytes, file: str, limits: Limits = LIMITS) -> str:
    """Turn a file's bytes into text; raise PolicyErrors where they are no UTF-8 or too many."""
    if len(data) > limits.file_bytes:
        raise PolicyErrors([_too_large(file, limits)])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = _place(before, len(before))
        raise PolicyErrors(
            [PolicyError(Code.ENCODING, file, line, column, "not UTF-8", "save the file as UTF-8")]
        ) from None


def load_tree(text: str, file: str, limits: Limits = LIMITS) -> Node:
    """Read one document; raise PolicyErrors with everything that is wrong with it."""
    tree, errors = parse(text, file, limits)
    if tree is None or errors:
        raise PolicyErrors(errors)
    return tree


def parse(text: str, file: str, limits: Limits = LIMITS) -> tuple[Node | None, list[PolicyError]]:
    """Read one document as far as possible: the tree (None if there is none) and the findings.

    Where a value is missing the tree holds an empty text, so that the rest can be checked too.
    """
    reader = _Reader(file, limits)
    try:
        return reader.read(text.removeprefix("\ufeff")), reader.errors
    except _Stop:
        return None, reader.errors


class _Reader:
    """The state of reading one file."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self.errors: list[PolicyError] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.values = 0

    def read(self, text: str) -> Node | None:
        self._check_characters(text)
        documents = 0
        for event in self._events(text):
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is SequenceStartEvent or kind is MappingStartEvent:
                self._open(event, is_map=kind is MappingStartEvent)
            elif kind is SequenceEndEvent or kind is MappingEndEvent:
                self._close()
            elif kind is AliasEvent:
                self._count(event)
                self._anchor(event)
                self._put(replace(self._text_node(event, ""), missing=True))
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._fatal(
                        Code.SEVERAL_DOCUMENTS,
                        *_mark(event),
                        "a second document begins here",
                        "one file holds one policy; remove the line ---",
                    )
                if event.tags:
                    self._error(
                        Code.TAG, *_mark(event), "tags are not allowed", "remove the line %TAG"
                    )
        # An empty document between markers is a scalar without text.
        if self.root is None or (isinstance(self.root, TextNode) and self.root.missing):
            self.errors.clear()
            self._fatal(Code.EMPTY, 1, 1, "the file is empty", "begin with the line coldstop: 1")
        return self.root

    def _check_characters(self, text: str) -> None:
        # Every character takes a byte at least, so the cheap test comes first.
        if (
            len(text) > self.limits.file_bytes
            or len(text.encode("utf-8", "replace")) > self.limits.file_bytes
        ):
            self.errors.append(_too_large(self.file, self.limits))
            raise _Stop
        found = FORBIDDEN.search(text)
        if found is not None:
            code, message, hint = forbidden(found[0])
            self._fatal(code, *_place(text, found.start()), message, hint)
        if not text.strip():
            self._fatal(Code.EMPTY, 1, 1, "the file is empty", "begin with the line coldstop: 1")

    def _events(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            self._syntax(text, error)
        except yaml.YAMLError:
            self._fatal(Code.SYNTAX, 1, 1, "this is not YAML")

    def _syntax(self, text: str, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        lines = text.split("\n")
        source = lines[line - 1] if line <= len(lines) else ""
        at = source[column - 1 : column]
        problem = error.problem or ""
        if at == "\t" or "tab character" in problem:
            self._fatal(
                Code.TAB, line, column, "a tab cannot indent here", "indent with spaces only"
            )
        began = error.context_mark.line + 1 if error.context_mark else line
        self._fatal(Code.SYNTAX, line, column, *syntax_words(problem, at, began))

    def _scalar(self, event: Any) -> None:
        self._count(event)
        if event.anchor is not None:
            self._anchor(event)
        if event.tag is not None:
            self._tag(event)
        text: str = event.value
        plain, refused = event.style in (None, ""), False
        if event.style == '"':
            found = FORBIDDEN.search(text)
            if found is not None:
                code, message, hint = forbidden(found[0])
                self._error(code, *_mark(event), message, hint)
                text, refused = "", True
        top = self.stack[-1] if self.stack else None
        if top is not None and top.is_map and top.key is None:
            self._key(event, top, text, plain=plain)
            return
        node = self._text_node(event, text)
        if refused:
            node = replace(node, missing=True)
        if plain and text in _MISSING:
            if top is not None:
                self._missing(node, top, text)
            node = replace(node, text="", missing=True)
        self._put(node)

    def _missing(self, node: TextNode, top: _Open, text: str) -> None:
        place = top.key if top.key is not None else node
        if text:
            message = f"{text} means that there is no value"
            hint = f'write "{text}" in quotes if you mean the word'
        else:
            message = (
                f"'{clip(top.key.text)}' has no value" if top.key else "an entry without a value"
            )
            hint = "give it a value, or remove it; [] is an empty list; text after # is a comment"
        self._error(Code.MISSING_VALUE, place.line, place.column, message, hint)

    def _key(self, event: Any, top: _Open, text: str, *, plain: bool) -> None:
        node = top.key = self._text_node(event, text)
        place = node.line, node.column
        # What is refused as a key is left out of the tree; of equal keys the first one stays.
        top.drop = True
        if plain and text == "<<":
            self._error(
                Code.MERGE_KEY,
                *place,
                "merge keys are not allowed",
                "build on another policy with extends, or write the values out",
            )
        elif plain and text in _MISSING:
            self._error(Code.BAD_KEY, *place, "a key without a name", "put the word in quotes")
        elif text in top.seen:
            self._error(
                Code.DUPLICATE_KEY,
                *place,
                f"'{clip(text)}' stands twice",
                f"the first one is in line {top.seen[text]}; join the two",
            )
        else:
            top.seen[text] = node.line
            top.drop = False

    def _open(self, event: Any, *, is_map: bool) -> None:
        self._count(event)
        line, column = _mark(event)
        if event.anchor is not None:
            self._anchor(event)
        if event.tag is not None:
            self._tag(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and top.is_map and top.key is None:
            self._fatal(
                Code.BAD_KEY,
                line,
                column,
                "a key has to be a plain word",
                "text that begins with { or [ goes in quotes",
            )
        if len(self.stack) >= self.limits.depth:
            self._fatal(
                Code.TOO_DEEP,
                line,
                column,
                f"nested more than {self.limits.depth} deep",
            )
        self.stack.append(_Open(is_map, line, column))

    def _close(self) -> None:
        top = self.stack.pop()
        if top.is_map:
            self._put(MapNode(tuple(top.entries), self.file, top.line, top.column))
        else:
            self._put(SeqNode(tuple(top.items), self.file, top.line, top.column))

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            # Only an alias can stand for a key here; the finding is recorded.
            top.key, top.drop = TextNode("", self.file, node.line, node.column), True
        else:
            if not top.drop:
                top.entries.append((top.key, node))
            top.key, top.drop = None, False

    def _count(self, event: Any) -> None:
        self.values += 1
        if self.values > self.limits.values:
            self._fatal(
                Code.TOO_MANY_VALUES,
                *_mark(event),
                f"more than {self.limits.values:,} values in one file",
                "spread long lists over several files and join them with extends",
            )

    def _anchor(self, event: Any) -> None:
        self._error(
            Code.ANCHOR,
            *_mark(event),
            "anchors (&) and aliases (*) are not allowed",
            "text that begins with & or * goes in quotes",
        )

    def _tag(self, event: Any) -> None:
        self._error(
            Code.TAG,
            *_mark(event),
            "tags (!) are not allowed",
            "text that begins with ! goes in quotes",
        )

    def _text_node(self, event: Any, text: str) -> TextNode:
        start, end = event.start_mark, event.end_mark
        inset = -1
        if start.line == end.line:
            inset = {0: 0, 2: 1}.get(end.column - start.column - len(text), -1)
        return TextNode(text, self.file, start.line + 1, start.column + 1, inset)

    def _error(self, code: Code, line: int, column: int, message: str, hint: str = "") -> None:
        self.errors.append(PolicyError(code, self.file, line, column, message, hint))
        if len(self.errors) >= self.limits.errors:
            raise _Stop

    def _fatal(self, code: Code, line: int, column: int, message: str, hint: str = "") -> NoReturn:
        self.errors.append(PolicyError(code, self.file, line, column, message, hint))
        raise _Stop


def _mark(event: Any) -> tuple[int, int]:
    """Where an event begins; libyaml counts from 0."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    begin = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - begin + 1


def _too_large(file: str, limits: Limits) -> PolicyError:
    return PolicyError(
        Code.TOO_LARGE,
        file,
        1,
        1,
        f"larger than {limits.file_bytes:,} bytes",
        "spread long lists over several files and join them with extends",
    )
