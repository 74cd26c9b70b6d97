"""The messages that judge and script are compared on, and where each set is from.

* the shipped samples;
* real mail beside the project (`COLDSTOP_CORPORA`, else `../shared/corpora`), without its
  `X-Corpus-*` fields: nothing is compared where it is not at hand, and the callers say so;
* the SpamAssassin corpus, which must be there: `make corpus` fetches it, `COLDSTOP_SPAMASSASSIN`
  names another copy. `CorpusMissingError` otherwise, never a silent skip.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Final

from coldstop.message.reader import read
from coldstop.resources import shipped
from differential.engines import Letter

_ROOT: Final = Path(__file__).resolve().parents[2]
_CORPUS_FIELD: Final = re.compile(rb"(?mi)^X-Corpus-[^\n]*\n(?:[ \t][^\n]*\n)*")
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
SPAMASSASSIN: Final = ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")


class CorpusMissingError(RuntimeError):
    """The SpamAssassin corpus is not there."""


def letter(name: str, raw: bytes) -> Letter:
    """Make a letter of a file: without its mbox line, sent by whom its Return-Path names."""
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
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
    root = Path(os.environ.get("COLDSTOP_CORPORA", _ROOT.parent / "shared" / "corpora"))
    return [
        letter(f"{name}/{file.name}", _without_corpus_fields(file.read_bytes()))
        for name in names
        for file in sorted((root / name).glob("*.eml"))
    ]


def _without_corpus_fields(raw: bytes) -> bytes:
    # Only at the top, where the collection wrote them: a body may quote such a line.
    while (found := _CORPUS_FIELD.match(raw)) is not None:
        raw = raw[found.end() :]
    return raw


def spamassassin(count: int | None = None, seed: int = 20) -> list[Letter]:
    """Messages of the SpamAssassin corpus, shuffled by a fixed seed; by default all of them."""
    default = _ROOT / ".make" / "corpus" / "package" / "data"
    root = Path(os.environ.get("COLDSTOP_SPAMASSASSIN", default))
    files = [file for name in SPAMASSASSIN for file in sorted((root / name).glob("*.txt"))]
    if not files:
        raise CorpusMissingError(
            f"no SpamAssassin corpus in {root}: run `make corpus`, or let COLDSTOP_SPAMASSASSIN "
            "name a folder that holds easy-ham-1, spam-1 and so on"
        )
    random.Random(seed).shuffle(files)
    return [letter(f"{file.parent.name}/{file.name}", file.read_bytes()) for file in files[:count]]
