"""Every verdict, observed in the mailbox or in the SMTP reply of a real Postfix and Dovecot."""

from __future__ import annotations

import email
import email.policy
import smtplib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.mta import Chain, chain, until
from support.policies import message, wanting

if TYPE_CHECKING:
    from email.message import EmailMessage

pytestmark = pytest.mark.real

SENDER = "someone@sender.test"
SNIPPET = Path(__file__).parents[2] / "deploy" / "dovecot" / "coldstop.sieve"
VERDICTS = ("keep", "tag", "later", "file", "quarantine", "trash")
ALICE = ["alice@mail.test"]


def parsed(raw: bytes) -> EmailMessage:
    """Read a delivered message."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def ours(raw: bytes) -> dict[str, str]:
    """Give the result headers of a delivered message; each may stand there once."""
    found: dict[str, str] = {}
    for name, value in parsed(raw).items():
        if name.lower().startswith("x-coldstop-"):
            assert name not in found
            found[name] = str(value)
    return found


@pytest.mark.parametrize(
    ("verdict", "folder"),
    [
        ("keep", "INBOX"),
        ("tag", "INBOX"),
        ("later", "Recruiters/Later"),
        ("file", "Recruiters"),
        ("quarantine", "Junk"),
        ("trash", "Trash"),
    ],
)
def test_delivered_by_header(by_header: Chain, verdict: str, folder: str) -> None:
    """The shipped Sieve script puts each verdict where it belongs."""
    by_header.dovecot.empty()
    code, _ = by_header.send(SENDER, ALICE, message(verdict))
    assert code == 250
    (raw,) = by_header.dovecot.wait_for("alice", folder)
    headers = ours(raw)
    assert headers["X-Coldstop-Verdict"] == verdict
    assert headers["X-Coldstop-Policy"].startswith("small; revision=")
    assert headers["X-Coldstop-Pitch"] == "9; kind=job"
    assert ("wants-" in headers["X-Coldstop-Rules"]) is (verdict != "keep")
    assert by_header.dovecot.everywhere("alice") == {folder: [raw]}


@pytest.mark.parametrize(
    ("verdict", "folder"),
    [("keep", "INBOX"), ("later", "Recruiters/Later"), ("file", "Recruiters"), ("trash", "Trash")],
)
def test_delivered_by_subaddress(by_address: Chain, verdict: str, folder: str) -> None:
    """Without any script, the sub-address puts each verdict where it belongs."""
    by_address.dovecot.empty()
    assert by_address.send(SENDER, ALICE, message(verdict))[0] == 250
    (raw,) = by_address.dovecot.wait_for("alice", folder)
    assert ours(raw)["X-Coldstop-Verdict"] == verdict
    assert list(by_address.dovecot.everywhere("alice")) == [folder]


def test_rejected_in_the_session(by_header: Chain) -> None:
    """The sender is told in the SMTP session, civilly, in the policy's words; nothing arrives."""
    by_header.dovecot.empty()
    code, text = by_header.send(SENDER, ALICE, message("reject"))
    assert (code, text) == (550, "5.7.1 Please say, 100%, who you are.")
    assert by_header.dovecot.everywhere("alice") == {}
    assert by_header.postfix.queued() == []


def test_discarded_where_the_policy_says_so(by_header: Chain) -> None:
    """The sender sees success, nobody gets the message, and nothing stays in the queue."""
    by_header.dovecot.empty()
    assert by_header.send(SENDER, ALICE, message("discard"))[0] == 250
    assert by_header.send(SENDER, ALICE, message("keep"))[0] == 250
    by_header.dovecot.wait_for("alice")
    assert [len(found) for found in by_header.dovecot.everywhere("alice").values()] == [1]
    until(lambda: not by_header.postfix.queued(), "an empty queue")


def test_held_in_the_queue(by_address: Chain) -> None:
    """quarantine: hold keeps the message in Postfix until the operator releases it."""
    by_address.dovecot.empty()
    assert by_address.send(SENDER, ALICE, message("quarantine"))[0] == 250
    until(lambda: by_address.postfix.queued("hold"), "a held message")
    (queue_id,) = by_address.postfix.queued("hold")
    assert by_address.dovecot.everywhere("alice") == {}
    settings = str(by_address.postfix.folder / "etc")
    subprocess.run(["postsuper", "-c", settings, "-H", queue_id], check=True, capture_output=True)
    (raw,) = by_address.dovecot.wait_for("alice")
    assert ours(raw)["X-Coldstop-Verdict"] == "quarantine"


