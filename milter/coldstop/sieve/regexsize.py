"""How large a regular expression becomes in PCRE, roughly.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\[:[a-z]+:\]|[^\]])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)


@lru_cache(maxsize=8192)
def regex_size(regex: str) -> int:
    """Estimate the bytes of a compiled expression in PCRE, which refuses what passes 64 KB.

    A character takes 2 bytes, a bracket 34, a group or an alternative 6; a counted repetition
    copies what it repeats.
    """
    sizes = [0]
    last = [0]
    for piece in _TOKEN.findall(regex):
        if piece == "(":
            sizes.append(0)
            last.append(0)
        elif piece == ")" and len(sizes) > 1:
            inner = sizes.pop() + 6
            last.pop()
            sizes[-1] += inner
            last[-1] = inner
        elif piece[0] == "{" and len(piece) > 1:
            low, _, high = piece[1:-1].partition(",")
            copies = max(1, int(high or low or 0))
            sizes[-1] += (last[-1] + 6) * (copies - 1)
        elif piece == "|":
            sizes[-1] += 6
            last[-1] = 0
        elif piece not in "*+?":
            last[-1] = 34 if piece[0] == "[" else 2 * len(piece.encode())
            sizes[-1] += last[-1]
    return sum(sizes)
