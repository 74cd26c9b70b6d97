"""Cross checks of lists: what refers to them, what stands in them.

A list is read in one of three ways, depending on who refers to it: as phrases, as addresses and
domains, or as plain text. Some tests lean on lists without naming them (`NEEDS`).
Fails: findings are returned, never raised.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from coldstop.lexicon.phrase import PhraseCode, PhraseError
from coldstop.policy import model
from coldstop.policy.check_senders import meant, never_matches
from coldstop.policy.circles import circles
from coldstop.policy.errors import Code, PolicyError, Severity, clip
from coldstop.policy.implied import SKILLS, path_of
from coldstop.policy.merge import entries_of, items_of, nearest, text_of
from coldstop.policy.walk import Path, conditions, numbered, place
from coldstop.policy.yaml import MapNode, Node, SeqNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Origin, Policy


class Read(Enum):
    """How a text of the policy is read."""

    PHRASES = "phrases"
    ADDRESSES = "addresses"
    PLAIN = "plain text"
    LETTERS = "letters in a row"


NEEDS: dict[type[model.Model], dict[str, Read]] = {
    model.RelationshipTest: {
        "people": Read.ADDRESSES,
        "firms": Read.ADDRESSES,
        "recognised": Read.ADDRESSES,
        "relays": Read.ADDRESSES,
        "connection": Read.PHRASES,
    },
    model.RoleTest: {
        "role-cues": Read.PHRASES,
        "role-labels": Read.PHRASES,
        "role-nouns": Read.PHRASES,
    },
    model.WorkTest: {
        "remote": Read.PHRASES,
        "remote-limits": Read.PHRASES,
        "hybrid": Read.PHRASES,
        "onsite": Read.PHRASES,
    },
    model.PlaceTest: {"place-cues": Read.PHRASES, "relays": Read.ADDRESSES},
}
"""Lists that a test leans on without naming them; a policy that has the test needs the list."""

_FEWEST = 2
_WHOLE = re.compile(r"@([0-9A-Za-z_-]+)")
_INSIDE = re.compile(r"(?<!\\)@([0-9A-Za-z_-]+)")
_DOMAIN = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"""[^\s@<>()\[\]\\,;:"]{1,64}""")


class Use(NamedTuple):
    """A text that a test or a list holds, and how it is read."""

    path: Path
    text: str
    read: Read


def check_lists(policy: Policy) -> Iterator[PolicyError]:
    """Find what is wrong with lists and with the texts of conditions."""
    uses = list(_uses(policy))
    read: dict[str, set[Read]] = {}
    todo = [*uses]
    for _, (_, test) in conditions(policy):
        for name, how in NEEDS.get(type(test), {}).items():
            if name in policy.known_lists:
                todo += _take(policy, name, how, read)
    # Each list is followed once for each way of reading it.
    seen: list[Use] = []
    while todo:
        use = todo.pop()
        seen.append(use)
        for name in references(use):
            if name in policy.known_lists:
                todo += _take(policy, name, use.read, read)
    yield from _missing_needs(policy)
    yield from _list_circles(policy, read)
    for use in seen:
        match use.read:
            case Read.PHRASES:
                yield from _phrase(policy, use)
            case Read.ADDRESSES:
                yield from _address_use(policy, use)
            case Read.PLAIN:
                yield from _unknown(policy, use)
            case Read.LETTERS:
                yield from _letters(policy, use)
    yield from _unused(policy, set(read))


def references(use: Use) -> tuple[str, ...]:
    """Name the lists that a text refers to."""
    whole = _WHOLE.fullmatch(use.text)
    if whole is not None:
        return (whole[1],)
    return tuple(_INSIDE.findall(use.text)) if use.read is Read.PHRASES else ()


def _uses(policy: Policy) -> Iterator[Use]:
    """Give the texts of all conditions, and the words that a pitch must have."""
    for below, text in numbered(("pitch", "words"), policy.words):
        yield Use(below, text, Read.PHRASES)
    for _, (path, test) in conditions(policy):
        found: list[tuple[str, tuple[str, ...] | None, Read]] = []
        match test:
            case model.TextTest():
                found = [("text", test.text, Read.PHRASES)]
            case model.RoleTest():
                found = [("role", test.role, Read.PHRASES)]
            case model.LabelsTest():
                found = [("labels", test.labels, Read.PHRASES)]
            case model.LettersTest():
                found = [("letters", test.letters, Read.LETTERS)]
            case model.ProfileTest():
                found = [("profile", (f"@{SKILLS}",), Read.PHRASES)]
            case model.AddressTest():
                found = [("in", test.in_, Read.ADDRESSES)]
            case model.HeaderTest():
                found = [
                    ("is", test.is_, Read.PLAIN),
                    ("contains", test.contains, Read.PLAIN),
                    ("phrase", test.phrase, Read.PHRASES),
                ]
            case _:
                pass
        for key, texts, how in found:
            for below, text in numbered((*path, key), texts):
                yield Use(below, text, how)


def _take(policy: Policy, name: str, how: Read, read: dict[str, set[Read]]) -> list[Use]:
    if how in read.setdefault(name, set()):
        return []
    read[name].add(how)
    entries = policy.known_lists[name]
    stands = path_of(policy.lists, name)
    if stands:
        return [Use(below, entry, how) for below, entry in numbered(stands, entries)]
    return [Use(("lists", name, entry), entry, how) for entry in entries]


