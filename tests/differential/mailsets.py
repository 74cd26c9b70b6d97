"""The messages that judge and script are compared on, as letters to send.

* the shipped samples;
* real mail beside the project: nothing is compared where it is not at hand, and the callers say
  so;
* the SpamAssassin corpus, which must be there: `CorpusMissingError` otherwise.

`support.mailsets` finds them.
"""

from __future__ import annotations

import random
import re
from typing import Final

from coldstop.message.reader import read
from coldstop.resources import shipped
from differential.engines import Letter
from support.mailsets import (
    CorpusMissingError,
    corpora_files,
    spamassassin_files,
    without_corpus_fields,
    without_mbox_line,
)

__all__ = ["CorpusMissingError", "corpora", "letter", "samples", "spamassassin"]

_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def letter(name: str, raw: bytes) -> Letter:
    """Make a letter of a file: without its mbox line, sent by whom its Return-Path names."""
    raw = without_mbox_line(raw)
    return Letter(name, raw, _sender(raw))


def _sender(raw: bytes) -> str:
    message = read(raw)
    for field in ("return-path", "from"):
        for value in message.header(field):
            found = _MAILBOX.search(value)
            if found is not None:
                return found[0]
    return ""


def samples() -> list[Letter]:
    """The mail that comes with the example policies."""
    folder = shipped("policies", "examples", "mail")
    return [letter(f"samples/{file.name}", file.read_bytes()) for file in sorted(folder.iterdir())]


def corpora(*names: str) -> list[Letter]:
    """Real mail of some folders of the corpora; none where they are not at hand."""
    return [
        letter(f"{name}/{file.name}", without_corpus_fields(file.read_bytes()))
        for name in names
        for file in corpora_files(name)
    ]


def spamassassin(count: int | None = None, seed: int = 20) -> list[Letter]:
    """Messages of the SpamAssassin corpus, shuffled by a fixed seed; by default all of them."""
    files = spamassassin_files()
    random.Random(seed).shuffle(files)
    return [letter(f"{file.parent.name}/{file.name}", file.read_bytes()) for file in files[:count]]
