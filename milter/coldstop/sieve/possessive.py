r"""Let PCRE take gaps without a way back: hostile mail must not use up a host's stack.

PCRE calls itself for every round of a repeated group that it may have to undo; a megabyte of
`&nbsp;` ended Cyrus' delivery process. What follows a gap never begins as a gap does, so there is
nothing to undo: `(...)+` becomes `(...)++`, which is read in a loop. Before a label, any character
but a letter or digit may stand, `&` too: there `&nbsp;` has to be tried first.

Only for hosts whose expressions PCRE reads. Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from typing import Final

_BEFORE_LABEL: Final = "([^[:alnum:]<>]|&nbsp;)*"
_FIRST: Final = "(&nbsp;|[^[:alnum:]<>])*+"
_GAPS: Final = re.compile(r"(&nbsp;\|<\[\^<>\]\*>\)\)?[+*])(?!\+)")


_DIGITS: Final = re.compile(r"(\(\(,\)\?\[0-9\]\{3\}\)(?:\*|\{\d+,\}))(?![,0-9+]|\[0|\(,)")
"""The groups of three of a number, unless what follows might take one of them."""


def possessive(regex: str) -> str:
    """Give the same expression, with gaps and digits that are never given back."""
    return _DIGITS.sub(r"\1+", _GAPS.sub(r"\1+", regex.replace(_BEFORE_LABEL, _FIRST)))
