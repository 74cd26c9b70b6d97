"""The daemon's configuration: what it may say, and where it is wrong."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from coldstop.daemon.config import (
    Config,
    Filing,
    Headers,
    Mode,
    OnError,
    Quarantine,
    Rewrite,
    load_config,
    read_config,
)
from coldstop.daemon.limits import LIMITS
from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.recipient import Recipient

FULL = """\
socket: inet:8891@127.0.0.1
socket_mode: "0666"
socket_group: postfix
allow_remote: false
workers: 4
mode: enforce
policy: a.yaml
domains: {Example.org: b.yaml}
mailboxes: {Ray@Example.org: presets/passive.yaml}
authserv_ids: [mx.example.org, mx2.example.org]
quarantine: hold
filing: subaddress
recipient_delimiter: "-"
rewrite: {only: [Ray@Example.org], never: [gone@example.org]}
headers: verdict
own_domains: [Example.ORG., bücher.example]
own_networks: [192.0.2.7, "[2001:db8::]/32"]
own_hops: 2
domain_aliases: {localhost: example.org}
on_error: tempfail
log: syslog
"""


def test_every_key_is_read() -> None:
    """A file that uses every key gives every value."""
    assert read_config(FULL, "c.yaml") == Config(
        policy="a.yaml",
        socket="inet:8891@127.0.0.1",
        socket_mode=0o666,
        socket_group="postfix",
        workers=4,
        mode=Mode.ENFORCE,
        domains={"example.org": "b.yaml"},
        mailboxes={"ray@example.org": "presets/passive.yaml"},
        authserv_ids=("mx.example.org", "mx2.example.org"),
        quarantine=Quarantine.HOLD,
        filing=Filing.SUBADDRESS,
        recipient_delimiter="-",
        rewrite=Rewrite(
            (Recipient("ray", "example.org"),),
            (Recipient("gone", "example.org"),),
        ),
        headers=Headers.VERDICT,
        own_domains=("example.org", "xn--bcher-kva.example"),
        own_networks=(ip_network("192.0.2.7/32"), ip_network("2001:db8::/32")),
        own_hops=2,
        domain_aliases={"localhost": "example.org"},
        on_error=OnError.TEMPFAIL,
        log="syslog",
    )


def test_the_shipped_configuration_is_the_default() -> None:
    """deploy/coldstop.yaml is valid, observes, and accepts what it cannot judge."""
    path = Path(__file__).parents[2] / "deploy" / "coldstop.yaml"
    config = load_config(path)
    assert config.mode is Mode.OBSERVE
    assert config.on_error is OnError.ACCEPT
    assert config.source == path


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "word"),
    [
        ("policy: a\nworker: 1\n", Code.UNKNOWN_KEY, 2, 1, "worker"),
        ("mode: tag\n", Code.MISSING_KEY, 1, 1, "policy"),
        ("policy: a\nmode: yes\n", Code.BAD_VALUE, 2, 7, "observe, tag, enforce"),
        ("policy: a\nworkers: 0\n", Code.BAD_VALUE, 2, 10, "number"),
        ("policy: a\nworkers: 010\n", Code.BAD_VALUE, 2, 10, "number"),
        (f"policy: a\nworkers: {LIMITS.workers + 1}\n", Code.BAD_VALUE, 2, 10, "number"),
        ("policy: a\nallow_remote: no\n", Code.BAD_VALUE, 2, 15, "true or false"),
        ("policy: a\nsocket_mode: 0o666\n", Code.BAD_VALUE, 2, 14, "octal"),
        ("policy: a\nsocket_mode: 888\n", Code.BAD_VALUE, 2, 14, "octal"),
        ("policy: [a]\n", Code.BAD_VALUE, 1, 9, "text"),
        ("policy: a\ndomains: b\n", Code.BAD_VALUE, 2, 10, "keys"),
        ("policy: a\nrecipient_delimiter: '++'\n", Code.BAD_VALUE, 2, 22, "one of"),
        ("policy: a\nlog: relative.log\n", Code.BAD_VALUE, 2, 6, "absolute"),
        ("policy: a\nown_domains: ['*.x.example']\n", Code.BAD_VALUE, 2, 15, "wildcard"),
        ("policy: a\nown_networks: [192.0.2.1/24]\n", Code.BAD_VALUE, 2, 16, "192.0.2.0/24"),
        ("policy: a\nown_networks:\n- mail.example\n", Code.BAD_VALUE, 3, 3, "such as"),
        ("policy: a\nown_networks: [0.0.0.0/0]\n", Code.BAD_VALUE, 2, 16, "everybody"),
        ("policy: a\nown_hops: 99\n", Code.BAD_VALUE, 2, 11, "from 0 to 20"),
        ("policy: a\nheaders: some\n", Code.BAD_VALUE, 2, 10, "full, verdict"),
        ("policy: a\nrewrite: {also: [a@x.example]}\n", Code.BAD_VALUE, 2, 11, "never"),
        ("policy: a\nrewrite: {never: ['@x.y']}\n", Code.BAD_VALUE, 2, 19, "whole domain"),
        ("policy: a\ndomain_aliases: {a: b, b: c}\n", Code.BAD_VALUE, 2, 17, "leads on"),
        ("policy: a\ndomains: {\n  '*.x.example': b}\n", Code.BAD_VALUE, 3, 3, "x.example"),
        ("policy: a\nmailboxes:\n  <a@x.y>: b\n", Code.BAD_VALUE, 3, 3, "a@x.y"),
        ("policy: a\nmailboxes: {'*@x.y': b}\n", Code.BAD_VALUE, 2, 13, "domains': x.y"),
        (
            "policy: a\ndomains: {bücher.example: b, XN--BCHER-KVA.example: c}\n",
            Code.BAD_VALUE,
            2,
            30,
            "twice",
        ),
        (
            "policy: a\nfiling: subaddress\ndomains: {x.y: b}\nmailboxes: {a@z.y: b}\n",
            Code.MISSING_KEY,
            2,
            9,
            "own_domains: [x.y, z.y]",
        ),
        ("policy: a\nfiling: subaddress\n", Code.MISSING_KEY, 2, 9, "own_domains: [example.org]"),
        (
            "policy: a\nown_domains: [x.y]\nmailboxes: {a@x.y: b, a@z.y: b}\n",
            Code.CONTRADICTION,
            3,
            23,
            "add z.y to own_domains",
        ),
        ("- policy\n", Code.WRONG_SHAPE, 1, 1, "keys"),
        ("policy: a\npolicy: b\n", Code.DUPLICATE_KEY, 2, 1, "policy"),
        ("policy: &a b\n", Code.ANCHOR, 1, 9, ""),
    ],
)
def test_errors_have_a_place(text: str, code: Code, line: int, column: int, word: str) -> None:
    """Everything that is wrong is reported with its line, its column and what was expected."""
    with pytest.raises(PolicyErrors) as caught:
        read_config(text, "c.yaml")
    (error,) = caught.value.errors
    assert (error.code, error.file, error.line, error.column) == (code, "c.yaml", line, column)
    assert word in error.message + error.hint


def test_several_errors_are_reported_at_once() -> None:
    """One run shows everything that is wrong."""
    with pytest.raises(PolicyErrors) as caught:
        read_config("mode: no\nworkers: many\nfiling: mail\n", "c.yaml")
    assert len(caught.value.errors) == 4


def test_all_entries_of_a_map_are_told() -> None:
    """Every bad key of a map has its own line."""
    text = "policy: a\ndomains:\n  '*.x.y': b\n  good.y: b\n  '@x.y': b\n"
    with pytest.raises(PolicyErrors) as caught:
        read_config(text, "c.yaml")
    assert [error.line for error in caught.value.errors] == [3, 5]


def test_policies_are_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    """A path that exists beside the file is used; another name stays a shipped policy's."""
    (tmp_path / "mine.yaml").write_text("coldstop: 1\n")
    path = tmp_path / "c.yaml"
    path.write_text("policy: mine.yaml\ndomains: {x.test: passive}\n")
    config = load_config(path)
    assert config.policy == str(tmp_path / "mine.yaml")
    assert config.domains == {"x.test": "passive"}


def test_a_file_at_the_limit_is_read_and_past_it_refused(tmp_path: Path) -> None:
    """The size of the configuration is bounded."""
    path = tmp_path / "c.yaml"
    start = b"policy: a\n#"
    path.write_bytes(start.ljust(LIMITS.config_bytes, b"x"))
    assert load_config(path).policy == "a"
    path.write_bytes(start.ljust(LIMITS.config_bytes + 1, b"x"))
    with pytest.raises(PolicyErrors):
        load_config(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A configuration that is not there is refused with its name."""
    with pytest.raises(PolicyErrors) as caught:
        load_config(tmp_path / "none.yaml")
    assert caught.value.errors[0].code is Code.UNREADABLE