def test_a_mailbox_has_its_own_policy(by_header: Chain) -> None:
    """The same message is judged by the policy of its recipient."""
    by_header.dovecot.empty()
    both = message("file", extra="X-Bob-Wants: trash\r\n")
    for recipient in ("alice@mail.test", "bob@mail.test"):
        assert by_header.send(SENDER, [recipient], both)[0] == 250
    by_header.dovecot.wait_for("alice", "Recruiters")
    (raw,) = by_header.dovecot.wait_for("bob", "Trash")
    assert ours(raw)["X-Coldstop-Policy"].startswith("bobs;")


def test_recipients_with_opposite_policies(by_address: Chain) -> None:
    """Each copy goes its own way, and neither tells the other's verdict, Bcc included."""
    by_address.dovecot.empty()
    raw = message("keep", extra="X-Bob-Wants: file\r\n")
    assert by_address.send(SENDER, ["alice@mail.test", "bob@mail.test"], raw)[0] == 250
    (for_alice,) = by_address.dovecot.wait_for("alice")
    (for_bob,) = by_address.dovecot.wait_for("bob", "Recruiters")
    for copy, other in ((for_alice, b"bob@"), (for_bob, b"alice@")):
        assert ours(copy) == {"X-Coldstop-Verdict": "none"}
        assert other not in copy
        assert b"Recruiters" not in for_alice


def test_opposite_policies_by_header_deliver_to_both(by_header: Chain) -> None:
    """Where only headers can file, both copies stay in the inbox rather than tell or lose."""
    by_header.dovecot.empty()
    raw = message("keep", extra="X-Bob-Wants: reject\r\n")
    assert by_header.send(SENDER, ["alice@mail.test", "bob@mail.test"], raw)[0] == 250
    for user in ("alice", "bob"):
        (copy,) = by_header.dovecot.wait_for(user)
        assert ours(copy) == {"X-Coldstop-Verdict": "none"}


def test_one_recipient_may_discard(by_address: Chain) -> None:
    """Where only one policy discards, only that recipient does without."""
    by_address.dovecot.empty()
    raw = message("keep", extra="X-Bob-Wants: discard\r\n")
    assert by_address.send(SENDER, ["bob@mail.test", "alice@mail.test"], raw)[0] == 250
    by_address.dovecot.wait_for("alice")
    until(lambda: not by_address.postfix.queued(), "an empty queue")
    assert by_address.dovecot.everywhere("bob") == {}


def test_equal_recipients_both_see_the_verdict(by_header: Chain) -> None:
    """Recipients under one policy get headers as one recipient would."""
    by_header.dovecot.empty()
    raw = message("file")
    assert by_header.send(SENDER, ["alice@mail.test", "carol@mail.test"], raw)[0] == 250
    for user in ("alice", "carol"):
        (copy,) = by_header.dovecot.wait_for(user, "Recruiters")
        assert ours(copy)["X-Coldstop-Verdict"] == "file"


def test_authenticated_submission_is_not_judged(by_header: Chain) -> None:
    """Mail that a user submits with a password is left alone, whatever it says."""
    by_header.dovecot.empty()
    client = by_header.postfix.submission("alice")
    try:
        client.sendmail("alice@mail.test", ["carol@mail.test"], message("reject"))
    finally:
        client.quit()
    (raw,) = by_header.dovecot.wait_for("carol")
    assert ours(raw) == {}
    line = by_header.milter.lines("message")[-1]
    assert line["outcome"] == "authenticated"
    assert f"{line['queue']}: client=" in by_header.postfix.log()


def test_a_message_with_defects_is_delivered(by_header: Chain) -> None:
    """What the reader finds broken arrives all the same, judged, and the log names the defects."""
    by_header.dovecot.empty()
    broken = (
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\n"
        "Content-Transfer-Encoding: base64\r\n"
    )
    raw = (
        message("tag", extra=broken) + b"--x\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff"
    )
    assert by_header.send(SENDER, ALICE, raw + b"\r\n")[0] == 250
    (delivered,) = by_header.dovecot.wait_for("alice")
    assert ours(delivered)["X-Coldstop-Verdict"] == "tag"
    assert by_header.milter.lines("message")[-1]["defects"] != "-"


