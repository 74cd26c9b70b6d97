"""`coldstop sieve canary`: a real Postfix takes the mail, a real Dovecot and Cyrus store it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.daemon import headers
from coldstop.demo.milter import Milter
from coldstop.publish.canary import FIELD, Landing, Route, message
from coldstop.publish.folders import Folder, decoded, parse
from support.policies import message as asking
from support.policies import wanting
from support.post import Post
from support.sievehosts import CyrusHost, DovecotHost
from support.tlspostfix import TlsPostfix

if TYPE_CHECKING:
    from collections.abc import Iterator


DOCUMENT = Path(__file__).parents[2] / "docs" / "publishing.md"


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    """Postfix in front of Dovecot."""
    with (
        DovecotHost() as store,
        TlsPostfix(lmtp_socket=store.lmtp_socket, auth_socket=store.auth_socket) as smtp,
    ):
        yield Post(store, smtp)


@pytest.fixture(autouse=True)
def _empty(request: pytest.FixtureRequest) -> None:
    if "post" in request.fixturenames:
        request.getfixturevalue("post").store.empty_mail("alice")


@pytest.mark.real
def test_it_arrives_and_is_gone(post: Post) -> None:
    """With a traced script the verdict is shown; afterwards nothing of it is left."""
    post.activate(trace=True)
    other = post.store.deliver("alice", [asking("keep")])
    assert other[0][0] == 250
    flown = post.fly()
    assert flown.exit_code == 0, flown.output
    assert re.search(r"arrived in INBOX after \d+\.\d s", flown.output)
    assert "the script says:" in flown.output
    assert "verdict-keep" in flown.output
    assert "deleted again" in flown.output
    assert len(post.store.stored("alice")["INBOX"]) == 1, "the reader's own mail stays"


@pytest.mark.real
def test_without_trace_it_says_what_it_does_not_show(post: Post) -> None:
    """No flags of a script: the mail arrived, and that is all that is claimed."""
    post.activate(trace=False)
    flown = post.fly()
    assert flown.exit_code == 0, flown.output
    assert "whether the script ran is not shown" in flown.output


@pytest.mark.real
def test_a_mail_that_the_script_files(post: Post, tmp_path: Path) -> None:
    """With a mail of one's own and a folder, the script is put to the test."""
    post.activate(trace=False)
    path = tmp_path / "pitch.eml"
    path.write_bytes(b"From someone Mon Jan  1 00:00:00 2026\n" + asking("file"))
    words = ("--mail", str(path), "--expect")
    flown = post.fly(*words, "Recruiters")
    assert flown.exit_code == 0, flown.output
    assert "arrived in Recruiters" in flown.output
    wrong = post.fly(*words, "INBOX", "--keep")
    assert (wrong.exit_code, "not in INBOX" in wrong.output) == (1, True)
    (kept,) = post.store.stored("alice")["Recruiters"]
    assert FIELD.encode() in kept.raw


@pytest.mark.real
def test_the_milter_lets_it_through_and_is_heard() -> None:
    """Behind our milter, which removes fields that are its own, it arrives with its verdict."""
    settings = {"policy": "p.yaml", "mode": "enforce"}
    with (
        DovecotHost() as store,
        Milter(settings=settings, files={"p.yaml": wanting()}) as milter,
        TlsPostfix(
            milter=milter.address, lmtp_socket=store.lmtp_socket, auth_socket=store.auth_socket
        ) as smtp,
    ):
        flown = Post(store, smtp).fly("--no-smtp-login", COLDSTOP_SMTP_PORT=str(smtp.smtp_port))
        assert flown.exit_code == 0, flown.output
        assert "the milter says: keep" in flown.output
        assert "deleted again" in flown.output


@pytest.mark.real
def test_a_mail_that_never_comes(post: Post, tmp_path: Path) -> None:
    """A mail that the script throws away is missed when the time is over."""
    post.activate(trace=False)
    path = tmp_path / "gone.eml"
    path.write_bytes(asking("discard"))
    flown = post.fly("--mail", str(path), "--seconds", "2")
    assert (flown.exit_code, "after 2 s" in flown.output) == (1, True), flown.output
    assert FIELD in flown.output


@pytest.mark.real
def test_other_ways_in(post: Post) -> None:
    """TLS from the first byte, and a port that takes mail for its users from anybody."""
    port = str(post.smtp.submissions_port)
    flown = post.fly("--smtp-implicit-tls", COLDSTOP_SMTP_PORT=port)
    assert flown.exit_code == 0, flown.output
    flown = post.fly("--no-smtp-login", COLDSTOP_SMTP_PORT=str(post.smtp.smtp_port))
    assert flown.exit_code == 0, flown.output


