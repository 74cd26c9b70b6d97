"""The phrase language: what is found, what is refused, and the limits."""

from __future__ import annotations

import pytest

from coldstop.lexicon.fold import fold
from coldstop.lexicon.limits import LIMITS
from coldstop.lexicon.match import Matcher
from coldstop.lexicon.phrase import Parser, PhraseCode, PhraseError, parse
from coldstop.lexicon.regex import branches, folded_regex, raw_regex

LISTS = {
    "families": ["SQL Saturday", "#SQLFamily", "@schools"],
    "schools": ["my alma mater"],
    "loop": ["a", "@pool"],
    "pool": ["@loop"],
    "bad": ["fine", "not (fine"],
    "none": [],
}


def found(source: str, text: str) -> str | None:
    """What the phrase finds first, in the case of the text."""
    folded = fold(text.encode())
    spans = Matcher([parse(source, LISTS)]).scan(folded)
    return folded.cased[spans[0].start : spans[0].end].decode() if spans else None


@pytest.mark.parametrize(
    ("source", "text", "quote"),
    [
        ("help desk", "the HELP<br>&nbsp;Desk.", "HELP Desk"),
        ("help desk", "helpdesk", None),
        ("help desk", "help, desk", None),
        ("help desk", "selfhelp desk", None),
        ("help desk", "help desks", None),
        ("help desk", "caf\u00e9help desk\u00e9", "help desk"),
        ("help desk", "<a title='help desk'>", None),
        ("help desk", "1 < 2, help desk", None),
        ("help desk", "1 < 2, <b>help desk", "help desk"),
        ("(met|enjoyed  it) you", "enjoyed it you", "enjoyed it you"),
        ("(senior)? dba", "a senior dba", "senior dba"),
        ("senior? dba", "a dba", "dba"),
        ("a (b c)? d", "a d", "a d"),
        ("dba (a|b)?", "dba b", "dba b"),
        ("dba (a|b)?", "dba c", "dba"),
        ("recruit*", "Recruiters", "Recruiters"),
        ("recruit* manager", "recruiting manager", "recruiting manager"),
        ("position(s)?:", "Positions\n: DBA", "Positions :"),
        ("role:", "role", None),
        ("role:", "Role:DBA", None),
        ("role:*", "Role:DBA", "Role:DBA"),
        ("(a|b):", "b :", "b :"),
        ("on-site", "on site", "on site"),
        ("on-site", "on\u2011site", "on-site"),
        ("on-site", "on - <br> site", "on - site"),
        ("on-site", "onsite", None),
        ("(on|off)-site", "off<br>site", "off site"),
        ("(co)?-founder", "co founder", None),
        ("multi(ple)?-site", "multi site", "multi site"),
        ("a-(b)?-c", "a  c", None),
        ("a-(b)?-c", "a--c", "a--c"),
        ("-site", "on-site", None),
        ("don\u2019t", "don&rsquo;t", "don't"),
        ("don't", "don&#8217;t", "don't"),
        ("R&D", "r&amp;d", "r&d"),
        ("at&t & co", "AT&T &amp; Co", "AT&T & Co"),
        ("met {0-2 words} at", "met at", "met at"),
        ("met {0-2 words} at", "met you there at", "met you there at"),
        ("met {0-2 words} at", "met all of you at", None),
        ("met {0-2 words} at", "met you, at", None),
        ("met {2 words} at", "met you at", None),
        ("{1-2 words} desk", "the help desk", "the help desk"),
        ("{number} years", "1,000 years", "1,000 years"),
        ("{number >= 100} miles", "99 miles", None),
        ("{number >= 100} miles", "100 miles", "100 miles"),
        ("{number >= 1500} miles", "1,499 miles", None),
        ("{number >= 1500} miles", "12,345,678 miles", "12,345,678 miles"),
        ("about {number <= 9} miles", "about 10 miles", None),
        ("about {number <= 9} miles", "about 0 miles", "about 0 miles"),
        ("{number 1-40} miles", "40 miles", "40 miles"),
        ("{number 1-40} miles", "41 miles", None),
        ("${number 100-250}k", "$175K", "$175K"),
        ("${number}(k)? (to|-) ${number}(k)?", "$90K - $1,000", "$90K - $1,000"),
        ("C#", "C#, Java", "C#"),
        (".NET", "a .Net shop", ".Net"),
        ("#SQLFamily", "my #sqlfamily", "#sqlfamily"),
        ("401k", "401K", "401K"),
        ("at @families", "at SQL<br>Saturday", "at SQL Saturday"),
        ("at @families", "at my alma mater", "at my alma mater"),
        ("call \\(me\\)", "call (me)", "call (me)"),
        ("100\\*", "100*", "100*"),
        ("\u00c9tat", "\u00c9TAT", "\u00c9TAT"),
        ("\u00c9tat", "\u00e9tat", None),
    ],
)
def test_what_is_found(source: str, text: str, quote: str | None) -> None:
    """A phrase finds what the language says, and its first occurrence is quoted."""
    assert found(source, text) == quote


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("", PhraseCode.EMPTY, 1),
        (" \u00a0\t", PhraseCode.EMPTY, 1),
        ("a ()", PhraseCode.EMPTY_BRANCH, 4),
        ("(a|)", PhraseCode.EMPTY_BRANCH, 4),
        ("a?", PhraseCode.CAN_BE_EMPTY, 1),
        ("(a|b?)", PhraseCode.CAN_BE_EMPTY, 4),
        ("(a)?(b)? c", PhraseCode.CAN_BE_EMPTY, 1),
        ("{0-3 words}", PhraseCode.CAN_BE_EMPTY, 1),
        ("...", PhraseCode.NO_WORD, 1),
        ("{number} (a|{number})", PhraseCode.NO_WORD, 1),
        ("{2 words}", PhraseCode.NO_WORD, 1),
        ("{1-2 words} {number}", PhraseCode.NO_WORD, 1),
        ("$ (a)?", PhraseCode.NO_WORD, 1),
        ("a (b", PhraseCode.UNCLOSED, 3),
        ("a) b", PhraseCode.UNOPENED, 2),
        ("a|b", PhraseCode.STRAY_BAR, 2),
        ("a ? b", PhraseCode.STRAY_MARK, 3),
        ("a*b", PhraseCode.STRAY_MARK, 3),
        ("a?b", PhraseCode.STRAY_MARK, 3),
        ("(a)b?", PhraseCode.STRAY_MARK, 5),
        ("(a|b)*", PhraseCode.STRAY_MARK, 6),
        ("a {number}?", PhraseCode.STRAY_MARK, 11),
        ("bob@families", PhraseCode.STRAY_MARK, 4),
        ("a {b", PhraseCode.BAD_BRACES, 3),
        ("a }", PhraseCode.BAD_BRACES, 3),
        ("a {some words} b", PhraseCode.BAD_BRACES, 3),
        ("a{0-3 words}", PhraseCode.BAD_BRACES, 1),
        ("a {0-3 words}b", PhraseCode.BAD_BRACES, 3),
        ("a {3-2 words} b", PhraseCode.BAD_RANGE, 3),
        ("a {0 words} b", PhraseCode.BAD_RANGE, 3),
        ("a {number 9-8} b", PhraseCode.BAD_RANGE, 3),
        ("a \\b", PhraseCode.BAD_ESCAPE, 3),
        ("a\\", PhraseCode.BAD_ESCAPE, 2),
        ("a <b>", PhraseCode.BAD_CHARACTER, 3),
        ("a > b", PhraseCode.BAD_CHARACTER, 3),
        ("a\x00", PhraseCode.BAD_CHARACTER, 2),
        ("a\u200bb", PhraseCode.BAD_CHARACTER, 2),
        ("a\u2003b", PhraseCode.BAD_CHARACTER, 2),
        ("a\ud800", PhraseCode.BAD_CHARACTER, 2),
        ("a @", PhraseCode.BAD_LIST_NAME, 3),
        ("a @nowhere", PhraseCode.UNKNOWN_LIST, 3),
        ("a @none", PhraseCode.EMPTY_LIST, 3),
        ("a @loop", PhraseCode.LIST_CYCLE, 3),
        ("a @bad", PhraseCode.BAD_LIST_ENTRY, 3),
    ],
)
def test_what_is_refused(source: str, code: PhraseCode, column: int) -> None:
    """Every fault has its code and the column where it stands."""
    with pytest.raises(PhraseError) as caught:
        parse(source, LISTS)
    assert (caught.value.code, caught.value.column) == (code, column)


