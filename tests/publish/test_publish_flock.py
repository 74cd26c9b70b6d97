"""`coldstop sieve canary --mail DIR`: real Postfix, Dovecot and Cyrus against the judge."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.message.reader import read
from coldstop.policy.words import Verdict
from coldstop.publish.canary import FIELD
from coldstop.publish.flock import marked
from support import sievehosts
from support.policies import LADDER, wanting
from support.policies import message as asking
from support.post import Post
from support.sievehosts import CyrusHost, DovecotHost
from support.tlspostfix import TlsPostfix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result


@contextlib.contextmanager
def configured(text: str) -> Iterator[None]:
    """Another imapd.conf for the next Cyrus."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sievehosts, "IMAPD_CONF", text)
        yield


@pytest.fixture(scope="module", params=["dovecot", "cyrus"])
def post(request: pytest.FixtureRequest) -> Iterator[Post]:
    """Postfix in front of one of the two; Dovecot knows the passwords for both."""
    users = {"alice": "pw-a"}
    if request.param == "dovecot":
        with (
            DovecotHost(users=users) as store,
            TlsPostfix(lmtp_socket=store.lmtp_socket, auth_socket=store.auth_socket) as smtp,
        ):
            yield Post(store, smtp)
        return
    # As Cyrus is by default: what it has seen before it drops.
    seen = sievehosts.IMAPD_CONF.replace("duplicatesuppression: no", "duplicatesuppression: yes")
    with (
        configured(seen),
        CyrusHost(users=users) as cyrus,
        DovecotHost(users=users) as door,
        TlsPostfix(lmtp_socket=cyrus.lmtp_socket, auth_socket=door.auth_socket) as smtp,
    ):
        yield Post(cyrus, smtp)


@pytest.fixture
def samples(post: Post, tmp_path: Path) -> Path:
    """One mail for each verdict; `small` is a policy that gives each what it asks for."""
    post.store.empty_mail("alice")
    (tmp_path / "p.yaml").write_text(wanting())
    folder = tmp_path / "mail"
    folder.mkdir()
    for number, verdict in enumerate(LADDER):
        (folder / f"{verdict}.eml").write_bytes(asking(verdict, number=number))
    return folder


def flown(post: Post, samples: Path, *words: str) -> Result:
    """Send them all."""
    policy = str(samples.parent / "p.yaml")
    return post.fly("--mail", str(samples), "--policy", policy, "--seconds", "20", *words)


@pytest.mark.real
@pytest.mark.parametrize("trace", [True, False])
def test_every_verdict_comes_out_as_the_judge_says(post: Post, samples: Path, trace: bool) -> None:
    """Twice over, message by message; afterwards nothing but the reader's own mail is there."""
    post.activate(trace=trace)
    assert post.store.deliver("alice", [asking("keep", number=99)])[0][0] == 250
    for _ in range(2):
        found = flown(post, samples)
        assert found.exit_code == 0, found.output
        assert f"{len(LADDER)} of {len(LADDER)} as the judge says" in found.output
        assert f"{len(LADDER) - 1} deleted again" in found.output
        assert re.search(r"^same +trash Trash +.*Trash +.*trash\.eml$", found.output, re.MULTILINE)
    assert {name: len(mails) for name, mails in post.store.stored("alice").items()} == {"INBOX": 1}


@pytest.mark.real
def test_what_differs_is_told(post: Post, samples: Path) -> None:
    """A script of another policy: each message that it treats otherwise, and exit code 1."""
    post.activate(
        trace=False, policy=wanting().replace("later Recruiters/Later", "later Elsewhere")
    )
    found = flown(post, samples, "--json")
    assert found.exit_code == 1, found.output
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["file"].rsplit("/")[-1] for row in rows if not row["same"]] == ["later.eml"]
    (row,) = (row for row in rows if not row["same"])
    assert row["judge"] == {"verdict": "later", "folder": "Recruiters/Later"}
    assert row["found"]["folder"] == "Elsewhere"
    assert post.store.stored("alice") == {}


@pytest.mark.real
def test_sieve_that_is_switched_off(post: Post, samples: Path) -> None:
    """All lies in the inbox then: what is not kept differs."""
    with post.store.sieve("alice") as sieve:
        sieve.activate("")
    found = flown(post, samples)
    assert found.exit_code == 1, found.output
    assert f"1 of {len(LADDER)} as the judge says" in found.output
    assert post.store.stored("alice") == {}
    kept = flown(post, samples, "--keep")
    assert "deleted" not in kept.output
    assert len(post.store.stored("alice")["INBOX"]) == len(LADDER)


@pytest.mark.real
def test_many_are_asked_for_first(post: Post, samples: Path) -> None:
    """More than fifty mails are not sent without a word; with --yes they are."""
    post.activate(trace=False)
    for number in range(60):
        (samples / f"n{number}.eml").write_bytes(asking("keep", number=number))
    refused = flown(post, samples)
    assert (refused.exit_code, "--yes" in refused.output) == (2, True)
    assert post.store.stored("alice") == {}
    sent = flown(post, samples, "--yes")
    assert sent.exit_code == 0, sent.output
    assert post.store.stored("alice") == {}


@pytest.mark.real
def test_what_cannot_be_sent(post: Post, samples: Path) -> None:
    """An empty folder, --expect, a policy that is none: told before anything is sent."""
    empty = samples.parent / "empty"
    empty.mkdir()
    for words, says in (
        (("--mail", str(empty)), "holds no mail"),
        (("--mail", str(samples), "--expect", "INBOX"), "--expect is for one mail"),
        (("--mail", str(samples), "--policy", "nowhere"), "nowhere"),
    ):
        found = post.fly(*words)
        assert (found.exit_code, says in found.output) == (2, True), found.output
    refused = flown(post, samples, "--from", "alice@mail.test", "--to", "nobody@mail.test")
    assert (refused.exit_code, "refused: " in refused.output) == (1, True)
    assert post.store.stored("alice") == {}


@given(st.binary(max_size=300), st.booleans())
def test_marking_keeps_the_mail(body: bytes, crlf: bool) -> None:
    """The word stands on top, the Message-ID keeps its host, the rest is as it was."""
    raw = b"From: a@b.example\nMessage-ID:\n <one@host.example>\nSubject: x\n\n" + body
    raw = raw.replace(b"\n", b"\r\n") if crlf else raw
    out = marked(raw, "coldstop0", 7)
    assert out.startswith(FIELD.encode() + b": coldstop0.000007\r\nFrom: a@b.example\r\n")
    assert b"<coldstop0.000007.one@host.example>\r\nSubject: x\r\n\r\n" in out
    assert not re.search(rb"(?<!\r)\n", out)
    assert marked(body, "coldstop0", 7).startswith(FIELD.encode())


def test_every_verdict_is_sampled() -> None:
    """The samples of these tests leave out no verdict."""
    assert set(LADDER) == {one.value for one in Verdict}
    assert read(asking("trash")).headers
