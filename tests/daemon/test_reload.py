"""Snapshots: complete or not at all, equal in every process, with the operator's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop.daemon.config import Config, Mode, load_config
from coldstop.daemon.reload import CasesFailed, load_snapshot
from coldstop.policy.errors import PolicyErrors
from support.policies import wanting

if TYPE_CHECKING:
    from pathlib import Path

CASE = """\
cases:
  - mail: {from: a@x.test, subject: hello, headers: {X-Want: file}}
    expect: %s
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Two policies and a configuration that names them, in files."""
    (tmp_path / "one.yaml").write_text(wanting("one"))
    (tmp_path / "two.yaml").write_text(wanting("two", "X-Other"))
    path = tmp_path / "c.yaml"
    path.write_text("policy: one.yaml\nmailboxes: {bob@x.test: two.yaml}\n")
    return load_config(path)


def test_every_recipient_has_a_policy(config: Config) -> None:
    """A mailbox has its own policy, with or without a tag; everyone else the default."""
    snapshot = load_snapshot(config, 1)
    assert snapshot.scorecard_for("alice@x.test").name == "one"
    assert snapshot.scorecard_for("Bob+tag@X.test").name == "two"
    assert snapshot.scorecard_for("") is snapshot.scorecard_for("alice@x.test")
    assert snapshot.names.startswith("one/")


def test_the_fingerprint_tells_policies_and_settings_apart(config: Config, tmp_path: Path) -> None:
    """Loading the same files gives the same fingerprint, changing any of them another one."""
    first = load_snapshot(config, 1).fingerprint
    assert load_snapshot(config, 2, run_cases=False).fingerprint == first
    (tmp_path / "two.yaml").write_text(wanting("two", "X-Third"))
    second = load_snapshot(config, 3).fingerprint
    assert second != first
    with (tmp_path / "c.yaml").open("a") as file:
        file.write("mode: enforce\n")
    third = load_snapshot(config, 4)
    assert third.fingerprint not in {first, second}
    assert third.config.mode is Mode.ENFORCE


def test_a_reload_keeps_socket_workers_and_log(config: Config, tmp_path: Path) -> None:
    """What a running daemon cannot change stays as it is."""
    with (tmp_path / "c.yaml").open("a") as file:
        file.write("socket: unix:/other\nworkers: 9\nlog: syslog\n")
    fresh = load_snapshot(config, 2).config
    assert (fresh.socket, fresh.workers, fresh.log) == (config.socket, config.workers, config.log)


def test_own_authserv_ids_count_in_every_policy(config: Config, tmp_path: Path) -> None:
    """The operator's authserv-ids are added to what each policy trusts."""
    with (tmp_path / "c.yaml").open("a") as file:
        file.write("authserv_ids: [MX.x.test]\n")
    snapshot = load_snapshot(config, 2)
    for recipient in ("alice@x.test", "bob@x.test"):
        assert "mx.x.test" in snapshot.scorecard_for(recipient).trusted.ids


@pytest.mark.parametrize("broken", ["coldstop: 1\nrules: [\n", "", "coldstop: 2\n", "\x00"])
def test_a_broken_policy_is_refused_with_its_place(
    config: Config, tmp_path: Path, broken: str
) -> None:
    """One broken policy of several is enough, and its file is named."""
    (tmp_path / "two.yaml").write_text(broken)
    with pytest.raises(PolicyErrors) as caught:
        load_snapshot(config, 2)
    assert all(error.file.endswith("two.yaml") for error in caught.value.errors)


def test_the_border_is_the_operators_to_know(config: Config, tmp_path: Path) -> None:
    """What the operator says of foreign fields goes for every policy."""
    with (tmp_path / "c.yaml").open("a") as file:
        file.write("authserv_ids: [mx.x.test]\nauthserv_foreign: removed\nauthserv_fields: 2\n")
    trusted = load_snapshot(config, 1).scorecard_for("a@x.test").trusted
    assert (trusted.together, trusted.fields) == (True, 2)


def test_a_policy_that_breaks_its_own_cases_is_refused(config: Config, tmp_path: Path) -> None:
    """A policy is tested by its own cases before it judges anyone's mail."""
    (tmp_path / "one.yaml").write_text(wanting("one", extra=CASE % "file"))
    load_snapshot(config, 2)
    (tmp_path / "one.yaml").write_text(wanting("one", extra=CASE % "trash"))
    with pytest.raises(CasesFailed, match=r"one\.yaml:\d+"):
        load_snapshot(config, 3)
    load_snapshot(config, 3, run_cases=False)
