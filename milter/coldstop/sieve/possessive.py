r"""Let PCRE take gaps without a way back: hostile mail must not use up what a host gives a match.

PCRE keeps something for every round of a repeated group that it may have to undo. A megabyte of
`&nbsp;` ended Cyrus' delivery process; Dovecot 2.4.2 and later allows a depth of 100 and says "no
match" beyond it, so that 50 blanks between two words hid them. What follows a gap never begins as a
gap does, so there is nothing to undo: `(...)+` becomes `(...)++`, which is read in a loop and
leaves nothing behind. Before a label, any character but a letter or digit may stand, `&` too: there
`&nbsp;` has to be tried first.

libc (Dovecot 2.3, 2.4.1) reads the second `+` as "that, repeated": the same texts, for a repeat
without an upper bound. So one form serves every host. A bounded repeat has no such form, as
`(...){0,3}+` would be any number of them for libc: what it costs at most is counted (`regexdepth`).

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coldstop.sieve.script import Ref

if TYPE_CHECKING:
    from coldstop.sieve.script import String

_BEFORE_LABEL: Final = "([^[:alnum:]<>]|&nbsp;)*"
_FIRST: Final = "(&nbsp;|[^[:alnum:]<>])*+"
_GAPS: Final = re.compile(r"(&nbsp;\|<\[\^<>\]\*>\)(?:\|:\)|\))?[+*])(?!\+)")
"""Gaps, and what else may stand between two words together with them."""
_INLINE: Final = re.compile(r"(\(\[\[:space:\]\]\[\^<>\]\*\)\?>\)[+*])(?!\+)")
"""Gaps within a line, as salutations have them: blanks and tags that break no line."""
_DIGITS: Final = re.compile(r"(\(\(,\)\?\[0-9\]\{3\}\)(?:\*|\{\d+,\}))(?![,0-9+]|\[0|\(,)")
"""The groups of three of a number, unless what follows might take one of them."""
_LABELS: Final = re.compile(r"(\(\[\.\]\[\[:alnum:\]-\]\+\)\+)(?!\+)")
"""The labels of a domain: each begins with a dot, and no label has one."""


def possessive(regex: str) -> str:
    """Give the same expression, with gaps and digits that are never given back."""
    regex = _GAPS.sub(r"\1+", regex.replace(_BEFORE_LABEL, _FIRST))
    regex = _INLINE.sub(r"\1+", regex)
    return _LABELS.sub(r"\1+", _DIGITS.sub(r"\1+", regex))


def never_back(string: String) -> String:
    """The same for a key of a test."""
    if isinstance(string, str):
        return possessive(string)
    return tuple(piece if isinstance(piece, Ref) else possessive(piece) for piece in string)
