"""`letters`: by mails for which it holds and mails for which it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.tests.letters import Letters, spellings
from support.judging import TODAY, mail
from support.kindmail import LETTERS, LETTERS_POLICY, judged, policy


@pytest.mark.parametrize(("raw", "fires"), LETTERS)
def test_letters(raw: bytes, fires: dict[str, int]) -> None:
    """Exactly the rules fire, for the points, that a person would say."""
    assert judged(LETTERS_POLICY, raw) == fires


MERGE = ("<Name>", "{{first}}", "a<b>", "[x]", "prénom", "%%")


PIECES = (
    *("<name>", "&lt;NAME>", "&lt;name&gt;", "<name&gt;", "{{", "FIRST}}", "{{first}}", "A<b>"),
    *("a&lt;b>", "[X]", "[", "x]", "prénom", "PRéNOM", "PRÉNOM", "%", " ", "\n", "x"),
)


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8))
def test_letters_are_found_where_a_plain_search_finds_them(pieces: list[str]) -> None:
    """One search for all texts says what looking for each spelling by itself would say."""
    text = "".join(pieces).encode()
    found = Letters(MERGE).find([("text", text)])
    lower = text.lower()
    wanted = {
        number
        for number, one in enumerate(MERGE)
        if any(way.encode().lower() in lower for way in spellings(one))
    }
    assert set(found) == wanted


def test_the_evidence_stands_as_it_was_sent() -> None:
    """A left-over is quoted with its brackets, the words around it without their tags."""
    raw = mail("x", html="<p>Hi <b>dear</b> &lt;First Name&gt;, <i>we</i> saw you</p>")
    found = judge(read(raw), resolve(load_text(LETTERS_POLICY)), today=TODAY).fired
    (quoted,) = next(one.evidence for one in found if one.name == "any")
    assert (quoted.where, quoted.quote) == ("html", "&lt;First Name&gt;")


def test_an_empty_list_finds_nothing() -> None:
    """A list may be filled later."""
    source = policy('a: {when: {letters: "@none"}, points: 1}', "lists: {none: []}")
    assert judged(source, mail("@none {{")) == {}