@pytest.mark.real
@pytest.mark.parametrize(
    ("words", "surroundings", "code", "says"),
    [
        ((), {"COLDSTOP_SIEVE_PASSWORD": "wr0ng-word"}, 2, "refuses the login of alice"),
        ((), {"COLDSTOP_SIEVE_CA": ""}, 2, "is not to be trusted"),
        ((), {"COLDSTOP_IMAP_PORT": "1"}, 2, "no IMAP at localhost:1"),
        ((), {"COLDSTOP_SMTP_PORT": "1"}, 2, "no SMTP at localhost:1"),
        ((), {"COLDSTOP_IMAP_STARTTLS": "0"}, 2, "--imap-starttls"),
        (("--smtp-implicit-tls",), {}, 2, "--smtp-implicit-tls"),
        (("--from", "alice@mail.test", "--to", "nobody@mail.test"), {}, 1, "does not take"),
        (("--mail", "/nonexistent"), {}, 2, "cannot read /nonexistent"),
    ],
)
def test_what_goes_wrong(
    post: Post, words: tuple[str, ...], surroundings: dict[str, str], code: int, says: str
) -> None:
    """Each failure is named with its exit code; no password is shown."""
    failed = post.fly(*words, **surroundings)
    assert (failed.exit_code, says in failed.output) == (code, True), failed.output
    for secret in (post.store.users["alice"], "wr0ng-word"):
        assert secret not in failed.output
    assert post.store.stored("alice") == {}


@pytest.mark.real
def test_a_login_that_is_no_address(post: Post) -> None:
    """Whom to send it to must be said then."""
    failed = post.run("canary")
    assert (failed.exit_code, "--to" in failed.output) == (2, True)


@pytest.mark.real
def test_cyrus() -> None:
    """The same on Cyrus, which has other folders and other flags."""
    with (
        CyrusHost(users={"alice": "pw-a"}) as store,
        DovecotHost(users={"alice": "pw-a"}) as door,
        TlsPostfix(lmtp_socket=store.lmtp_socket, auth_socket=door.auth_socket) as smtp,
    ):
        post = Post(store, smtp)
        post.activate(trace=True)
        flown = post.fly()
        assert flown.exit_code == 0, flown.output
        assert "arrived in INBOX" in flown.output
        assert "verdict-keep" in flown.output
        assert "deleted again" in flown.output
        assert store.stored("alice") == {}


@pytest.mark.real
def test_document(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every canary in docs/publishing.md flies as written."""
    monkeypatch.chdir(tmp_path)
    post.activate(trace=True)
    (tmp_path / "pitch.eml").write_bytes(asking("file"))
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "wanted.eml").write_bytes(asking())
    text = DOCUMENT.read_text("utf-8")
    lines = re.findall(r"^coldstop sieve (canary.*)$", text, re.MULTILINE)
    assert lines
    for line in lines:
        words = shlex.split(line)
        flown = post.run(*words, COLDSTOP_SIEVE_USER="alice@mail.test")
        assert flown.exit_code == 0, flown.output


def test_our_own_message_is_harmless() -> None:
    """It asks for no answer, names no trade, and has the word that it is known by."""
    route = Route("a", "a@b.example", "c@b.example", "h", 993, False, "h", 587, False)
    raw = message(route, "word").decode("ascii")
    assert f"{FIELD}: word\r\n" in raw
    assert "Auto-Submitted: auto-generated\r\n" in raw
    assert "\n" not in raw.replace("\r\n", "")
    assert not re.search(r"(?i)\b(job|hiring|position|opportunit|recruit)", raw)


def test_the_milter_does_not_remove_the_field() -> None:
    """The word that the message is known by is not in a field that only the milter may write."""
    assert not FIELD.lower().startswith(headers.PREFIX)


def test_the_trace_is_read_from_the_flags() -> None:
    """Flags of ours without their beginning; others are not shown."""
    landing = Landing("INBOX", (r"\Seen", "$coldstop-verdict-tag", "$Coldstop-rule-cold"), 0.1)
    assert landing.trace == ("verdict-tag", "rule-cold")


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (rb'(\HasNoChildren) "/" INBOX', "INBOX"),
        (rb'(\HasNoChildren) "." "Recruiters.Later"', "Recruiters.Later"),
        (rb'() NIL "a \"b\" \\ c"', 'a "b" \\ c'),
        ((rb'(\Marked) "/" {3}', b"a b"), "a b"),
        (rb'(\Noselect \HasChildren) "/" "Parent"', None),
        (rb'(\NonExistent) "/" "Gone"', None),
        (b")", None),
        (b'() "/" "caf\xe9"', None),
        (None, None),
    ],
)
def test_rows_of_folders(row: object, name: str | None) -> None:
    """Quoted, bare and literal names; what holds no mail, or makes no sense, is left out."""
    found = parse(row)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Entw&APw-rfe", "Entwürfe"),
        ("&U,BTFw-", "台北"),
        ("R&-D", "R&D"),
        ("a&b", "a&b"),
        ("&AP-", "&AP-"),
        ("&2D0-", "&2D0-"),
    ],
)
def test_names_are_read(name: str, shown: str) -> None:
    """Modified UTF-7; what is not well-formed stays as it is."""
    assert decoded(name) == shown
    assert Folder(name).shown == shown
