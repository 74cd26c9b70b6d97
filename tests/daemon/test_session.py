"""What a session keeps of a message: up to the limits, and in one place."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import coldstop.daemon
from coldstop.daemon.config import Config
from coldstop.daemon.limits import LIMITS
from coldstop.daemon.log import Log
from coldstop.daemon.mail import Mail, Runtime
from coldstop.daemon.reload import load_snapshot, today
from coldstop.daemon.session import Session
from coldstop.message.limits import LIMITS as MESSAGE
from support.policies import wanting


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Begin a message on a session that no mail server is connected to."""
    path = tmp_path / "p.yaml"
    path.write_text(wanting())
    snapshot = load_snapshot(Config(policy=str(path)), 1)
    session = Session(Runtime(snapshot, Log(str(tmp_path / "log")), today))
    session._setctx(None)
    session._mail = Mail(snapshot, "a@x.test", "")
    return session


def mail_of(session: Session) -> Mail:
    """Give the message in hand."""
    assert session._mail is not None
    return session._mail


def test_header_bytes_are_kept_up_to_the_limit(session: Session) -> None:
    """Fields that fill the limit exactly are all kept; one byte more is counted, not kept."""
    mail = mail_of(session)
    session.header("X-A", b"x" * (LIMITS.header_bytes - len("X-A")))
    assert (len(mail.fields), mail.cut) == (1, False)
    session.header("", b"x")
    assert (len(mail.fields), mail.cut) == (1, True)


def test_the_number_of_fields_is_limited(session: Session) -> None:
    """The last field within the limit is kept, the next is not."""
    mail = mail_of(session)
    for _ in range(LIMITS.headers):
        session.header("X", b"")
    assert (len(mail.fields), mail.cut) == (LIMITS.headers, False)
    session.header("X", b"")
    assert (len(mail.fields), mail.cut) == (LIMITS.headers, True)


def test_no_number_of_fields_hides_the_subject(session: Session) -> None:
    """Beyond the limits, a hundred of each field that says how to read, or who wrote, are kept."""
    mail = mail_of(session)
    for _ in range(LIMITS.headers + 1):
        session.header("X", b"")
    for _ in range(MESSAGE.vital_fields + 1):
        session.header("Subject", b"Job opportunity")
    assert len(mail.fields) == LIMITS.headers + MESSAGE.vital_fields
    assert mail.fields[-1] == (b"Subject", b"Job opportunity")
    session.header("From", b"bob@firm.example")
    assert mail.fields[-1] == (b"From", b"bob@firm.example")


def test_the_body_is_kept_up_to_the_limit(session: Session) -> None:
    """A chunk that crosses the limit is kept up to it; the size goes on counting."""
    mail = mail_of(session)
    session.body(b"x" * (LIMITS.body_bytes - 10))
    session.body(b"y" * 10)
    assert not mail.cut
    session.body(b"z" * 10)
    assert mail.cut
    assert sum(map(len, mail.body)) == LIMITS.body_bytes
    assert mail.body_bytes == LIMITS.body_bytes + 10


def test_a_failing_callback_only_costs_the_judgement(session: Session, tmp_path: Path) -> None:
    """An exception in a callback continues, marks the message, and is logged without its text."""
    mail_of(session).forged = None  # type: ignore[assignment]  # breaks header()
    assert session.header("Subject", b"secret") == 0
    assert mail_of(session).failed
    line = (tmp_path / "log").read_text()
    assert "error where=header type=AttributeError" in line
    assert "secret" not in line


def test_the_daemon_holds_no_thread_locals_and_runs_no_commands() -> None:
    """Sessions move between threads (H4), and nothing in mail ever reaches a shell (H21)."""
    folder = Path(inspect.getfile(coldstop.daemon)).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for word in ("threading.local", "subprocess", "os.system", "popen", "replacebody", "eval("):
        assert word not in source