@pytest.mark.parametrize(
    "source",
    [
        *("nbsp", "AMP", "rsquo", "apos", "39", "8217", "#39", "a*", "nb*"),
        *("(x|nbsp)", "n(bsp|x)", "{0-2 words} n*", "x &", "x & (y)?", "q&a*", "&amp;", "&#39"),
        *("nbsp; x", "amp;nbsp;x", "x&#(39|40);", "(39|x) y?"),
    ],
)
def test_phrases_that_read_entities_are_refused(source: str) -> None:
    """What raw text would show inside an entity, and folded text not, is no phrase."""
    with pytest.raises(PhraseError) as caught:
        parse(source)
    assert caught.value.code is PhraseCode.READS_ENTITY
    assert caught.value.hint


@pytest.mark.parametrize("source", ["amp up", "the nbsp", "q&a", "a & b", "39 miles", "x;", "rt*"])
def test_phrases_that_only_look_like_entities_are_not_refused(source: str) -> None:
    """An entity's name beside other words can not be read inside the entity."""
    assert str(parse(source)) == source


def test_every_code_is_tested() -> None:
    """No code is without a source that provokes it."""
    mark = test_what_is_refused.pytestmark[0]  # type: ignore[attr-defined]
    tested = {code for _, code, _ in mark.args[1]}
    limits = {PhraseCode.TOO_LONG, PhraseCode.TOO_DEEP, PhraseCode.TOO_MANY_BRANCHES}
    assert tested | limits | {PhraseCode.READS_ENTITY} == set(PhraseCode)


