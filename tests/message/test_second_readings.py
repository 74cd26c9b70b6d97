"""Second readings end, come last and bring in nothing but text."""

from __future__ import annotations

import base64

from coldstop.message.limits import LIMITS
from coldstop.message.model import Defect, Envelope
from coldstop.message.reader import read, read_fields

PITCH = b"great opportunity for you"
_64 = base64.b64encode(PITCH)
_HEAD = b"From: a@b.example\nSubject: x\n"
_MULTI = b"Content-Type: multipart/mixed; boundary=b\n"
_HARMLESS = b"--b\n\nhello\n--b--\n"
_BASE64 = b"Content-Transfer-Encoding: base64\n"


def test_the_preamble_of_a_sound_multipart_is_no_text() -> None:
    """No mail program shows it, and no host reads it."""
    raw = _HEAD + _MULTI + b"\n" + PITCH + b"\n" + _HARMLESS + PITCH
    assert PITCH not in b" ".join(part.text for part in read(raw).parts)
    assert read(raw).defects == ()


def test_a_message_of_bare_crs_is_read() -> None:
    """Lines that end in CR alone are lines if there are no others."""
    message = read((_HEAD + _BASE64 + b"\n" + _64).replace(b"\n", b"\r"))
    assert message.header("subject") == ("x",)
    assert message.parts[0].text == PITCH
    assert message.defects == (Defect.BARE_CR,)


def test_the_subject_is_found_wherever_a_mail_program_finds_it() -> None:
    """Behind a thousand other fields, and behind a bare CR; through both doors."""
    field = b"Subject: " + PITCH + b"\n"
    many = b"A: b\n" * LIMITS.header_fields
    assert read(many + field + b"\nx").header("subject") == (PITCH.decode(),)
    bare = read(b"X: y\r" + field + b"\nx")
    assert bare.header("subject") == (PITCH.decode(),)
    assert bare.defects == (Defect.BARE_CR,)
    fields = [(b"A", b"b")] * LIMITS.header_fields + [(b"Subject", PITCH)]
    assert read_fields(fields, b"x", Envelope()).header("subject") == (PITCH.decode(),)
    fields = [(b"X", b"y\r" + field.strip())]
    assert read_fields(fields, b"x", Envelope()).header("subject") == (PITCH.decode(),)


def test_a_bare_cr_brings_in_no_sender() -> None:
    """Only what can hide a pitch is looked for there; a name and its proof are not."""
    raw = b"X: y\rFrom: friend@x.example\rAuthentication-Results: mx; dmarc=pass\n\nx"
    assert not read(raw).has("from")
    assert not read(raw).has("authentication-results")


def test_second_readings_come_last() -> None:
    """What is read again stands behind all that is read once, and takes none of its room."""
    filler = b"x" * (LIMITS.text_bytes // 2)
    raw = b"Content-Type: text/plain\n" + _MULTI + b"\n--b\n\n" + filler + b"\n--b\n\n" + PITCH
    message = read(raw + b"\n--b--\n")
    assert message.parts[1].text == PITCH
    assert len(message.parts) == 3
    assert sum(len(part.text) for part in message.parts) == LIMITS.text_bytes


def test_second_readings_end() -> None:
    """Past their limit the body is read once more, as plain text with what it holds encoded."""
    unit = b"--b\nContent-Transfer-Encoding: base64 x\n\n" + _64 + b"\n"
    fits = read(_HEAD + _MULTI + b"\n" + unit * LIMITS.second_readings + b"--b--\n")
    assert Defect.TOO_MANY_PARTS not in fits.defects
    assert len(fits.parts) == 2 * LIMITS.second_readings
    more = read(_HEAD + _MULTI + b"\n" + unit * (LIMITS.second_readings + 1) + b"--b--\n")
    assert Defect.TOO_MANY_PARTS in more.defects
