"""How many groups an expression has, and how deep PCRE2 goes to match it, at most.

PCRE2 keeps a frame for every choice that it may have to undo: for each group that it entered, for
each repeat that could have taken less. A host bounds them (`limits.regex_depth`; Dovecot 2.4.2 and
later: 100) and takes what passes for "no match", without a word. A group that is repeated without
end has a frame a round, unless it is possessive (`possessive`): then a round leaves nothing behind.

Refuses nothing and cannot fail; what is no expression gives some number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(
    r"\\.|\[\^?\]?(?:\[:[a-z]+:\]|[^\]])*\]|\(\?[-a-z]*:|(?:[*+?]|\{\d+(?:,\d*)?\})\+?|.",
    re.DOTALL,
)
_LETTERS: Final = re.compile(r"(?:\[[A-Z][a-z]\])+")
"""Most of an expression; characters need no frame, however many there are."""
_MANY: Final = re.compile(r"\)(?:[*+](?!\+)|\{)")
"""A group that may be there several times and keeps a frame for each."""
_COUNTS: Final = {"*": (0, math.inf), "+": (1, math.inf), "?": (0, 1)}


@dataclass(slots=True)
class _Part:
    """Frames that stay when a part has matched, and the most that there are meanwhile."""

    stay: float = 0
    most: float = 0

    def then(self, stay: float, most: float) -> None:
        """Go on with another part."""
        self.most = max(self.most, self.stay + most)
        self.stay += stay


@dataclass(slots=True)
class _Group:
    done: list[_Part] = field(default_factory=list)
    """Alternatives before this one."""
    now: _Part = field(default_factory=_Part)
    last: tuple[float, float, bool] | None = None
    """What a repeat would repeat: its frames, and whether it is a group."""

    def settle(self) -> None:
        """Take in what nothing repeats."""
        if self.last is not None:
            stay, most, _ = self.last
            self.now.then(stay, most)
            self.last = None


def regex_groups(regex: str) -> int:
    """Count the groups that capture; a bracket that is no group (`[(]`) counts as one, too."""
    return regex.count("(") - regex.count("(?")


def goes_deeper(regex: str, limit: int) -> bool:
    """Say whether `regex_depth` is over a limit; most expressions need no counting for it."""
    choices = sum(map(regex.count, "(*+?{"))
    if choices <= limit and not _MANY.search(regex):
        return False
    return regex_depth(regex) > limit


def regex_depth(regex: str) -> float:
    """Count the frames that PCRE2 needs at most; infinite where the text decides."""
    open_ = [_Group()]
    for piece in _TOKEN.findall(_LETTERS.sub("x", regex)):
        group = open_[-1]
        if piece[0] == "(":
            group.settle()
            open_.append(_Group())
        elif piece == ")" and len(open_) > 1:
            inner = _closed(open_.pop())
            open_[-1].last = (1 + inner.stay, 1 + inner.most, True)
        elif piece == "|":
            group.settle()
            group.done.append(group.now)
            group.now = _Part()
        elif group.last is not None and (piece[0] in "*+?" or (piece[0] == "{" and len(piece) > 1)):
            stay, most, is_group = group.last
            group.last = None
            group.now.then(*_repeated(piece, stay, most, is_group=is_group))
        else:
            group.settle()
            group.last = (0, 0, False)
    while len(open_) > 1:  # no expression, but a number for it
        inner = _closed(open_.pop())
        open_[-1].now.then(inner.stay, inner.most)
    return _closed(open_[0]).most


def _closed(group: _Group) -> _Part:
    group.settle()
    every = [*group.done, group.now]
    return _Part(max(one.stay for one in every), max(one.most for one in every))


def _repeated(piece: str, stay: float, most: float, *, is_group: bool) -> tuple[float, float]:
    """Frames of a repeat: those that stay, and the most."""
    possessive = len(piece) > 1 and piece.endswith("+")
    count = piece.removesuffix("+") if possessive else piece
    if count in _COUNTS:
        low, high = _COUNTS[count]
    else:
        first, comma, second = count[1:-1].partition(",")
        low = int(first)
        high = math.inf if comma and not second else int(second or first)
    if not is_group:
        # One more where it could have taken less; characters themselves need none.
        return (0, 1) if possessive or low == high else (1, 1)
    if possessive and high == math.inf:
        # Rounds that must be are tried one inside the other, those that may be in a loop.
        return 1, 1 + max(1, low) * (stay + 1) + most
    return high * (stay + 1), high * (stay + 1) + most
