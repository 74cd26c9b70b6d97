"""What commands print is safe: odd file names, small terminals, a full disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from coldstop.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

COLDSTOP = (sys.executable, "-c", "from coldstop.cli.app import main; main()")
MAIL = shipped("policies", "examples", "mail", "01-dear-job-seeker.eml")
NAMES = (b"caf\xe9.eml", b"\xed\xa0\x80.eml", b"a\x1b[2Jb\nc.eml", "ü€😀.eml".encode())


def run(
    arguments: Sequence[str | bytes | Path],
    stdout: int | IO[bytes] = subprocess.PIPE,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [*COLDSTOP, *arguments], check=False, stdout=stdout, stderr=subprocess.PIPE, env=env
    )


@pytest.fixture(params=NAMES, ids=["latin-1", "surrogate", "escape", "wide"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    """A mail under an odd name."""
    path = os.fsencode(tmp_path) + b"/" + request.param
    Path(os.fsdecode(path)).write_bytes(MAIL.read_bytes())
    return bytes(path)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("verb", ["judge", "explain"])
def test_any_name_on_any_terminal(odd: bytes, verb: str, encoding: str) -> None:
    """No traceback, one line a mail, nothing that drives the terminal."""
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = run([verb, odd, "--policy", "ray"], env=environment)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"\x1b[2J" not in done.stdout
    if encoding != "ascii":  # which click takes for a mistake, and writes UTF-8
        done.stdout.decode(encoding)
    if verb == "judge":
        assert done.stdout.count(b"\n") == 1


def test_json_is_json_whatever_the_name(odd: bytes) -> None:
    """Strict readers take it: no lone surrogates."""
    done = run(["judge", odd, "--policy", "ray", "--json"])
    name = json.loads(done.stdout)["file"]
    name.encode("utf-8")
    assert name.endswith(".eml")


@pytest.mark.parametrize("arguments", [["judge", MAIL], ["judge", "--json", MAIL], ["schema"]])
def test_a_full_disk_is_one_line(arguments: list[str | Path]) -> None:
    """Not a traceback, and an exit code that says so."""
    with Path("/dev/full").open("wb") as full:
        done = run(arguments, stdout=full)
    assert done.returncode == 2
    assert done.stderr == b"coldstop: cannot write: No space left on device\n"
