"""Our result headers: written in one form only, and forged ones removed first.

    X-Coldstop-Verdict: file
    X-Coldstop-Folder: Recruiters
    X-Coldstop-Score: 14; objections=18; credits=4
    X-Coldstop-Pitch: 9; kind=job
    X-Coldstop-Rules: cold=10, move=10, says-how-we-met=-12
    X-Coldstop-Policy: passive; revision=0123456789ab

`X-Coldstop-Verdict` is one bare word, or `observe; would=<word>` where nothing may act on it, or
`none` where no verdict is written (`replies`). Values are printable ASCII, built from the policy's
words and from numbers, never from the mail (H10). The folder is named as the mail store has it
(`policy.folders`), so that a script files without knowing how; outside ASCII it is an RFC 2047
word, which Sieve's `header` test decodes. Other names with our prefix are removed as well: they
are ours to give (H5).
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from coldstop.daemon.limits import LIMITS
from coldstop.policy.folders import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.policy.folders import Naming
    from coldstop.scorecard.judgement import Judgement

PREFIX: Final = "x-coldstop-"
VERDICT: Final = "X-Coldstop-Verdict"
FOLDER: Final = "X-Coldstop-Folder"
SCORE: Final = "X-Coldstop-Score"
PITCH: Final = "X-Coldstop-Pitch"
RULES: Final = "X-Coldstop-Rules"
POLICY: Final = "X-Coldstop-Policy"

Header = tuple[str, str]

_NOT_IN_A_WORD: Final = re.compile(r"[^A-Za-z0-9._/@+-]+")
_ENCODED_BYTES: Final = 42  # 56 characters of base64 in a word of at most 75 (RFC 2047 §2)


class Forged:
    """Counts the fields of one message that pretend to be ours."""

    __slots__ = ("_names", "total")

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()
        self.total = 0

    def note(self, name: str) -> None:
        """Look at one field's name as it arrived, in whatever case."""
        lowered = name.strip().lower()
        if lowered.startswith(PREFIX):
            self._names[lowered] += 1
            self.total += 1

    def removals(self) -> Iterator[tuple[str, int]]:
        """Name and index of every forged field, highest index first.

        The mail server counts the fields of one name regardless of case and renumbers after each
        removal, so removing upwards would skip every other one (H5).
        """
        for name, count in self._names.items():
            for index in range(count, 0, -1):
                yield name, index


def word(text: str) -> str:
    """`text` as one printable word that neither folds nor ends a header."""
    return _NOT_IN_A_WORD.sub("_", text)[: LIMITS.header_word] or "_"


def folder_value(folder: str) -> str:
    """Give a folder's name for a header: as it is in ASCII, else as RFC 2047 words of UTF-8."""
    if folder.isascii() and folder.isprintable() and "=?" not in folder:
        return folder[: LIMITS.header_word]
    words: list[str] = []
    piece = b""
    for character in folder:
        encoded = character.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _ENCODED_BYTES:
            words.append(_encoded_word(piece))
            piece = b""
        piece += encoded
    words.append(_encoded_word(piece))
    return fold(words, " ")


def _encoded_word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="


def fold(items: Iterable[str], separator: str = ", ") -> str:
    """Join `items`, with a new line and a tab wherever the next one would pass the limit."""
    lines: list[str] = []
    line = ""
    for item in items:
        if line and len(line) + len(separator) + len(item) > LIMITS.header_line:
            lines.append(line + separator.rstrip())
            line = item
        else:
            line = f"{line}{separator}{item}" if line else item
    return "\n\t".join([*lines, line])


def no_verdict() -> tuple[Header, ...]:
    """Give what is written where a verdict must not be: it says nothing about why."""
    return ((VERDICT, "none"),)


def headers_for(
    judgement: Judgement, *, observe: bool = False, brief: bool = False, naming: Naming = PLAIN
) -> tuple[Header, ...]:
    """Give the headers that tell one judgement, the folder as the mail store has it.

    With `brief` only what filing needs (H24). With `observe` the verdict stands in a form that the
    shipped Sieve snippet does not act on.
    """
    verdict = judgement.verdict.value
    result = [(VERDICT, f"observe; would={verdict}" if observe else verdict)]
    if judgement.folder:
        result.append((FOLDER, folder_value(naming.of(judgement.folder))))
    if brief:
        return tuple(result)
    tallies = f"objections={judgement.objections}; credits={judgement.credits}"
    result.append((SCORE, f"{judgement.score}; {tallies}"))
    kind = f"; kind={word(judgement.kind)}" if judgement.kind else ""
    result.append((PITCH, f"{judgement.pitch}{kind}"))
    if judgement.fired:
        shown = [f"{word(rule.name)}={rule.points}" for rule in judgement.fired]
        hidden = len(shown) - LIMITS.rules_shown
        if hidden > 0:
            shown[LIMITS.rules_shown :] = [f"and {hidden} more"]
        result.append((RULES, fold(shown)))
    result.append((POLICY, f"{word(judgement.policy)}; revision={word(judgement.revision)}"))
    return tuple(result)
