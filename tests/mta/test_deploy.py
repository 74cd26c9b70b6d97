"""The files in deploy/ are what the servers and the daemon understand."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest

from coldstop.daemon.config import load_config
from coldstop.daemon.headers import FOLDER, VERDICT
from coldstop.daemon.limits import LIMITS
from coldstop.daemon.listener import UnixSocket, parse

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.mark.real
def test_postfix_takes_its_settings(tmp_path: Path) -> None:
    """Postfix reads the snippet without a warning, and fails open."""
    snippet = (DEPLOY / "postfix" / "main.cf").read_text("utf-8")
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n" + snippet)
    master = (DEPLOY / "postfix" / "master.cf").read_text("utf-8")
    (tmp_path / "master.cf").write_text(master)
    command = ["postconf", "-c", str(tmp_path)]
    done = subprocess.run(
        [*command, "-n", "smtpd_milters"], capture_output=True, text=True, check=True
    )
    assert "default_action=accept" in done.stdout
    assert done.stderr == ""
    services = subprocess.run([*command, "-M"], capture_output=True, text=True, check=True)
    assert "submission inet" in re.sub(r" +", " ", services.stdout)


@pytest.mark.real
@pytest.mark.parametrize(
    ("client", "discarded"),
    [
        ("203.0.113.9", "silent-discard, dsn"),
        ("2001:db8::9", "silent-discard, dsn"),
        ("127.0.0.1", "silent-discard"),
        ("::1", "silent-discard"),
    ],
)
def test_strangers_are_not_offered_reports(client: str, discarded: str) -> None:
    """Postfix reads the table: DSN is discarded for everybody but own networks."""
    table = f"cidr:{DEPLOY / 'postfix' / 'coldstop-dsn.cidr'}"
    command = ["postmap", "-q", client, table]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (discarded, "")


def test_everyone_means_the_same_socket() -> None:
    """Daemon, systemd and Postfix agree on the path, inside Postfix's queue directory."""
    address = parse(load_config(DEPLOY / "coldstop.yaml").socket)
    assert isinstance(address, UnixSocket)
    assert f"ListenStream={address.path}\n" in (DEPLOY / "systemd/coldstop.socket").read_text()
    relative = address.path.removeprefix("/var/spool/postfix/")
    assert f"unix:{relative}," in (DEPLOY / "postfix" / "main.cf").read_text()


def test_the_service_restarts_and_waits_long_enough() -> None:
    """Systemd restarts the milter after any exit, and does not kill it before its own limit."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "systemd" / "coldstop.service")
    assert unit["Service"]["Restart"] == "always"
    assert unit["Service"]["Type"] == "notify"
    assert float(unit["Service"]["TimeoutStopSec"]) > LIMITS.stop_seconds + 1


def test_the_snippet_reads_the_headers_that_are_written() -> None:
    """Names in the Sieve script are those of the daemon."""
    script = (DEPLOY / "dovecot" / "coldstop.sieve").read_text("utf-8")
    names = set(re.findall(r'"(X-Coldstop-[A-Za-z]+)"', script))
    assert names == {VERDICT, FOLDER}