def refused(source: str, lists: dict[str, list[str]] | None = None) -> PhraseCode:
    """Return the code with which a source is refused."""
    with pytest.raises(PhraseError) as caught:
        parse(source, lists)
    return caught.value.code


def test_limit_of_length() -> None:
    """A source may be `LIMITS.source` characters long, not one more."""
    assert parse("a" * LIMITS.source)
    assert refused("a" * (LIMITS.source + 1)) is PhraseCode.TOO_LONG
    assert refused("a-" + "a" * LIMITS.source) is PhraseCode.TOO_LONG


def test_limit_of_nesting() -> None:
    """Brackets nest to `LIMITS.nesting`, lists count as brackets, and a long chain is no crash."""
    deep = LIMITS.nesting
    assert parse("(" * deep + "a" + ")" * deep)
    assert refused("(" * (deep + 1) + "a" + ")" * (deep + 1)) is PhraseCode.TOO_DEEP
    assert refused("(" * 900) is PhraseCode.TOO_DEEP
    chain = {f"l{i}": [f"@l{i + 1}"] for i in range(3000)} | {"l3000": ["a"]}
    assert parse(f"@l{3001 - deep}", chain)
    assert refused(f"@l{3000 - deep}", chain) is PhraseCode.TOO_DEEP
    assert refused("@l0", chain) is PhraseCode.TOO_DEEP
    reader = Parser(chain)
    reader.parse(f"@l{3001 - deep}")
    with pytest.raises(PhraseError):
        reader.parse(f"(@l{3001 - deep})")


def test_limit_of_branches() -> None:
    """Alternatives count to `LIMITS.branches`; a phrase at the limit compiles and is found."""
    lists = {"l": [f"part {i} of many" for i in range(LIMITS.branches)]}
    phrase = parse("{0-1 words} @l", lists)
    assert branches(phrase) == LIMITS.branches
    last = f"Part {LIMITS.branches - 1} of many"
    assert 0 in Matcher([phrase]).scan(fold(f"see {last}".encode()))
    assert refused("@l (a)", lists) is PhraseCode.TOO_MANY_BRANCHES
    assert refused("@l @l", lists) is PhraseCode.TOO_MANY_BRANCHES


def test_limit_of_words_and_digits() -> None:
    """Counts of words and bounds of numbers are limited."""
    assert parse(f"a {{0-{LIMITS.words} words}} b")
    assert refused(f"a {{0-{LIMITS.words + 1} words}} b") is PhraseCode.BAD_RANGE
    digits = "9" * LIMITS.digits
    assert parse(f"a {{number >= {digits}}}")
    assert refused(f"a {{number >= {digits}9}}") is PhraseCode.BAD_RANGE


@pytest.mark.parametrize("low", [0, 1, 7, 10, 99, 100, 250, 999, 1000, 1234])
@pytest.mark.parametrize("high", [None, 9, 10, 40, 109, 999, 1000, 1500, 2001])
def test_numbers_keep_their_bounds(low: int, high: int | None) -> None:
    """Digit ranges hold exactly the numbers between the bounds, with commas and without."""
    if high is not None and high < low:
        assert refused(f"{{number {low}-{high}}} x") is PhraseCode.BAD_RANGE
        return
    bounds = f"{{number >= {low}}}" if high is None else f"{{number {low}-{high}}}"
    matcher = Matcher([parse(f"x {bounds} y")])
    for number in [*range(130), *range(240, 260), *range(990, 1010), *range(1225, 2010, 9), 123456]:
        inside = low <= number and (high is None or number <= high)
        for spelled in (f"{number}", f"{number:,}"):
            folded = fold(f"x {spelled} y".encode())
            assert (0 in matcher.scan(folded)) is inside, spelled


def test_the_two_spellings() -> None:
    """The raw form is a POSIX ERE with letters in both cases; the folded form is plain."""
    phrase = parse("SQL server's {0-1 words} $9 a-b")
    gap = b"([[:space:]]|\xc2\xa0|&nbsp;|<[^<>]*>)+"
    apostrophe = b"('|\xe2\x80\x99|&rsquo;|&#39;|&#8217;|&apos;)"
    joint = b"(-|\xe2\x80\x90|\xe2\x80\x91|\xe2\x80\x93|" + gap[1:]
    core = b"[Ss][Qq][Ll]" + gap + b"[Ss][Ee][Rr][Vv][Ee][Rr]" + apostrophe + b"[Ss]"
    core += b"(" + gap + b"[[:alnum:]]+)?" + gap + b"[$]9" + gap + b"[Aa]" + joint + b"[Bb]"
    assert raw_regex(phrase) == (b"(^|>)([^<>]*[^[:alnum:]<>])?(" + core + b")([^[:alnum:]]|$)")
    assert folded_regex(phrase) == (
        b"(^|[^0-9a-z])(sql server's( [0-9a-z]+)? [$]9 a[- ]+b)([^0-9a-z]|$)"
    )


def test_branches_are_counted() -> None:
    """A phrase without brackets is one branch; nested brackets add theirs."""
    assert branches(parse("a b")) == 1
    assert branches(parse("(a|b) (c|d|(e|f) g)?")) == 1 + 1 + 3
