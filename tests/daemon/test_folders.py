"""The daemon's two settings for folders: read strictly, and held against every policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coldstop.daemon.config import Config, Filing, Mode, read_config
from coldstop.daemon.reload import load_snapshot
from coldstop.daemon.replies import decide
from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.folders import Naming
from coldstop.policy.model import Verdict
from coldstop.scorecard.judgement import Judgement
from support.policies import wanting

if TYPE_CHECKING:
    from pathlib import Path

LATER = Judgement(True, 9, "job", 1, 0, 1, Verdict.LATER, "Recruiters/Later", (), (), "p", "0" * 12)
DOTS = Config(
    policy="p",
    mode=Mode.ENFORCE,
    folder_separator=".",
    folder_prefix="INBOX.",
    own_domains=("x.test",),
)


@pytest.mark.parametrize(
    ("lines", "naming"),
    [
        ("", Naming()),
        ("folder_separator: .", Naming(".")),
        ("folder_prefix: INBOX.", Naming(".", "INBOX.")),
        ('folder_separator: /\nfolder_prefix: ""', Naming()),
        ("folder_prefix: INBOX/\nfolder_separator: /", Naming("/", "INBOX/")),
    ],
)
def test_the_two_settings(lines: str, naming: Naming) -> None:
    """By default folders are written as in policies; a prefix tells its separator."""
    assert read_config(f"policy: p\n{lines}", "c.yaml").naming == naming


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("folder_separator: ..", (2, 19)),
        ("folder_separator: a", (2, 19)),
        ("folder_separator: []", (2, 19)),
        ("folder_prefix: INBOX", (2, 16)),
        ("folder_prefix: INBOX.\nfolder_separator: /", (2, 16)),
        ("folder_prefix: ../", (2, 16)),
    ],
)
def test_settings_that_fit_no_store(lines: str, place: tuple[int, int]) -> None:
    """A separator of two characters, a prefix that does not end in it: with line and column."""
    with pytest.raises(PolicyErrors) as caught:
        read_config(f"policy: p\n{lines}", "c.yaml")
    (error,) = caught.value.errors
    assert (error.line, error.column) == place
    assert error.code is Code.BAD_VALUE


def test_the_header_and_the_address_name_the_folder_of_the_store() -> None:
    """The header has the prefix; the sub-address has none, because Dovecot puts it there."""
    outcome = decide({"a@x.test": LATER}, replace(DOTS, filing=Filing.SUBADDRESS))
    assert dict(outcome.headers)["X-Coldstop-Folder"] == "INBOX.Recruiters.Later"
    assert [one.new for one in outcome.reroutes] == ["a+Recruiters.Later@x.test"]


def test_the_inbox_itself_is_no_address() -> None:
    """With a prefix, `user+INBOX` would be a folder of that name below the inbox."""
    inbox = replace(LATER, folder="INBOX")
    outcome = decide({"a@x.test": inbox}, replace(DOTS, filing=Filing.SUBADDRESS))
    assert dict(outcome.headers)["X-Coldstop-Folder"] == "INBOX"
    assert not outcome.reroutes


def test_a_policy_that_the_store_cannot_hold_is_refused(tmp_path: Path) -> None:
    """A folder with the separator inside a level is an error of the policy, at its place."""
    path = tmp_path / "p.yaml"
    path.write_text(wanting(extra="folders: {trash: Old.Trash}\n"))
    load_snapshot(Config(policy=str(path)), 1)
    with pytest.raises(PolicyErrors) as caught:
        load_snapshot(replace(DOTS, policy=str(path)), 1)
    (error,) = caught.value.errors
    text = path.read_text().splitlines()[error.line - 1]
    assert text[error.column - 1 :].startswith("Old.Trash")
    assert "'Old/Trash'" in error.hint
