"""`plan` and `canary` notice how the server writes folders, and publish what files there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from coldstop.cli import sieve
from coldstop.policy.folders import Naming
from coldstop.publish.folders import folders
from coldstop.publish.namespace import ask, difference, personal, root
from support.namings import HOSTS, host_for, naming_of
from support.policies import message, wanting
from support.sievehosts import DovecotHost
from support.tlspostfix import TlsPostfix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from support.sievehosts import SieveHost


class Desk:
    """Alice at the command line, with a policy that files what the mail asks for."""

    def __init__(self, host: SieveHost, folder: Path) -> None:
        self.host = host
        self.policy = folder / "p.yaml"
        self.policy.write_text(wanting())

    def run(self, verb: str, *words: str, **more: str) -> Result:
        """Run a verb of `coldstop sieve`."""
        given = {
            "COLDSTOP_SIEVE_HOST": "localhost",
            "COLDSTOP_SIEVE_PORT": str(self.host.sieve_port),
            "COLDSTOP_SIEVE_USER": "alice",
            "COLDSTOP_SIEVE_PASSWORD": self.host.users["alice"],
            "COLDSTOP_SIEVE_CA": str(self.host.ca),
            "COLDSTOP_IMAP_PORT": str(self.host.imap_port),
            "COLDSTOP_IMAP_STARTTLS": "1",
            **more,
        }
        return CliRunner().invoke(sieve.app, [verb, *words], env=given)

    def plan(self, *words: str, **more: str) -> Result:
        """Plan to publish the policy."""
        return self.run("plan", "--policy", str(self.policy), *words, **more)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="module", params=HOSTS)
def named(request: pytest.FixtureRequest) -> Iterator[tuple[Naming, SieveHost]]:
    """A host, with its way to write folders."""
    with host_for(request.param) as host:
        yield naming_of(request.param), host


@pytest.mark.real
def test_the_server_says_it_itself(named: tuple[Naming, SieveHost]) -> None:
    """NAMESPACE gives separator and prefix of every kind of server."""
    naming, host = named
    client = host.imap("alice")
    assert ask(client) == naming
    client.logout()


@pytest.mark.real
def test_plan_takes_the_servers_word(named: tuple[Naming, SieveHost], tmp_path: Path) -> None:
    """Where nothing is said, the script is built for what the server says, and files there."""
    naming, host = named
    desk = Desk(host, tmp_path)
    planned = desk.plan()
    assert planned.exit_code == 2, planned.output
    assert "the server's" not in planned.output
    assert desk.run("apply").exit_code == 0
    assert host.deliver("alice", [message("later"), message("trash")])[0][0] == 250
    assert set(host.stored("alice")) == {naming.of("Recruiters/Later"), naming.of("Trash")}
    client = host.imap("alice")
    assert naming.of("Recruiters/Later") in [folder.name for folder in folders(client)]
    client.logout()
    host.empty_mail("alice")
    assert desk.run("rollback").exit_code == 0


@pytest.mark.real
@pytest.mark.parametrize(
    ("host_name", "words", "told"),
    [
        (
            "dovecot-dot",
            ["--separator", "/"],
            "separator is '.', the script was built with '/': build with --separator .\n",
        ),
        (
            "cyrus-unix",
            ["--prefix", ""],
            "the script was built with no prefix: build with --separator / --prefix INBOX/\n",
        ),
        ("dovecot-slash", ["--prefix", "INBOX."], "build with --separator / --prefix ''\n"),
        ("dovecot-slash", ["-t", "fastmail"], "build with --separator / --prefix ''\n"),
    ],
)
def test_plan_says_where_the_server_differs(
    host_name: str, words: list[str], told: str, tmp_path: Path
) -> None:
    """The command line wins, then the target; what the server says otherwise is a warning."""
    with host_for(host_name) as host:
        planned = Desk(host, tmp_path).plan(*words)
    assert planned.exit_code == 2, planned.output
    assert told in planned.output


@pytest.mark.real
def test_plan_without_imap(tmp_path: Path) -> None:
    """Where IMAP cannot be asked, plan goes on and says what it took; not if all was said."""
    with DovecotHost() as host:
        desk = Desk(host, tmp_path)
        quiet = desk.plan("--separator", "/", "--prefix", "", COLDSTOP_IMAP_PORT="1")
        assert quiet.exit_code == 2
        assert "note: folders" not in quiet.output
        planned = desk.plan(COLDSTOP_IMAP_PORT="1")
        assert planned.exit_code == 2
        assert "note: folders are written with '/' between levels and no prefix" in planned.output
        wrong = desk.plan("--separator", "..")
        assert wrong.exit_code == 1
        assert "is no separator" in wrong.output


@pytest.mark.real
def test_canary_says_where_the_server_differs(tmp_path: Path) -> None:
    """A script for another host is named as the reason; --expect takes the policy's spelling."""
    with (
        host_for("dovecot-dot") as host,
        TlsPostfix(lmtp_socket=host.lmtp_socket) as smtp,
    ):
        desk = Desk(host, tmp_path)
        mail = tmp_path / "later.eml"
        mail.write_bytes(message("later"))
        port = {"COLDSTOP_SMTP_PORT": str(smtp.smtp_port)}

        def fly(*words: str) -> Result:
            where = ("--to", "alice@mail.test", "--no-smtp-login", "--mail", str(mail))
            return desk.run("canary", *where, "--expect", "Recruiters/Later", *words, **port)

        assert desk.plan().exit_code == 2
        assert desk.run("apply").exit_code == 0
        arrived = fly()
        assert arrived.exit_code == 0, arrived.output
        assert "arrived in Recruiters.Later" in arrived.output
        assert "the server's separator" in fly("--separator", "/").output
        assert desk.plan("--separator", "/").exit_code == 2
        assert desk.run("apply").exit_code == 0
        missed = fly()
        assert missed.exit_code == 1
        assert "build with --separator ." in missed.output
        assert "Recruiters/Later, which is Recruiters.Later there" in missed.output


@pytest.mark.parametrize(
    ("row", "naming"),
    [
        (b'(("" "/")) NIL NIL', Naming()),
        (b'(("INBOX." ".")) (("user." ".")) (("" "."))', Naming(".", "INBOX.")),
        (b'(("" "/")("#mh/" "/" "X-PARAM" ("FLAG1" "FLAG2"))) NIL NIL', Naming()),
        (b'(("INBOX" ".")) NIL NIL', Naming(".", "INBOX.")),
        (b'(("" "\\\\")) NIL NIL', Naming("\\")),
        (b'(("Entw&APw-rfe/" "/")) NIL NIL', Naming("/", "Entwürfe/")),
        (b'(("" NIL)) NIL NIL', None),
        (b"NIL NIL NIL", None),
        (b'(("" "*")) NIL NIL', None),
        (b'(("../" "/")) NIL NIL', None),
        (b"((", None),
        (None, None),
    ],
)
def test_answers_to_namespace(row: object, naming: Naming | None) -> None:
    """The first personal name space counts; what makes no sense is no answer."""
    assert personal(row) == naming


def test_answers_to_list() -> None:
    """A server without NAMESPACE tells its separator by LIST."""
    assert root(b'(\\Noselect) "." ""') == Naming(".")
    assert root(b'(\\Noselect) NIL ""') is None
    assert root(None) is None


def test_no_difference() -> None:
    """One separator more in a prefix is no second difference."""
    assert difference(Naming("."), Naming(".")) == ""
    assert "prefix '" not in difference(Naming(".", "INBOX."), Naming("/", "INBOX/"))
