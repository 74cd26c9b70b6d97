"""Phrases as keys of Sieve tests, packed into alternations that the target holds.

With `regex`: `lexicon.regex`, the same portable patterns that judging is measured against, letters
written `[Hh]` under `i;octet` (glibc's own ignore-case matching goes quadratic on hostile mail) or
plain where the target's engine may ignore case. Without it: the phrase's plain spellings as
`:contains` keys, which know no word boundaries (approximate).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.lexicon.literals import expand
from coldstop.lexicon.lower import lower
from coldstop.lexicon.regex import GAP, RAW_PREFIX, RAW_SUFFIX, branches, raw_core
from coldstop.sieve.lower.context import Packed
from coldstop.sieve.lower.words import needed_words
from coldstop.sieve.possessive import possessive
from coldstop.sieve.regexdepth import goes_deeper, regex_groups
from coldstop.sieve.regexsize import regex_size
from coldstop.sieve.script import Comparator, Match, String

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldstop.lexicon.phrase import Phrase
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.lower.words import Words
    from coldstop.sieve.targets import TargetLimits

_GAP = (GAP + b"+").decode()
_PREFIX = RAW_PREFIX.decode()
_SUFFIX = RAW_SUFFIX.decode()
_BRACKETS = re.compile(r"\[([A-Z])([a-z])\]")
_ENTITIES = re.compile(r"\((?=[^()]*&[a-z]+;)")
"""The beginning of a group of spellings, such as that of a gap."""
_ACCENTS = re.compile(r"[^\x00-\x7f]+")


def _accent(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.lower() == text.upper() else f"(?-i:{text})"


NO_REGEX = (
    "the host knows no regular expressions: phrases are looked for as letters in a row, so that "
    "those inside longer words count, and those across tags and line ends do not"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys and the way they are compared."""

    match: Match
    comparator: Comparator
    keys: tuple[String, ...]


def keys_for(lowering: Lowering, phrases: Sequence[Phrase]) -> tuple[Keys, ...]:
    """Keys that find any of the phrases; none where no phrase can be written."""
    if not lowering.target.has("regex"):
        spelled = tuple(_contained(lowering, phrases))
        return (Keys(Match.CONTAINS, Comparator.CASEMAP, spelled),) if spelled else ()
    packed = _packed(lowering, tuple(phrases))
    return (Keys(Match.REGEX, comparator(lowering), packed),) if packed else ()


def _packed(lowering: Lowering, phrases: tuple[Phrase, ...]) -> tuple[String, ...]:
    known = lowering.packed.get(phrases)
    if known is None:
        outer, lowering.notes = lowering.notes, {}
        texts = tuple(pack(lowering, phrases))
        known = lowering.packed[phrases] = Packed(texts, tuple(lowering.notes))
        lowering.notes = outer
    for why in known.notes:
        lowering.note(why)
    return known.texts


def _contained(lowering: Lowering, phrases: Sequence[Phrase]) -> Iterator[str]:
    """The plain spellings of phrases, for hosts that only look for letters in a row."""
    seen: dict[str, None] = {}
    for phrase in phrases:
        lowering.note(NO_REGEX)
        spellings = expand(lower(phrase), _MOST)
        plain = None if spellings is None else list(_plain(spellings))
        if not plain:
            lowering.note(f"without regular expressions this cannot be looked for: {short(phrase)}")
            continue
        # A short word stands inside too many others.
        seen.update((f" {one} " if len(one) < _SHORT else one, None) for one in plain)
    yield from seen


_SHORT = 5
_MOST = 64
"""Plain spellings of one phrase that a script may hold."""
_JOINT, _TAIL = b"\1", b"\2"
"""How `lexicon.literals.expand` marks a joining hyphen, and a word that may go on."""


def _plain(spellings: Iterable[bytes]) -> Iterator[str]:
    for spelling in spellings:
        text = spelling.removesuffix(_TAIL)
        if _TAIL not in text:
            for joint in (b"-", b" ") if _JOINT in text else (b"",):
                yield text.replace(_JOINT, joint).decode()


def comparator(lowering: Lowering) -> Comparator:
    """How phrases are compared on the target."""
    casemap = lowering.target.letters == "casemap"
    return Comparator.CASEMAP if casemap else Comparator.OCTET


