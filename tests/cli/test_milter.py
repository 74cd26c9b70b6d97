"""`coldstop milter`: what it starts, and how it says that it cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from coldstop.demo.process import short_folder

COMMAND: Final = [str(Path(sys.executable).with_name("coldstop")), "milter"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verb to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A configuration with a key that does not exist."""
    path = tmp_path / "broken.yaml"
    path.write_text("policy: passive\nmodus: enforce\n", "utf-8")
    return str(path)


def test_a_good_configuration_file_passes_the_check(tmp_path: Path) -> None:
    """`--check --config` names the socket, the mode and the policies with their revisions."""
    path = tmp_path / "coldstop.yaml"
    path.write_text("policy: passive\nmode: enforce\nsocket: unix:/run/x.sock\n", "utf-8")
    done = run("--check", "--config", str(path))
    assert done.returncode == 0
    assert done.stdout.startswith("fine: unix:/run/x.sock, mode enforce, policies passive/")


def test_a_broken_configuration_is_told_with_its_place(broken: str) -> None:
    """The check exits with 1; the daemon with EX_CONFIG, for the service manager."""
    for arguments, code in ((("--check",), 1), ((), os.EX_CONFIG)):
        done = run("--config", broken, *arguments)
        assert done.returncode == code
        assert f"{broken}:2:1: error unknown-key" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "--config FILE, or --policy NAME"),
        (("--config", "/nowhere.yaml"), 2, "no such file"),
        (("--config", "/nowhere.yaml", "--mode", "tag"), 2, "either --config or"),
        (("--policy", "passive", "--mode", "harsh"), 2, "observe, tag, enforce"),
        (("--policy", "passive", "--check", "--socket", "x"), 1, "socket 'x'"),
        (("--policy", "passive", "--socket", "unix:/nowhere/x"), os.EX_UNAVAILABLE, "refused"),
        (("--policy", "nosuch"), os.EX_CONFIG, "no policy 'nosuch'"),
    ],
)
def test_what_cannot_run_says_why(arguments: tuple[str, ...], code: int, said: str) -> None:
    """Every refusal has its exit code and one sentence."""
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.real
def test_it_serves_until_told_to_stop() -> None:
    """The quick start opens its socket; SIGTERM removes it and ends with 0."""
    folder = short_folder()
    path = folder / "milter.sock"
    process = subprocess.Popen(
        [*COMMAND, "--policy", "passive", "--socket", f"unix:{path}"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "outcome=serving" in process.stderr.readline()
        assert path.is_socket()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, log
    assert not path.exists()
    folder.rmdir()
