"""The shipped sample mails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coldstop.demo.samples import AUTHSERV, Sample, sample, samples
from coldstop.message.authentication import Trusted, authenticated_domain
from coldstop.message.reader import read
from coldstop.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(shipped("policies", "examples", "mail").glob("*.eml"))
LINKEDIN = ("09-linkedin-invitation.eml", "10-tasteful-inmail.eml")


def test_every_sample_is_sent() -> None:
    """All files are read, in the order of their numbers."""
    names = [one.name for one in samples()]
    assert len(names) >= 14
    assert names == [path.name for path in FILES]
    assert names == sorted(names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_is_well_formed_mail(path: Path) -> None:
    """A sample reads without defects and has what every mail has."""
    message = read(path.read_bytes())
    assert message.defects == ()
    assert message.parts
    for name in ("date", "from", "subject", "message-id", "received", "mime-version"):
        assert len(message.header(name)) == 1, name
    assert max(map(len, path.read_bytes().split(b"\n"))) <= 998  # RFC 5322 §2.1.1


def test_message_ids_differ() -> None:
    """The demonstration tells the samples apart by their Message-ID."""
    ids = [read(one.raw).header("message-id") for one in samples()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_names_nobody_real(path: Path) -> None:
    """Hosts end in reserved names (RFC 6761), but for those that LinkedIn itself sends from."""
    text = b"\n".join(part.text for part in read(path.read_bytes()).parts)
    text += path.read_bytes().partition(b"\n\n")[0]
    hosts = re.findall(rb"(?:@|://)([A-Za-z0-9.-]+\.[A-Za-z]{2,})", text)
    assert hosts
    allowed = (b".example", b".test") + ((b"linkedin.com",) if path.name in LINKEDIN else ())
    assert [host for host in hosts if not host.endswith(allowed)] == []


@pytest.mark.parametrize("name", ["06-known-firm-referral.eml", "07-known-person.eml"])
def test_known_senders_are_authenticated(name: str) -> None:
    """Who is known is vouched for by our own border."""
    message = read((FILES[0].parent / name).read_bytes())
    (sender,) = message.addresses("from")
    assert authenticated_domain(message, Trusted().and_also([AUTHSERV])) == sender.domain


def test_the_forged_firm_is_not_authenticated() -> None:
    """A known firm's name in From is not enough."""
    message = read((FILES[0].parent / "20-forged-firm.eml").read_bytes())
    (sender,) = message.addresses("from")
    assert sender.domain == "goodfirm.example"
    assert authenticated_domain(message, Trusted().and_also([AUTHSERV])) == ""


def test_return_path_becomes_the_envelope_sender(tmp_path: Path) -> None:
    """What a mailbox keeps as Return-Path is MAIL FROM again, and lines end in CRLF."""
    path = tmp_path / "one.eml"
    path.write_bytes(b"Return-Path: <a@b.example>\nSubject: x\n\nhello\n")
    assert sample(path) == Sample("one.eml", "a@b.example", b"Subject: x\r\n\r\nhello\r\n")


def test_our_own_received_is_taken_off(tmp_path: Path) -> None:
    """Our server writes its Received after the milter was asked; older ones stay."""
    path = tmp_path / "one.eml"
    head = b"Return-Path: <>\n"
    ours = b"Received: from a.example (a.example [192.0.2.1])\n\tby mx.mail.test; Mon\n"
    theirs = b"Received: from b.example\n\tby a.example; Mon\n"
    path.write_bytes(head + ours + theirs + b"\nhello\n")
    assert sample(path).raw == (theirs + b"\nhello\n").replace(b"\n", b"\r\n")
    path.write_bytes(head + theirs + ours + b"\nhello\n")
    assert sample(path).raw == (theirs + ours + b"\nhello\n").replace(b"\n", b"\r\n")


def test_a_sample_without_return_path_has_the_null_sender(tmp_path: Path) -> None:
    """Nothing is invented where the envelope sender is not known."""
    path = tmp_path / "one.eml"
    path.write_bytes(b"Subject: x\n\nReturn-Path: <a@b.example>\n")
    assert sample(path).sender == ""