def pack(lowering: Lowering, phrases: Iterable[Phrase]) -> Iterator[String]:
    """Alternations of as many phrases as fit."""
    limits = lowering.target.limits
    cores: list[str] = []
    words: list[Words | None] = []
    size = count = compiled = 0

    def whole_of() -> String:
        whole = caseless(lowering, alternation(cores))
        known = [one for one in words if one is not None]
        if len(known) == len(words):
            lowering.needed[whole] = frozenset().union(*known)
        return whole

    for phrase in dict.fromkeys(phrases):
        raw = raw_core(phrase).decode()
        core = letters(lowering, raw)
        more = branches(phrase) + 3 * raw.count(_GAP)
        weight = _weight(limits, core)
        if not fits(alternation((core,)), limits, _FRAME + weight):
            lowering.note(f"too long for a regular expression of this host: {short(phrase)}")
            continue
        added = len(core.encode()) + 1
        if cores and (
            size + added + len(_PREFIX) + len(_SUFFIX) > limits.regex_bytes
            or count + more > limits.regex_branches
            or not _holds(alternation((*cores, core)), limits, _FRAME + compiled + weight)
        ):
            yield whole_of()
            cores, words, size, count, compiled = [], [], 0, 0, 0
        cores.append(core)
        words.append(needed_words(phrase) if lowering.target.quick else None)
        size += added
        count += more
        compiled += weight + 6
    if cores:
        yield whole_of()


def alternation(cores: Iterable[str]) -> str:
    """One expression that finds any of the cores."""
    return f"{_PREFIX}({'|'.join(cores)}){_SUFFIX}"


def caseless(lowering: Lowering, regex: str) -> str:
    """Let an expression whose letters are plain ignore case, where no comparator does that."""
    return f"(?i){regex}" if lowering.target.letters == "inline" else regex


_FRAME = regex_size(alternation(("",)))
"""What an alternation weighs besides its phrases, and 6 between two of them."""


def _weight(limits: TargetLimits, core: str) -> int:
    return 0 if limits.regex_size is None else regex_size(core)


def fits(regex: str, limits: TargetLimits, size: int | None = None) -> bool:
    """Whether the host takes an expression, and finds what it says; `size`: see `_holds`."""
    if limits.regex_depth is not None and goes_deeper(possessive(regex), limits.regex_depth):
        return False
    return _holds(regex, limits, size)


def _holds(regex: str, limits: TargetLimits, size: int | None = None) -> bool:
    """The same where every alternative has been tried: a choice goes no deeper than the deepest.

    `size`: what the expression weighs, where that is known.
    """
    if limits.regex_groups is not None and regex_groups(regex) > limits.regex_groups:
        return False
    if limits.literal_bytes is not None and len(regex.encode()) * 21 // 20 > limits.literal_bytes:
        return False
    if limits.regex_size is None:
        return True
    return (regex_size(regex) if size is None else size) <= limits.regex_size


def letters(lowering: Lowering, regex: str) -> str:
    """Write `[Hh]` as `h` where the comparator ignores case, and `dba|dbas` as `dba(s)?`."""
    if lowering.target.letters != "brackets":
        regex = uncased(regex)
        if lowering.target.compact:
            regex = _WORDS.sub(lambda found: f"({factored(found[1].split('|'))})", regex)
    return regex


def uncased(regex: str) -> str:
    """Write `[Hh]` as `h`; what keeps its case is set apart (PCRE only): entities, accents."""
    return _BRACKETS.sub(r"\2", _ACCENTS.sub(_accent, _ENTITIES.sub("(?-i:", regex)))


def any_case(lowering: Lowering, regex: str) -> str:
    """The same for a part of an expression that is otherwise case-sensitive (PCRE only)."""
    if lowering.target.letters != "brackets":
        return f"(?i:{letters(lowering, regex)})"
    return regex


def cased(lowering: Lowering, regex: str) -> Keys:
    """A key that is case-sensitive, as it stands."""
    if lowering.target.letters == "casemap":  # shorter than to name the comparator (PCRE only)
        return Keys(Match.REGEX, Comparator.CASEMAP, (f"(?-i:{regex})",))
    return Keys(Match.REGEX, Comparator.OCTET, (regex,))


_WORDS = re.compile(r"\(([a-z0-9]+(?:\|[a-z0-9]+)+)\)")


def common_head(words: Sequence[str]) -> str:
    """Give what all of the words begin with; there must be one."""
    first, last = min(words), max(words)
    size = next((at for at, char in enumerate(first) if char != last[at]), len(first))
    return first[:size]


def factored(words: Sequence[str]) -> str:
    """Write alternatives with what several of them begin with only once, where that is shorter."""
    plain = "|".join(dict.fromkeys(words))
    groups: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        groups.setdefault(word[:1], []).append(word)
    parts: list[str] = []
    for group in groups.values():
        head = common_head(group)
        tails = [word[len(head) :] for word in group]
        if len(group) == 1 or not head:
            parts += group
            continue
        inner = f"{head}({factored([tail for tail in tails if tail])})"
        parts.append(inner + "?" if "" in tails else inner)
    shorter = "|".join(parts)
    return shorter if len(shorter) < len(plain) else plain


def short(phrase: Phrase) -> str:
    """Quote a phrase in a few words."""
    text = str(phrase)
    return text if len(text) <= 60 else text[:57] + "..."
