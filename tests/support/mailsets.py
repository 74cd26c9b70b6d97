"""Where the sets of real mail are, and their files as mail.

* the corpora beside the project: `COLDSTOP_CORPORA`, else `../shared/corpora`. They may be
  missing, and callers say so; their `X-Corpus-*` fields are no part of the mail;
* the SpamAssassin corpus, which must be there: `make corpus` fetches it, `COLDSTOP_SPAMASSASSIN`
  names another copy. `CorpusMissingError` otherwise, never a silent skip. Some of its files begin
  with an mbox line, which is no part of the mail either.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SPAMASSASSIN: Final = ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")
_CORPUS_FIELD: Final = re.compile(rb"(?mi)^X-Corpus-[^\n]*\n(?:[ \t][^\n]*\n)*")


class CorpusMissingError(RuntimeError):
    """The SpamAssassin corpus is not there."""


def corpora_folder() -> Path:
    """Where the corpora would lie."""
    return Path(os.environ.get("COLDSTOP_CORPORA", ROOT.parent / "shared" / "corpora"))


def corpora_files(name: str) -> list[Path]:
    """The mail files of one folder of the corpora; none where they are not at hand."""
    return sorted((corpora_folder() / name).glob("*.eml"))


def spamassassin_files() -> list[Path]:
    """Every message of the SpamAssassin corpus, folder by folder."""
    default = ROOT / ".make" / "corpus" / "package" / "data"
    root = Path(os.environ.get("COLDSTOP_SPAMASSASSIN", default))
    files = [file for name in SPAMASSASSIN for file in sorted((root / name).glob("*.txt"))]
    if not files:
        raise CorpusMissingError(
            f"no SpamAssassin corpus in {root}: run `make corpus`, or let COLDSTOP_SPAMASSASSIN "
            "name a folder that holds easy-ham-1, spam-1 and so on"
        )
    return files


def without_mbox_line(raw: bytes) -> bytes:
    """The message, without a `From ` line in front of it."""
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def without_corpus_fields(raw: bytes) -> bytes:
    """The message, without what the collection wrote on top of it; a body may quote such lines."""
    while (found := _CORPUS_FIELD.match(raw)) is not None:
        raw = raw[found.end() :]
    return raw