def _missing_needs(policy: Policy) -> Iterator[PolicyError]:
    for _, (path, test) in conditions(policy):
        missing = [name for name in NEEDS.get(type(test), {}) if name not in policy.known_lists]
        if missing:
            lists = "the list" if len(missing) == 1 else "the lists"
            yield _finding(
                Code.UNKNOWN_LIST,
                place(policy, path),
                f"this test needs {lists} {', '.join(missing)}",
                "extend a shipped policy, or add what is missing; [] is an empty list",
            )


def _unknown(policy: Policy, use: Use) -> Iterator[PolicyError]:
    whole = _WHOLE.fullmatch(use.text)
    if whole is not None and whole[1] not in policy.known_lists:
        yield _finding(
            Code.UNKNOWN_LIST,
            place(policy, use.path),
            f"there is no list '{whole[1]}'",
            nearest(whole[1], tuple(policy.known_lists)),
        )


def _letters(policy: Policy, use: Use) -> Iterator[PolicyError]:
    yield from _unknown(policy, use)
    if len("".join(use.text.split())) < _FEWEST:
        yield _finding(
            Code.BAD_VALUE,
            place(policy, use.path),
            f"'{clip(use.text)}' stands in nearly every mail",
            "letters in a row need two characters at least, blanks not counted",
        )


def _phrase(policy: Policy, use: Use) -> Iterator[PolicyError]:
    if _WHOLE.fullmatch(use.text):
        yield from _unknown(policy, use)
        return
    try:
        policy.parser.parse(use.text)
    except PhraseError as error:
        # A fault inside a list is found at the list's own entry, circles by `_list_circles`.
        if error.code in {PhraseCode.BAD_LIST_ENTRY, PhraseCode.LIST_CYCLE}:
            return
        here = place(policy, use.path)
        column = here.column
        if here.inset >= 0:
            column += here.inset + error.column - 1
        code, hint = Code.BAD_PHRASE, error.hint
        if error.code is PhraseCode.UNKNOWN_LIST:
            found = _WHOLE.match(use.text, max(0, error.column - 1))
            code = Code.UNKNOWN_LIST
            hint = nearest(found[1], tuple(policy.known_lists)) if found else ""
        yield PolicyError(code, here.file, here.line, column, error.message, hint)


def _address_use(policy: Policy, use: Use) -> Iterator[PolicyError]:
    if use.text.startswith("@") and "." not in use.text:
        yield from _unknown(policy, use)
        return
    yield from address_findings(use.text, place(policy, use.path))


def address_findings(text: str, here: Origin) -> Iterator[PolicyError]:
    """Find out whether a text is an address or a domain, and guess what was meant."""
    local, at, domain = text.rpartition("@")
    guess = meant(text)
    if _DOMAIN.fullmatch(domain) and (not at or not local or _LOCAL.fullmatch(local)):
        if never_matches(text):
            yield PolicyError(
                Code.NEVER_MATCHES,
                here.file,
                here.line,
                here.column,
                f"'{clip(text)}' is nobody's address: entries know no wildcards",
                f"a domain stands for everybody there: {clip(guess)}" if guess else "",
                Severity.WARNING,
            )
        return
    hint = f"write {clip(guess)}" if guess else "write bob@firm.example or firm.example"
    inner = re.search(r"<([^<>]+)>", text)
    if inner is not None:
        hint = f"only the address: {clip(guess or inner[1])}"
    elif text.startswith("*.") or domain.startswith(("*.", ".")):
        hint = f"a domain covers its subdomains: {clip(domain.lstrip('*.'))}"
    elif "://" in text:
        hint = f"only the domain, without http:// and path{guess and f': {clip(guess)}'}"
    elif not text.isascii():
        hint = f"write international domains in their xn-- form{guess and f': {clip(guess)}'}"
    yield _finding(Code.BAD_ADDRESS, here, f"'{clip(text)}' is no address or domain", hint)


def _list_circles(policy: Policy, read: dict[str, set[Read]]) -> Iterator[PolicyError]:
    graph: dict[str, dict[str, str]] = {
        name: {
            other: entry
            for how in read.get(name, ())
            for entry in entries
            for other in references(Use((), entry, how))
            if other in policy.known_lists
        }
        for name, entries in policy.known_lists.items()
    }
    for circle in circles(graph):
        entry = graph[circle[0]][circle[1]]
        yield _finding(
            Code.LIST_CYCLE,
            place(policy, ("lists", circle[0], entry)),
            f"lists hold one another: {' > '.join(circle)}",
            "remove one of the references",
        )


def _unused(policy: Policy, read: set[str]) -> Iterator[PolicyError]:
    """Find lists that the policy itself writes and nothing refers to, not even a rule that is off.

    Lists of extended policies are left alone: switching a rule off is no mistake.
    """
    mentioned = set(_mentions(policy.tree.get("rules")))
    needed = {name for lists in NEEDS.values() for name in lists}
    for name, (key, _) in entries_of(policy.main.tree.get("lists")).items():
        if name not in read | mentioned | needed and policy.rules:
            yield PolicyError(
                Code.UNUSED_LIST,
                key.file,
                key.line,
                key.column,
                f"nothing refers to the list '{name}'",
                nearest(name, tuple(other for other in policy.lists if other != name)),
                Severity.WARNING,
            )


def _mentions(node: Node | None) -> Iterator[str]:
    if isinstance(node, MapNode):
        for _, value in node.entries:
            yield from _mentions(value)
    elif isinstance(node, SeqNode):
        for item in items_of(node):
            yield from _mentions(item)
    elif node is not None:
        yield from _INSIDE.findall(text_of(node))


def _finding(code: Code, here: Origin, message: str, hint: str = "") -> PolicyError:
    return PolicyError(code, here.file, here.line, here.column, message, hint)
