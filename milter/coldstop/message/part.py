"""One text leaf of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Part:
    """A text/plain or text/html leaf, ready to be matched."""

    kind: Literal["text/plain", "text/html"]
    text: bytes
    """UTF-8 with LF line ends, HTML not stripped, up to its first NUL."""
