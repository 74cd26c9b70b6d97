"""Where mail comes from on the command line: a file, a folder, an mbox, a Maildir, or stdin.

Fails: OSError of the file system, for the verb to report; a file that is no mail is mail
without headers, as everywhere.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# RFC 4155: "From " sender, blank, asctime date. The blank line in front keeps text out.
_MBOX_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\d\d:\d\d[^\n]*\n")


def mails(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every mail below the paths with a name for it; `-` is standard input."""
    for path in paths:
        if path == "-":
            yield from _split("-", sys.stdin.buffer.read())
            continue
        for file in files(Path(path)):
            yield from _split(str(file), file.read_bytes())


def files(path: Path) -> Iterator[Path]:
    """The file itself, or all files below a folder in order.

    Left out: a Maildir's `tmp`, hidden files, and hidden folders that are no Maildir (`.git`; but
    `.Recruiters` with its `cur` is a folder of a Maildir).
    """
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        folders = [path.joinpath(*inside) for inside in _prefixes(file.relative_to(path).parts)]
        if (
            file.is_file()
            and not file.name.startswith(".")
            and not (file.parent.name == "tmp" and (file.parent.parent / "cur").is_dir())
            and not any(one.name.startswith(".") and not (one / "cur").is_dir() for one in folders)
        ):
            yield file


def _prefixes(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The folders on the way to a file."""
    return (parts[:end] for end in range(1, len(parts)))


def _split(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if not data.startswith(b"From "):
        yield name, data
        return
    starts = [found.start() for found in _MBOX_LINE.finditer(data)] or [0]
    if len(starts) == 1:
        yield name, data
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        yield f"{name}#{number}", data[start:end]
