"""Folding, case by case."""

from __future__ import annotations

import pytest

from coldstop.lexicon.fold import fold


@pytest.mark.parametrize(
    ("text", "cased"),
    [
        (b"Help Desk", b"Help Desk"),
        (b"  Help\t\r\n\v\f Desk \n", b"Help Desk"),
        (b"a  b c   d\n\ne", b"a b c d e"),
        (b"x " * 40 + b" y", b"x " * 40 + b"y"),
        (b"help<br>desk", b"help desk"),
        (b"help <b>\n<i>&nbsp;desk", b"help desk"),
        (b"help<>desk", b"help desk"),
        (b"a\xc2\xa0b\xa0c\xc2d", b"a b\xa0c\xc2d"),
        (b"&nbsp;a&nbsp;&nbsp;b&NBSP;", b"a b&NBSP;"),
        (b"&amp;nbsp; &amp;amp; R&amp;D", b"&nbsp; &amp; R&D"),
        (b"&amp;#39;", b"&#39;"),
        (b"I&rsquo;m I&#39;m I&#8217;m I&apos;m I\xe2\x80\x99m", b"I'm I'm I'm I'm I'm"),
        (b"a\xe2\x80\x90b\xe2\x80\x91c\xe2\x80\x93d\xe2\x80\x94e", b"a-b-c-d\xe2\x80\x94e"),
        (b"a > b > c", b"a > b > c"),
        (b"a < b", b"a \0"),
        (b"a <b <c> d", b"a \0 d"),
        (b"a <b <c <d> e > f < g", b"a \0 e > f \0"),
        (b"<<<a>b", b"\0 b"),
        (b"<", b"\0"),
        (b"\xc3\x89t\xc3\xa9", b"\xc3\x89t\xc3\xa9"),
        (b"", b""),
    ],
)
def test_fold(text: bytes, cased: bytes) -> None:
    """Gaps become one space, apostrophes, hyphens and `&amp;` one spelling, hidden text a NUL."""
    folded = fold(text)
    assert folded.cased == cased
    assert folded.folded == cased.lower()
