"""Entries with notes: what they say, that they change no judgement, and what shipped ones hold."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.policy import model
from coldstop.policy.entries import Entry, without_notes
from coldstop.policy.errors import Code, PolicyError, PolicyErrors
from coldstop.policy.lint import lint
from coldstop.policy.load import Library, load_policy, load_text
from coldstop.policy.model import ListEdit
from coldstop.policy.show import render
from coldstop.policy.walk import conditions
from coldstop.policy.yaml import MapNode, load_tree
from coldstop.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Source

LISTS = sorted(path.name for path in (shipped("policies") / "lists").glob("*.yaml"))
LEXICONS = sorted(path.name for path in (shipped("policies") / "lexicon").glob("*.yaml"))
HEAD = "coldstop: 1\npitch: {threshold: 1}\nladder: {0: keep}\n"


def refused(text: str) -> list[PolicyError]:
    """What loading or checking finds in a policy."""
    try:
        return lint(load_text(HEAD + text))
    except PolicyErrors as errors:
        return list(errors.errors)


def source(name: str) -> Source:
    """One shipped file, as read."""
    text = f"coldstop: 1\nextends: [passive, {name}]\n"
    (row,) = Library().load_text(text).sources
    return next(one for one in row if one.name.endswith(name))


def entries(name: str) -> Iterator[tuple[str, Entry | str, ListEdit]]:
    """Every entry of a shipped file, with the list that it stands in."""
    for key, value in source(name).file.lists.items():
        edit = value if isinstance(value, ListEdit) else ListEdit(add=tuple(value) or None)
        for entry in edit.add or ():
            yield key, entry, edit


# --- the form -------------------------------------------------------------------------------


def test_an_entry_may_be_text_or_a_mapping() -> None:
    """Both forms, mixed, in a plain list and in `add`, come to the same list of texts."""
    plain = load_text(HEAD + "lists: {a: [x, y z], b: [firm.example, bob@firm.example]}\n")
    noted = load_text(
        HEAD + "lists:\n"
        "  a: [x, {phrase: y z, example: y z, reason: why}]\n"
        "  b:\n"
        "    about: {category: relay, seen: 2026-11, source: 'https://firm.example/'}\n"
        "    add:\n"
        "      - {domain: firm.example, seen: 2026-11-03}\n"
        "      - {address: bob@firm.example, kind: job, language: pt-BR}\n"
    )
    assert noted.lists == plain.lists
    assert noted.revision == plain.revision


def test_an_entry_keeps_its_own_line_and_column() -> None:
    """A finding about a noted phrase points into that phrase, not at its braces."""
    rule = "rules: {r: {when: {text: '@a'}, pitch: 1}}\n"
    (found,) = refused("lists:\n  a:\n    - {phrase: 'x (y', example: x}\n" + rule)
    assert (found.code, found.line, found.column) == (Code.BAD_PHRASE, 6, 19)


def test_show_prints_the_texts() -> None:
    """What holds after merging is shown without notes, and loads to the same revision."""
    policy = load_text(HEAD + "lists: {a: [{domain: firm.example, category: relay}]}\n")
    shown = render(policy)
    assert "category" not in shown
    assert load_text(shown).revision == policy.revision


def test_a_noted_entry_can_be_removed_by_its_text() -> None:
    """`remove` names the text, however the entry was written."""
    relays = "lists: {relays: {remove: [user.dice.com]}}\n"
    policy = load_text("coldstop: 1\nextends: passive\n" + relays)
    assert not policy.notices
    assert "user.dice.com" not in policy.lists["relays"]


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("{phrase: x, word: y}", Code.CONTRADICTION, "exclude each other"),
        ("{example: x}", Code.INCOMPLETE_RULE, "needs one of"),
        ("{domain: a@b.example}", Code.CONTRADICTION, "no @"),
        ("{address: b.example}", Code.CONTRADICTION, "has an @"),
        ("{phrase: x, exmaple: y}", Code.UNKNOWN_KEY, "exmaple"),
        ("{phrase: x, seen: 2026-13}", Code.BAD_VALUE, "2026-13"),
        ("{phrase: x, seen: lately}", Code.BAD_VALUE, "lately"),
        ("{phrase: x, source: a book}", Code.BAD_VALUE, "a book"),
        ("{phrase: x, language: German}", Code.BAD_VALUE, "German"),
        ("{phrase: x, kind: jobs}", Code.BAD_VALUE, "jobs"),
        ("{phrase: [x]}", Code.WRONG_SHAPE, "a list"),
        ("{Role: DBA}", Code.WRONG_SHAPE, "found keys"),
    ],
)
def test_what_an_entry_refuses(entry: str, code: Code, words: str) -> None:
    """Each slip in an entry is found at its line, in a plain list and under `add`."""
    for text in (f"lists:\n  a:\n    - {entry}\n", f"lists:\n  a: {{add: [\n    {entry}]}}\n"):
        (found,) = refused(text)
        assert (found.code, found.line) == (code, 6)
        assert words in f"{found.message} {found.hint}"


def test_an_unknown_note_of_a_list_is_named() -> None:
    """`about` knows the notes that hold for a whole list, and no others."""
    (found,) = refused("lists: {a: {about: {example: x}, add: [x]}}\n")
    assert (found.code, found.line, found.column) == (Code.UNKNOWN_KEY, 4, 21)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from((0, 1, 2))), max_size=8))
def test_notes_never_change_what_holds(drawn: list[tuple[str, int]]) -> None:
    """Whatever entries carry notes, the tree without them is that of the bare texts."""
    forms = ("{0}", "{{phrase: {0}}}", "{{word: {0}, example: {0}, seen: 2026-11}}")
    bare = ", ".join(text for text, _ in drawn)
    noted = ", ".join(forms[form].format(text) for text, form in drawn)
    plain, kept = without_notes(_tree(f"lists: {{a: [{noted}]}}"))
    assert len(kept) == sum(form > 0 for _, form in drawn)
    assert _texts(plain) == _texts(_tree(f"lists: {{a: [{bare}]}}"))


def _tree(text: str) -> MapNode:
    tree = load_tree(text, "inline")
    assert isinstance(tree, MapNode)
    return tree


def _texts(tree: MapNode) -> list[str]:
    (_, lists), *_ = tree.entries
    assert isinstance(lists, MapNode)
    return [item.text for item in lists.entries[0][1].items]  # type: ignore[union-attr]


# --- the examples ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ("{phrase: '(met|enjoyed) {0-2 words} you', example: 'Enjoyed&nbsp;meeting you'}", True),
        ("{phrase: met you, example: I meet you}", False),
        ("{word: 'Job Title', example: 'Job Title: DBA'}", True),
        ("{word: 'Job Title', example: 'job title: DBA'}", False),
        ("{domain: firm.example, example: bob@mail.firm.example}", True),
        ("{domain: firm.example, example: bob@myfirm.example}", False),
        ("{address: bob@firm.example, example: Bob@Firm.example}", True),
        ("{address: bob@firm.example, example: ann@firm.example}", False),
        ("{phrase: x}", True),
    ],
)
def test_an_example_must_show_its_entry(entry: str, fits: bool) -> None:
    """`check` tries each example as mail is read, whether or not a rule reads the list."""
    rule = "rules: {r: {when: {header: X}, pitch: 1}}\n"
    lists = f"lists:\n  families:\n    - {entry}\n"
    found = refused(lists + rule)
    assert [one.code for one in found] == (
        [Code.UNUSED_LIST] if fits else [Code.UNUSED_LIST, Code.BAD_EXAMPLE]
    )


# --- what is shipped ------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_listed_sender_says_where_it_is_from(name: str) -> None:
    """Each entry has a category, a source and the month in which somebody looked."""
    for key, entry, edit in entries(f"lists/{name}"):
        assert isinstance(entry, Entry), (key, entry)
        about = edit.about or model.Notes()
        assert entry.category or about.category, (key, entry)
        assert entry.source or about.source, (key, entry)
        seen = entry.seen or about.seen or ""
        assert dt.date(2020, 1, 1) < dt.date.fromisoformat(f"{seen}-01"[:10]), (key, entry)


@pytest.mark.parametrize("name", LEXICONS)
def test_every_phrase_has_an_example(name: str) -> None:
    """Each phrase shows a piece of mail; each list says its language and what it is for."""
    missing = []
    for key, entry, edit in entries(f"lexicon/{name}"):
        if isinstance(entry, str) and entry.startswith("@"):
            continue  # nothing but another list
        if not isinstance(entry, Entry) or not entry.example:
            missing.append((key, entry))
        elif edit.about is None or not (edit.about.language and edit.about.reason):
            missing.append((key, "about"))
    assert missing == []


@pytest.mark.parametrize("name", LEXICONS)
def test_the_kind_of_a_list_is_that_of_its_rule(name: str) -> None:
    """A list says the kind of pitch that the rule which reads it speaks for."""
    policy = load_policy("passive")
    kinds = {
        text.strip("(@)"): policy.rules[rule].kind
        for rule, (_, test) in conditions(policy)
        if policy.rules[rule].kind
        for text in (getattr(test, "text", ()) or getattr(test, "labels", ()) or ())
        if text.startswith(("@", "(@"))
    }
    for key, edit in source(f"lexicon/{name}").file.lists.items():
        if isinstance(edit, ListEdit) and edit.about is not None and edit.about.kind:
            assert kinds.get(key) == edit.about.kind, key


def test_no_sender_stands_in_two_lists_that_exclude_each_other() -> None:
    """Who answers applications is no alert, and neither is a staffing mailer."""
    lists = load_policy("passive").lists
    groups = [set(lists[name]) for name in ("applicant-tracking", "job-alerts", "blast-services")]
    for one, other in pairwise([*groups, groups[0]]):
        assert not one & other