def test_fifty_forged_headers(by_header: Chain) -> None:
    """However they are written, forged result headers do not survive, and ours stands alone."""
    by_header.dovecot.empty()
    names = ["X-Coldstop-Verdict", "x-coldstop-verdict", "X-COLDSTOP-VERDICT", "x-ColdStop-Folder"]
    ways = ["{}: trash", "{}:trash", "{} : trash", "{}:\r\n trash", "{}:\ttrash\r\n\t; x"]
    forged = [ways[n % len(ways)].format(names[n % len(names)]) for n in range(46)]
    forged += [
        "X-Coldstop-Score: 99",
        "X-coldstop-: x",
        "X-Coldstop-Made-Up: x",
        "X-COLDSTOP-RULES:",
    ]
    assert len(forged) == 50
    top = "".join(line + "\r\n" for line in forged[:25]).encode()
    below = "".join(line + "\r\n" for line in forged[25:])
    assert by_header.send(SENDER, ALICE, top + message("keep", extra=below))[0] == 250
    (raw,) = by_header.dovecot.wait_for("alice")
    headers = ours(raw)
    assert headers["X-Coldstop-Verdict"] == "keep"
    assert set(headers) == {
        "X-Coldstop-Verdict",
        "X-Coldstop-Score",
        "X-Coldstop-Pitch",
        "X-Coldstop-Rules",
        "X-Coldstop-Policy",
    }
    assert b"trash" not in raw.partition(b"\r\n\r\n")[0]
    assert by_header.milter.lines("message")[-1]["forged"] == "50"


def test_too_many_forged_headers_are_refused(by_header: Chain) -> None:
    """A sender who writes hundreds of them is told no, instead of keeping Postfix busy."""
    flood = "".join(f"X-Coldstop-{n % 7}: x\r\n" for n in range(2_000))
    code, text = by_header.send(SENDER, ALICE, message(extra=flood))
    assert code == 550
    assert "X-Coldstop" in text


def test_a_folder_outside_ascii(by_header: Chain) -> None:
    """A folder named in another script is filed into under its own name."""
    policy = wanting("bobs", "X-Bob-Wants").replace("file Recruiters", '"file Anwerber Grüße"')
    by_header.milter.write("bob.yaml", policy)
    before = len(by_header.milter.lines("reload"))
    by_header.milter.reload()
    until(lambda: len(by_header.milter.lines("reload")) > before, "the reload")
    by_header.dovecot.empty()
    until(lambda: _filed(by_header) == "Anwerber Gr&APwA3w-e", "the folder", 10)


def _filed(servers: Chain) -> str:
    raw = message(extra="X-Bob-Wants: file\r\n")
    assert servers.send(SENDER, ["bob@mail.test"], raw)[0] == 250
    until(lambda: servers.dovecot.everywhere("bob"), "the message")
    return list(servers.dovecot.everywhere("bob"))[-1]


@pytest.mark.parametrize("mode", ["observe", "tag"])
def test_modes_that_only_write_headers(mode: str) -> None:
    """Observing never moves a message; tagging leaves acting to the script. Nothing is refused."""
    settings = {
        "policy": "p.yaml",
        "mode": mode,
        "quarantine": "hold",
        "filing": "subaddress",
        "own_domains": ["mail.test"],
    }
    with chain(settings, {"p.yaml": wanting()}, sieve_before=SNIPPET) as servers:
        wants = (*VERDICTS, "reject", "discard")
        for number, want in enumerate(wants):
            assert servers.send(SENDER, ALICE, message(want, number=number))[0] == 250
        moved = {"later", "file", "quarantine", "trash"} if mode == "tag" else set()
        inbox = servers.dovecot.wait_for("alice", "INBOX", len(wants) - len(moved))
        told = {ours(raw)["X-Coldstop-Verdict"] for raw in inbox}
        prefix = "observe; would=" if mode == "observe" else ""
        assert told == {f"{prefix}{want}" for want in wants if want not in moved}
        assert servers.postfix.queued("hold") == []


def test_the_snippet_ignores_what_is_not_ours(by_header: Chain) -> None:
    """A value in another form than ours moves nothing, even if it were let through."""
    by_header.dovecot.empty()
    values = ("observe; would=trash", "none", "TRASH", "trash; x", "Trash", "reject", "discard")
    with smtplib.LMTP(str(by_header.dovecot.lmtp_socket)) as straight:
        for value in values:
            head = f"X-Coldstop-Verdict: {value}\r\nX-Coldstop-Folder: Trash\r\n\r\nx\r\n"
            straight.sendmail(SENDER, ALICE, head.encode())
    found = by_header.dovecot.wait_for("alice", count=len(values))
    assert by_header.dovecot.everywhere("alice") == {"INBOX": found}
