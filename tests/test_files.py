"""Files that are none, or never end, are refused at once (H28, H29)."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import pytest

from coldstop.daemon.config import load_config
from coldstop.files import read_regular
from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.load import load_policy
from coldstop.publish.compiling import from_file
from coldstop.publish.errors import PublishError
from coldstop.scorecard.cases import run_cases
from coldstop.scorecard.resolve import load_scorecard
from support.judging import TODAY

if TYPE_CHECKING:
    from pathlib import Path

PASSIVE = "coldstop: 1\nextends: presets/passive.yaml\n"
KINDS = ("pipe", "link-to-pipe", "device", "link-to-device", "socket", "folder")


@pytest.fixture(params=KINDS)
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Something that is no file, under the name of one."""
    path = tmp_path / "odd.yaml"
    kind = request.param
    if kind.endswith("pipe"):
        made = tmp_path / "pipe" if kind.startswith("link") else path
        os.mkfifo(made)
    elif kind.endswith("device"):
        path.symlink_to("/dev/zero")
        made = path
    elif kind == "socket":
        made = path
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    else:
        made = path
        path.mkdir()
    if kind.startswith("link") and not path.is_symlink():
        path.symlink_to(made)
    return path


def test_no_file_is_read(odd: Path) -> None:
    """A pipe, a device, a socket or a folder is refused with a word for it, through links too."""
    with pytest.raises(OSError, match=r"not a file|no regular file"):
        read_regular(odd, 100)


def test_nothing_that_is_no_file_holds_a_reader(odd: Path, tmp_path: Path) -> None:
    """As policy, in `extends`, as configuration, as script and as a case's mail."""
    started = time.monotonic()
    (tmp_path / "top.yaml").write_text(f"coldstop: 1\nextends: {odd.name}\n")
    for name in (str(odd), str(tmp_path / "top.yaml")):
        with pytest.raises(PolicyErrors):
            load_policy(name)
    with pytest.raises(PolicyErrors):
        load_config(odd)
    with pytest.raises(PublishError):
        from_file(odd)
    text = f"{PASSIVE}cases: [{{mail: {odd.name}, expect: keep}}]\n"
    (tmp_path / "cases.yaml").write_text(text)
    (result,) = run_cases(load_scorecard(str(tmp_path / "cases.yaml")), TODAY)
    assert not result.ok
    assert time.monotonic() - started < 5


def test_a_file_is_read_to_the_bound_and_one_byte(tmp_path: Path) -> None:
    """The caller sees that there is more."""
    path = tmp_path / "f"
    path.write_bytes(b"x" * 100)
    assert read_regular(path, 100) == b"x" * 100
    assert len(read_regular(path, 99)) == 100
    assert len(read_regular(path, 10)) == 11


@pytest.mark.parametrize(
    "mail", ["../secret.eml", "link.eml", "/etc/passwd", "sub/../../secret.eml"]
)
def test_cases_stay_below_the_folder_of_their_policy(tmp_path: Path, mail: str) -> None:
    """Neither a path nor a link leads a case out of the policy's folder."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (tmp_path / "secret.eml").write_text("Subject: s\n\nx\n")
    (folder / "link.eml").symlink_to(tmp_path / "secret.eml")
    (folder / "p.yaml").write_text(f"{PASSIVE}cases: [{{mail: {mail}, expect: keep}}]\n")
    (result,) = run_cases(load_scorecard(str(folder / "p.yaml")), TODAY)
    assert result.problems == ("cannot read the mail: it does not lie below the policy's folder",)


@pytest.mark.parametrize("ways", [2, 5])
def test_policies_that_branch_are_read_once(tmp_path: Path, ways: int) -> None:
    """Nine storeys of files that each extend all of the next: said once, and soon."""
    for floor in range(9):
        for number in range(ways):
            below = ", ".join(f"p{floor + 1}-{other}.yaml" for other in range(ways))
            text = f"coldstop: 1\nextends: [{below}]\n"
            (tmp_path / f"p{floor}-{number}.yaml").write_text(text)
    started = time.process_time()
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(tmp_path / "p0-0.yaml"))
    assert time.process_time() - started < 2
    assert {one.code for one in caught.value.errors} == {Code.EXTENDS_TOO_DEEP}


@pytest.mark.parametrize(
    "text",
    [
        "root:x:0:0:secret\n",
        "password: secret\n",
        "- secret\n- {a: secret}\n",
        "secret: [secret\n",
        "\tsecret: x\n",
        "a: &secret x\nb: *secret\n",
        "secret: 1\nsecret: 2\n",
        "!secret x\n",
        "x: |\n  secret\n y: z\n",
    ],
)
def test_lines_of_a_file_that_is_no_policy_are_not_shown(tmp_path: Path, text: str) -> None:
    """Who may name a file in `extends` must not read it in the error."""
    (tmp_path / "other").write_text(text)
    (tmp_path / "top.yaml").write_text("coldstop: 1\nextends: other\n")
    with pytest.raises(PolicyErrors) as caught:
        load_policy(str(tmp_path / "top.yaml"))
    assert caught.value.errors
    assert "secret" not in str(caught.value)
