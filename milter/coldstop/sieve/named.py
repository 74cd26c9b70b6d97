r"""Write once what stands in many expressions: the gap between two words, and the words used most.

`[Rr][Oo][Ll][Ee]` takes four bytes a letter and a gap 34, so a script for libc is mostly these. As
variables (`${gap}`, `${_role}`) they make it smaller, and let people read it. A host puts the
values in before it reads an expression: nothing changes but the length.

A gap is possessive (`possessive`) where PCRE2 reads it, as Dovecot 2.4.2 and later does, and only
there: glibc would take half as long again for the same gap with a second `+`. No greeting tells the
two apart, so the script asks the host itself: `\h` is a blank for PCRE2, the letter h for libc.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from coldstop.lexicon.regex import GAP
from coldstop.sieve.quote import joined
from coldstop.sieve.requires import regexes, set_names
from coldstop.sieve.rewrite import change_regexes, change_sets
from coldstop.sieve.script import (
    Block,
    Comment,
    Comparator,
    Match,
    Ref,
    Set,
    String,
    StringTest,
    all_commands,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GAP: Final = GAP.decode()
_MARK: Final = "+"
"""What makes a repeat possessive."""
_GAPS: Final = {f"{_GAP}+{_MARK}": "gap", f"{_GAP}*{_MARK}": "maygap", _GAP: "blank"}
_PLUS: Final = "plus"
"""The variable that is the mark where PCRE2 reads it, else empty."""
_ASKED: Final = (
    Comment("PCRE2 gives up on long gaps that it might give back; libc would only be slower"),
    Set(_PLUS, ""),
    *when(StringTest((" ",), Match.REGEX, r"^\h$", Comparator.OCTET), Set(_PLUS, _MARK)),
)
_WORD: Final = re.compile(r"(?:\[[A-Z][a-z]\]){2,}")
_LETTER: Final = 4
"""Bytes of `[Hh]`."""
_LONGEST: Final = 8 * _LETTER
FRAGMENTS: Final = 60
"""Parts of rarer words that get a variable, such as `ing`."""
RESERVE: Final = 11
"""Variables that other parts of a script may still need: the gap, the dollar, a decline."""
_SET: Final = 12
"""Bytes of a command that sets a variable, besides its name and value."""


def named(block: Block, variables: int) -> tuple[Block, Block]:
    """Give the commands that define what is shared, and the block that uses it.

    `variables`: how many a script may have in all.
    """
    texts = [*regexes(block), *_values(block)]
    pieces = [piece for text in texts for piece in joined(text) if isinstance(piece, str)]
    room = variables - len(set_names(block)) - RESERVE
    words = _worthwhile(pieces)[: max(0, room - FRAGMENTS)]
    chosen = [*words, *_fragments(pieces, words, min(room - len(words), FRAGMENTS))]
    refs = {text: Ref(_name(text)) for text in chosen}
    gaps = _gaps(pieces)
    refs |= gaps
    if not refs:
        return (), block

    pattern = re.compile("|".join(re.escape(text) for text in sorted(refs, key=_whole_first)))

    def change(text: String) -> String:
        return tuple(
            part
            for piece in joined(text)
            for part in ((piece,) if isinstance(piece, Ref) else _cut(piece, pattern, refs))
        )

    defined: Block = tuple(
        Set(ref.name, _value(text)) for text, ref in sorted(refs.items(), key=_by_name)
    )
    if any(_value(text) != text for text in gaps):
        defined = (*_ASKED, *defined)
    return defined, change_sets(change_regexes(block, change), change)


def _gaps(pieces: Iterable[str]) -> dict[str, Ref]:
    """The kinds of gaps that stand more than once."""
    found: dict[str, Ref] = {}
    rest = list(pieces)
    for text, name in _GAPS.items():
        count = sum(piece.count(text) for piece in rest)
        rest = [part for piece in rest for part in piece.split(text)]
        if count > 1:
            found[text] = Ref(name)
    return found


def _value(text: str) -> String:
    """What a variable is set to."""
    if text.endswith(_MARK) and text in _GAPS:
        return (text.removesuffix(_MARK), Ref(_PLUS))
    return text


def _whole_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _by_name(item: tuple[str, Ref]) -> str:
    return item[1].name


def _values(block: Block) -> Iterator[String]:
    return (one.value for one in all_commands(block) if isinstance(one, Set))


def _name(word: str) -> str:
    return "_" + "".join(word[2::4])


def _worthwhile(pieces: Iterable[str]) -> list[str]:
    """Words that are shorter as a variable, those that save most first."""
    uses = Counter(found[0] for piece in pieces for found in _WORD.finditer(piece))
    saved = {word: _saving(word, count) for word, count in uses.items()}
    return sorted((w for w, many in saved.items() if many > 0), key=lambda w: (-saved[w], w))


def _saving(word: str, count: int) -> int:
    used = len(_name(word)) + len("${}")
    return (len(word) - used) * count - (_SET + len(_name(word)) + len(word))


def _fragments(pieces: Iterable[str], words: Iterable[str], room: int) -> list[str]:
    """Parts of the words that are left, those that save most first."""
    runs = [found[0] for piece in pieces for found in _WORD.finditer(piece)]
    whole = sorted(words, key=_whole_first)
    either = re.compile("|".join(map(re.escape, whole)) or "(?!)")
    left = Counter(part for run in runs for part in either.split(run) if part)
    uses: Counter[str] = Counter()
    for run, count in left.items():
        _count(uses, run, count)
    saved = {text: _saving(text, count) for text, count in uses.items()}
    chosen: list[str] = []
    while len(chosen) < room:
        most = max(saved.values(), default=0)
        if most <= 0:
            break
        best = max(text for text, saving in saved.items() if saving == most)
        chosen.append(best)
        # Only what held it is counted anew.
        touched: Counter[str] = Counter()
        for run in [run for run in left if best in run]:
            count = left.pop(run)
            _count(touched, run, -count)
            for part in run.split(best):
                if part:
                    left[part] += count
                    _count(touched, part, count)
        for text, change in touched.items():
            uses[text] += change
            saved[text] = _saving(text, uses[text])
    return chosen


def _count(uses: Counter[str], run: str, count: int) -> None:
    for size in range(2 * _LETTER, min(_LONGEST, len(run)) + 1, _LETTER):
        for start in range(0, len(run) - size + 1, _LETTER):
            uses[run[start : start + size]] += count


def _cut(text: str, pattern: re.Pattern[str], refs: dict[str, Ref]) -> Iterator[str | Ref]:
    """Put variables where their values stand."""
    at = 0
    for found in pattern.finditer(text):
        yield text[at : found.start()]
        yield refs[found[0]]
        at = found.end()
    yield text[at:]
