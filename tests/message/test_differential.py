"""coldstop's reader against the standard library's, on generated and on real mail.

Generated mail always runs: there the generator itself says what the leaves are, and both readers
must find them. Real mail comes from the folder that `COLDSTOP_CORPORA` names (else
`../shared/corpora` beside the repository); without it that part compares no files and says so.
White space is not compared: the standard library keeps some line ends that belong to a delimiter.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.message.model import Defect, Envelope
from coldstop.message.reader import read, read_fields
from fuzz.generate import mail
from fuzz.reference import Leaf, fields_of, text_leaves

if TYPE_CHECKING:
    from coldstop.message.model import Message

_ROOT = Path(__file__).resolve().parents[2]
_CORPORA = Path(os.environ.get("COLDSTOP_CORPORA", _ROOT.parent / "shared" / "corpora"))

# Where the two differ on real broken mail, and why coldstop's reading stands. By the end of the
# file's name.
_EXPLAINED = {
    "rfc2822_example13.eml": "`To :` and `Subject :` with blanks before the colon are fields "
    "(RFC 5322 §4.5.3, and Pigeonhole); the library ends the header there",
    "mails_issue126.eml": "two Content-Type fields: coldstop enters the multipart that is first",
    "data_msg_31.eml": "the boundary never occurs: read as one text, so nothing is hidden",
    "data_msg_41.eml": "a multipart without a boundary parameter: read as one text",
    "messages_btc2.eml": "the boundary never occurs: read as one text",
    "data_msg_38.eml": "a line that begins with a boundary and goes on is a delimiter (RFC 2046 "
    "§5.1.1, and Pigeonhole); the library wants the whole line",
    "malformed_004.eml": "a line that begins with the boundary is a delimiter",
    "malformed_019.eml": "bad lines in the header are skipped (Pigeonhole); the library ends it",
    "rfc_008.eml": "a message/rfc822 in base64 is decoded",
    "thirdparty_002.eml": "base64 goes on behind its first padding",
    "thirdparty_012.eml": "a fold inside a quoted boundary is unfolded",
    "m3007.eml": "uuencode is read as written, too (Pigeonhole hides the part)",
}


def words(leaves: list[Leaf]) -> list[Leaf]:
    """The leaves that hold words, white space aside."""
    return [(kind, b" ".join(text.split())) for kind, text in leaves if text.strip()]


def found(message: Message) -> list[Leaf]:
    """The message's own leaves in the same form."""
    return words([(part.kind, part.text) for part in message.parts])


@pytest.mark.parametrize("start", range(0, 600, 100))
def test_generated_mail(start: int) -> None:
    """Generator, standard library and coldstop agree on every leaf of valid mail."""
    for seed in range(start, start + 100):
        generated = mail(seed)
        message = read(generated.raw)
        assert found(message) == words(generated.leaves), seed
        if b"(note)" not in generated.raw:  # the library takes a comment for part of the type
            assert found(message) == words(text_leaves(generated.raw)), seed
        assert message.defects == (), seed


def test_real_mail(capsys: pytest.CaptureFixture[str]) -> None:
    """On real mail the two agree but for the explained files, and each of those still differs.

    Second readings of defective mail come on top of what the library finds.
    """
    files = sorted(_CORPORA.glob("*/*.eml"))
    different = set()
    for path in files:
        raw = path.read_bytes()
        message, theirs = read(raw), words(text_leaves(raw))
        mine = found(message)
        if mine == theirs:
            continue
        if path.name.endswith(tuple(_EXPLAINED)) or mine[: len(theirs)] != theirs:
            different.add(path.name)
        else:  # read again in another sense, behind all that the library finds
            assert message.defects, path.name
    with capsys.disabled():
        print(  # noqa: T201 - an absent corpus must be seen, not skipped
            f"\n[differential] {len(files)} corpus files compared in {_CORPORA}", end=" "
        )
    explained = {name for name in different if name.endswith(tuple(_EXPLAINED))}
    assert different == explained
    if files:
        assert len(explained) == len(_EXPLAINED)


def test_both_doors_on_real_mail(capsys: pytest.CaptureFixture[str]) -> None:
    """What a milter would collect of a real message is that message, in LF and in CRLF.

    Not for headers with bad lines: an MTA ends such a header by rules of its own.
    """
    compared = 0
    for path in sorted(_CORPORA.glob("*/*.eml")):
        lf = path.read_bytes().replace(b"\r\n", b"\n")
        if lf.startswith((b"From ", b">From ")) or Defect.BAD_HEADER_LINE in read(lf).defects:
            continue
        for raw in (lf, lf.replace(b"\n", b"\r\n")):
            whole, collected = read(raw), read_fields(*fields_of(raw), Envelope())
            assert collected.headers == whole.headers, path.name
            assert collected.parts == whole.parts, path.name
            assert collected.defects == whole.defects, path.name
            compared += 1
    with capsys.disabled():
        print(f"\n[both doors] {compared} messages compared", end=" ")  # noqa: T201
