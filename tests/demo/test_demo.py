"""`coldstop demo`, for real: private servers, every sample, every way to end it."""

from __future__ import annotations

import imaplib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from coldstop.demo.run import PASSWORD, USER
from coldstop.demo.samples import samples

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real

COMMAND: Final = [str(Path(sys.executable).with_name("coldstop")), "demo"]


def environment(mark: str) -> dict[str, str]:
    """Mark all processes below, so that those of other tests are not mistaken for ours."""
    return {**os.environ, "COLDSTOP_TEST_MARK": mark, "COLUMNS": "110"}


def marked(mark: str) -> list[str]:
    """The command lines of living processes with this mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"COLDSTOP_TEST_MARK={mark}".encode() in (process / "environ").read_bytes():
                words = (process / "cmdline").read_bytes().split(b"\0")
                found.append(b" ".join(words).decode("utf-8", "replace"))
        except OSError:
            continue  # gone meanwhile
    return [line for line in found if line]


def folders_of(printed: str) -> set[Path]:
    """The temporary folders that the output names."""
    return {Path(name) for name in re.findall(r"/tmp/cs[a-z0-9_]+", printed)}  # noqa: S108


def test_every_sample_is_found_where_its_verdict_says() -> None:
    """The demonstration ends with 0, shows every sample, and leaves nothing behind."""
    done = subprocess.run(
        COMMAND, env=environment("all"), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = " ".join(done.stdout.split())
    assert f"{len(samples())} mails sent" in words
    assert "exactly once" in words
    for heading in ("Subject", "Pitch", "Score", "Verdict", "Found in", "Because"):
        assert heading in done.stdout
    assert '+10 relocation: "Plano, TX"' in done.stdout
    assert "\x1b[" not in done.stdout  # piped: no colours
    assert max(map(len, done.stdout.splitlines())) <= 110
    assert marked("all") == []
    assert not any(folder.exists() for folder in folders_of(done.stdout))


def test_rejects_are_seen_as_smtp_replies(tmp_path: Path) -> None:
    """With a policy that rejects, the sender is told so during SMTP and the mailbox stays clean."""
    policy = tmp_path / "harsh.yaml"
    policy.write_text(
        "coldstop: 1\nextends: [examples/ray.yaml]\n"
        "ladder: {0: keep, 5: tag, 15: quarantine, 20: reject}\n",
        "utf-8",
    )
    done = subprocess.run(
        [*COMMAND, "--policy", str(policy)],
        env=environment("harsh"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SMTP 550" in done.stdout
    assert " rejected." in done.stdout
    assert "in Junk" in done.stdout


def test_a_broken_policy_is_told_before_any_server_starts(tmp_path: Path) -> None:
    """A policy that cannot be loaded is shown with file and line, and 2 is the exit code."""
    policy = tmp_path / "broken.yaml"
    policy.write_text("coldstop: 1\nextends: [examples/ray.yaml]\nrulez: {}\n", "utf-8")
    done = subprocess.run(
        [*COMMAND, "--policy", str(policy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "broken.yaml:3" in done.stderr
    assert done.stdout == ""


def test_without_root_it_says_what_to_do() -> None:
    """An ordinary user is told about root instead of getting Postfix's silence."""
    # Imported first: an ordinary user may not be able to read this checkout.
    code = (
        "import os, sys, typer\n"
        "from coldstop.cli.demo import demo\n"
        "os.setuid(65534)\n"
        "try:\n    demo()\n"
        "except typer.Exit as leaving:\n    sys.exit(leaving.exit_code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "sudo coldstop demo" in done.stderr


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """`coldstop demo --keep`, up and waiting."""
    process = subprocess.Popen(
        [*COMMAND, "--keep"],
        env=environment(request.node.name),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Everything printed until a line with these words."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(printed)


def test_keep_lets_a_mail_client_look(
    kept: subprocess.Popen[str], request: pytest.FixtureRequest
) -> None:
    """With --keep the mailbox is open with the login shown, until Enter."""
    printed = read_until(kept, "until you press Enter")
    port = re.findall(r"IMAP 127\.0\.0\.1:(\d+)", printed)[-1]
    assert f"Login: {USER}, password: {PASSWORD}" in " ".join(printed.split())
    with imaplib.IMAP4("127.0.0.1", int(port), timeout=10) as client:
        client.login(USER, PASSWORD)
        assert client.select("Trash", readonly=True)[0] == "OK"
    kept.communicate("\n", timeout=30)
    assert kept.returncode == 0
    assert marked(request.node.name) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_usual_signal_takes_all_away(
    kept: subprocess.Popen[str], number: signal.Signals, request: pytest.FixtureRequest
) -> None:
    """Ctrl-C, a service manager and a closed terminal leave no server and no folder behind."""
    printed = read_until(kept, "until you press Enter")
    kept.send_signal(number)
    kept.wait(timeout=30)
    assert kept.returncode == 128 + number
    assert marked(request.node.name) == []
    assert not any(folder.exists() for folder in folders_of(printed))
