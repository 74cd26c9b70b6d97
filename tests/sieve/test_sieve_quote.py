"""Strings of a policy stay strings: nothing gets out of the quotes, nothing is put in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.quote import DOLLAR, comment, quote, uses_dollar, wildcards
from coldstop.sieve.script import Ref
from support.sievecheck import meaning

HOSTILE = st.text(alphabet='"\\ ${}hex:;.*?/#[](),aé€\U0001f600', max_size=40)
VARIABLES = {DOLLAR: "$", "hex": "WRONG", "a": "WRONG", "h": "WRONG"}


@given(HOSTILE)
@settings(max_examples=300)
def test_a_quoted_string_means_what_it_was(text: str) -> None:
    """Whatever stands in a string, a host reads just that."""
    assert meaning(quote(text), VARIABLES) == text


@given(st.lists(HOSTILE | st.sampled_from([Ref("v"), Ref("w")]), max_size=5))
@settings(max_examples=200)
def test_variables_stand_only_where_they_were_put(pieces: list[str | Ref]) -> None:
    """A `$` of one piece and a `{` of the next do not meet."""
    values = VARIABLES | {"v": "first", "w": "${v}"}
    wanted = "".join(values[one.name] if isinstance(one, Ref) else one for one in pieces)
    assert meaning(quote(tuple(pieces)), values) == wanted


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("Dear ${first_name},", '"Dear ${dollar}{first_name},"'),
        ("$${a}", '"$${dollar}{a}"'),
        ("${hex:24}", '"${dollar}{hex:24}"'),
        ("costs $5 {or so}", '"costs $5 {or so}"'),
    ],
)
def test_quoting(text: str, written: str) -> None:
    """The usual cases, as they are written."""
    assert quote(text) == written
    assert uses_dollar(text) is ("${dollar}" in written)


@pytest.mark.parametrize("bad", ["\0", "\r", "\n", "\t", "\x7f", "\x85", "\u2028", "\ud800"])
def test_control_characters_are_refused(bad: str) -> None:
    """No script needs them, and line ends in strings mean different things on different hosts."""
    with pytest.raises(SieveError) as caught:
        quote(f"a{bad}b")
    assert caught.value.code is SieveCode.UNQUOTABLE


@given(st.text(max_size=60))
def test_a_comment_stays_one_line(text: str) -> None:
    """Nothing that a policy is called ends a comment."""
    written = comment(text)
    assert len(written.splitlines()) <= 1
    assert written.isprintable() or not written


@given(st.text(alphabet="*?\\ab.", max_size=20))
def test_wildcards_lose_their_meaning(text: str) -> None:
    """Each `*`, `?` and backslash has a backslash in front, and nothing else changes."""
    escaped = wildcards(text)
    plain = []
    at = 0
    while at < len(escaped):
        if escaped[at] == "\\":
            at += 1
        else:
            assert escaped[at] not in "*?"
        plain.append(escaped[at])
        at += 1
    assert "".join(plain) == text
