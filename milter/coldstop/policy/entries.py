"""Entries of lists that say more than their text: an example, a reason, a source, a date.

    - dear candidate                                              an entry may be its text alone
    - {phrase: dear candidate, example: "Dear Candidate,"}        or the text with notes
    - {domain: linkedin.com, category: relay, source: "https://…", seen: 2026-11}

Notes that hold for a whole list stand once, under `about`, beside `add`. Notes never change a
judgement: when a file has been read, `without_notes` leaves the text of each entry in the tree,
at its own line and column, and keeps the mappings aside for `check_entries.py`.

Refuses: an entry without a text, or with two; a domain with an `@`, an address without one; a
source that is no web address; a date that is no month or day. Fails: pydantic's
ValidationError, which `policy/problems.py` places in the file.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from coldstop.policy.values import Model, Name, Some, Text, Texts, listed
from coldstop.policy.words import Kind
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_SEEN = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_SOURCE = re.compile(r"https?://[^\s<>]+")


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError("expected a language such as en or pt-BR")
    return value


def _seen(value: str) -> str:
    try:
        if not _SEEN.fullmatch(value):
            raise ValueError(value)  # noqa: TRY301 - one message for every bad date
        dt.date.fromisoformat(value if len(value) > 7 else f"{value}-01")
    except ValueError:
        raise ValueError("expected a month such as 2026-11, or a day such as 2026-11-03") from None
    return value


def _source(value: str) -> str:
    if not _SOURCE.fullmatch(value):
        raise ValueError("expected a web address such as https://vendor.example/help")
    return value


def _pattern(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern.pattern}$"})


class Notes(Model):
    """What may be noted of an entry or of a whole list; nothing of it changes a judgement."""

    kind: Kind | None = None
    """The kind of pitch that it speaks for, where it speaks for one."""
    language: Annotated[str, AfterValidator(_language), _pattern(_LANGUAGE)] | None = None
    """The language of the words: `en`, `de`, `pt-BR`."""
    reason: Text | None = None
    """Why it is in the list."""
    category: Name | None = None
    """What the sender is: `relay`, `applicant-tracking`, `free-mail`."""
    source: Annotated[str, AfterValidator(_source), _pattern(_SOURCE)] | None = None
    """Where one can look it up: a web address."""
    seen: Annotated[str, AfterValidator(_seen), _pattern(_SEEN)] | None = None
    """When somebody last looked: `2026-11`."""


class Entry(Notes):
    """One entry with its notes. Exactly one of `phrase`, `word`, `domain` and `address`."""

    phrase: Text | None = None
    """A phrase, or anything else that the list may hold as text."""
    word: Text | None = None
    """A label or plain text, taken letter by letter."""
    domain: Text | None = None
    """A domain; it covers its subdomains."""
    address: Text | None = None
    """An address."""
    example: Text | None = None
    """A piece of mail in which the entry is found; `check` tries it."""

    TEXTS: ClassVar = ("phrase", "word", "domain", "address")

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        given = [key for key in self.TEXTS if getattr(self, key) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} exclude each other")
        if not given:
            raise ValueError(f"an entry needs one of {', '.join(self.TEXTS)}")
        if self.domain is not None and "@" in self.domain:
            raise ValueError("a domain has no @; write address: instead")
        if self.address is not None and "@" not in self.address:
            raise ValueError("an address has an @; write domain: instead")
        return self


def _is_entry(value: Any) -> str:
    # Keys of another kind come from a text with a colon that wants quotes: `- Role: DBA`.
    known = isinstance(value, dict) and not value.keys().isdisjoint(Entry.model_fields)
    return "entry" if known or isinstance(value, Entry) else "text"


Item = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Entry, Tag("entry")], Discriminator(_is_entry)
]
Items = Annotated[
    Some[Item],
    BeforeValidator(listed, json_schema_input_type=Item | Some[Item]),
]
AnyItems = Annotated[
    tuple[Item, ...],
    BeforeValidator(listed, json_schema_input_type=Text | tuple[Item, ...]),
]


class ListEdit(Model):
    """Additions to and subtractions from a list of a base policy."""

    about: Notes | None = None
    """What holds for all that is added: language, kind, reason, source."""
    add: Items | None = None
    """Entries to add."""
    remove: Texts | None = None
    """Entries to take away."""


ListValue = Annotated[
    Annotated[AnyItems, Tag("plain")] | Annotated[ListEdit, Tag("edit")],
    Discriminator(lambda value: "edit" if isinstance(value, dict | ListEdit) else "plain"),
]


class Noted(NamedTuple):
    """An entry that was written as a mapping, and its list."""

    list: str
    key: str
    """Which of `Entry.TEXTS` it has."""
    text: TextNode
    entry: MapNode


def without_notes(tree: MapNode) -> tuple[MapNode, tuple[Noted, ...]]:
    """Leave nothing but texts in the lists of a valid policy; give what was taken out beside it."""
    lists = tree.get("lists")
    if not isinstance(lists, MapNode):
        return tree, ()
    found: list[Noted] = []
    entries = tuple((key, _texts(key.text, value, found)) for key, value in lists.entries)
    return _with(tree, "lists", replace(lists, entries=entries)), tuple(found)


def _texts(name: str, value: Node, found: list[Noted]) -> Node:
    if not isinstance(value, MapNode):
        return _plain(name, value, found)
    kept = tuple(
        (key, _plain(name, part, found) if key.text == "add" else part)
        for key, part in value.entries
        if key.text != "about"
    )
    return replace(value, entries=kept)


def _plain(name: str, value: Node, found: list[Noted]) -> Node:
    if isinstance(value, SeqNode):
        if not any(isinstance(item, MapNode) for item in value.items):
            return value
        return replace(value, items=tuple(_plain(name, item, found) for item in value.items))
    if isinstance(value, TextNode):
        return value
    for key, text in value.entries:
        if key.text in Entry.TEXTS and isinstance(text, TextNode):
            found.append(Noted(name, key.text, text, value))
            return text
    return value


def _with(tree: MapNode, name: str, value: Node) -> MapNode:
    return replace(
        tree,
        entries=tuple((key, value if key.text == name else old) for key, old in tree.entries),
    )
