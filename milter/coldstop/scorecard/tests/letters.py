"""`letters`: these letters in a row, as they stand in the mail, anywhere in Subject or text (S37).

Phrases cannot say what a failed mail merge leaves behind: `<first name>` looks like a tag, and a
tag is a gap. Here nothing is a gap: tags, entities and line ends stand for themselves, and only
the case of ASCII letters does not matter. `<` and `>` are found as `&lt;` and `&gt;`, too, and an
escaped `<` beside a plain `>`, as HTML allows.

Mail without any of the characters that the texts begin with is not searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

from coldstop.scorecard.facts import QUOTE
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.raw import any_case, evidence, parts, subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.policy.model import LettersTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts
    from coldstop.scorecard.judgement import Evidence


def spellings(text: str) -> tuple[str, ...]:
    """The ways in which a mail may hold a text."""
    half = text.replace("<", "&lt;")
    return tuple(dict.fromkeys((text, half, half.replace(">", "&gt;"))))


class Letters:
    """Some texts, ready to be looked for."""

    def __init__(self, texts: Iterable[str]) -> None:
        spelled = [spellings(text) for text in dict.fromkeys(texts)]
        beginnings = {one[:1].encode()[:1] for ways in spelled for one in ways}
        self._begin = tuple(
            sorted({first for one in beginnings for first in (one.lower(), one.upper())})
        )
        self._all = _pattern(one for ways in spelled for one in ways) if spelled else None
        self._each = tuple(map(_pattern, spelled))

    def find(self, texts: Iterable[tuple[str, bytes]]) -> dict[int, Evidence]:
        """Give each text that stands there, by its number, where it stands first."""
        found: dict[int, Evidence] = {}
        for where, text in texts:
            if self._all is None or not any(first in text for first in self._begin):
                continue
            if not self._all.search(text):
                continue
            for number, pattern in enumerate(self._each):
                span = None if number in found else pattern.search(text)
                if span:
                    found[number] = _quoted(where, text, span.start(), span.end())
        return found


def _pattern(texts: Iterable[str]) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    return re2.compile(b"|".join(map(any_case, texts)), options)


def _quoted(where: str, text: bytes, start: int, end: int) -> Evidence:
    """Quote a find as it stands: shown as people see it, there might be nothing left of it."""
    quote = text[start : min(end, start + QUOTE)].decode("utf-8", "replace")
    return evidence(where, text, start, end, quote)


def compile_letters(test: LettersTest, context: Context) -> Node:
    """Each text counts once, in whichever of the zones it stands first."""
    letters = Letters(context.entries(test.letters))
    in_subject, in_text = "subject" in test.zone, "all" in test.zone

    def texts(facts: Facts) -> Iterator[tuple[str, bytes]]:
        if in_subject:
            yield from subjects(facts)
        if in_text:
            yield from parts(facts)

    def run(facts: Facts) -> Hit | None:
        found = letters.find(texts(facts))
        return Hit(tuple(found[number] for number in sorted(found)), len(found)) if found else None

    zones = "" if in_subject and in_text else f" in {', '.join(test.zone)}"
    return Node(run, f"letters {', '.join(map(repr, test.letters))}{zones}")
