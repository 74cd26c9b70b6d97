"""`coldstop trust`: what it proposes for mail as real servers deliver it, and what it warns of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from coldstop.cli import trust as verb
from coldstop.cli.app import app
from coldstop.trust.propose import propose
from coldstop.trust.show import record, snippet, words
from coldstop.trust.survey import look
from coldstop.trust.writers import writer_of

if TYPE_CHECKING:
    from pathlib import Path

_ENTRY = (
    "Received: from mail.friend.example (mail.friend.example [203.0.113.9])\n"
    "\tby {host} (Postfix) with ESMTPS id 4Z1"
)
_LMTP = "Received: from mx.home.example\n\tby imap.home.example with LMTP id q"
_BELOW = "Received: from pc (unknown [10.2.0.1]) by mail.friend.example (Postfix) with ESMTPSA"
_DMARC = "Authentication-Results: {id}; dmarc=none (p=none dis=none) header.from=friend.example"
_DKIM = (
    "Authentication-Results: {id};\n\tdkim=pass (2048-bit key; unprotected) "
    "header.d=friend.example header.b=abc"
)
_OTHER = "Authentication-Results: mx.other.example; spf=pass smtp.mailfrom=list.example"


def mail(*lines: str, host: str = "mx.home.example", aid: str = "") -> bytes:
    """Write a mail with these fields on top."""
    head = "\n".join(lines).replace("{host}", host).replace("{id}", aid or host)
    return f"{head}\nFrom: Kim <kim@friend.example>\nSubject: Hi\n\nHi\n".encode()


def proposal(*raw: bytes) -> dict[str, Any]:
    """Propose, in the JSON form."""
    return record(propose([look(one) for one in raw]))


def codes(found: dict[str, Any]) -> set[str]:
    """Give the dangers that are named."""
    return {one["code"] for one in found["dangers"]}


def test_one_server() -> None:
    """The id of the server that wrote the hop is proposed, with nothing to warn of."""
    found = proposal(*[mail(_ENTRY, _DMARC, _BELOW)] * 9)
    assert found["trust"] == {"authserv": ["mx.home.example"]}
    assert found["own_hops"] == {"1": 9}
    assert (found["fields"], codes(found)) == (1, set())


def test_above_the_entry() -> None:
    """Postfix's milters write above Postfix's own Received: nobody else can."""
    found = proposal(*[mail(_LMTP, _DMARC, _DKIM, _ENTRY, _BELOW)] * 9)
    assert found["ids"][0]["above"] == 9
    assert found["own_hops"] == {"2": 9}
    assert found["ids"][0]["writers"] == ["OpenDMARC", "OpenDKIM"]


def test_several_fields() -> None:
    """Several fields are never read together unasked: the lines stand there as comments."""
    found = propose([look(mail(_LMTP, _DMARC, _DKIM, _ENTRY, _BELOW))] * 9)
    assert found.fields == 2
    assert codes(record(found)) == {"several-fields"}
    assert yaml.safe_load(snippet(found)) == {"trust": {"authserv": ["mx.home.example"]}}
    assert "  # foreign: removed\n  # fields: 2\n" in snippet(found)
    assert "docs/trust.md" in words(found)


def test_forged_below() -> None:
    """An id that also stands below the entry forbids to read several fields."""
    forged = mail(_LMTP, _DMARC, _DKIM, _ENTRY, _BELOW, _DKIM)
    found = propose([look(mail(_LMTP, _DMARC, _DKIM, _ENTRY, _BELOW))] * 9 + [look(forged)])
    assert "id-below-entry" in codes(record(found))
    assert record(found)["foreign_removed"] == "never"
    assert "foreign" not in snippet(found)


def test_hosts_that_take_turns() -> None:
    """Ids that vary by host become a farm."""
    raw = [mail(_ENTRY, _DMARC, _BELOW, host=f"mx{n % 3}.home.example") for n in range(9)]
    found = proposal(*raw)
    assert found["trust"] == {"authserv": ["*.home.example"]}
    assert codes(found) == {"farm"}
    assert yaml.safe_load(snippet(propose([look(one) for one in raw])))["trust"]["authserv"] == [
        "*.home.example"
    ]


def test_registry_is_no_farm() -> None:
    """Two ids directly under a top-level domain are two ids."""
    raw = [mail(_ENTRY, _DMARC, host=f"home{n % 2}.example") for n in range(8)]
    found = proposal(*raw)["trust"]
    assert sorted(found["authserv"]) == ["home0.example", "home1.example"]


def test_job_numbers() -> None:
    """`host/jobid` is the host."""
    raw = [mail(_ENTRY, _DMARC, aid=f"mx.home.example/4Z{n}") for n in range(6)]
    found = proposal(*raw)
    assert found["trust"] == {"authserv": ["mx.home.example"]}
    assert found["ids"][0]["job"] is True


def test_an_id_that_is_no_host() -> None:
    """An id of any name is found by how often it stands at the entry; it is warned of."""
    found = proposal(*[mail(_ENTRY, _DMARC, _BELOW, aid="opendkim")] * 9)
    assert found["trust"] == {"authserv": ["opendkim"]}
    assert codes(found) == {"well-known-id"}
    assert proposal(*[mail(_ENTRY, _DMARC, _BELOW, aid="opendkim")] * 3)["trust"] is None


def test_gmail() -> None:
    """Gmail's inner hop stands above its own; its name is a provider's."""
    top = "Received: by 2002:a05:6214:c41:b0:4bb:92b0:3873 with SMTP id r1"
    field = "Authentication-Results: {id}; dkim=pass header.i=@friend.example header.s=s1"
    found = proposal(*[mail(top, _ENTRY, field, _BELOW, host="mx.google.com")] * 9)
    assert found["trust"] == {"authserv": ["mx.google.com"]}
    assert found["own_hops"] == {"2": 9}
    assert codes(found) == {"provider-id"}
    assert found["ids"][0]["writers"] == ["Gmail"]


def test_the_senders_own_server_is_not_ours() -> None:
    """Results that the sender's server wrote are never proposed, however often they are there."""
    theirs = "Authentication-Results: mail.friend.example; dkim=pass header.d=friend.example"
    found = proposal(*[mail(_ENTRY, _BELOW, theirs)] * 9)
    assert found["trust"] is None
    assert (
        "none that your own server must have written: mail.friend.example in 9 mails"
        in found["needs"][0]
    )
    found = proposal(*[mail(_LMTP, _DMARC, _ENTRY, _BELOW, theirs)] * 9)
    assert found["trust"] == {"authserv": ["mx.home.example"]}


def test_a_rare_id_of_ours_is_a_forgers() -> None:
    """Where our own server writes nothing, a single field with its name is not believed."""
    raw = [mail(_ENTRY, _BELOW)] * 19 + [mail(_ENTRY, _DKIM, _BELOW)]
    assert proposal(*raw)["trust"] is None


def test_mail_without_results_is_named() -> None:
    """Mail in which our software wrote nothing is a danger."""
    found = proposal(*[mail(_ENTRY, _DKIM, _BELOW)] * 6, *[mail(_ENTRY, _OTHER, _BELOW)] * 3)
    assert codes(found) == {"mail-without-results"}
    assert any("AlwaysAddARHeader" in one for one in found["needs"])


def test_hidden_addresses() -> None:
    """A server that sees only addresses of the inside cannot tell where its hops end."""
    entry = "Received: from mail.friend.example (unknown [172.18.0.1]) by {host} (Postfix)"
    found = proposal(*[mail(entry, _DMARC, _BELOW)] * 9)
    assert codes(found) == {"addresses-hidden"}
    assert found["foreign_removed"] == "never"


def test_few_mails() -> None:
    """One mail is said to prove little."""
    assert codes(proposal(mail(_ENTRY, _DMARC))) == {"few-mails"}
    assert "1 mail proves little" in words(propose([look(mail(_ENTRY, _DMARC))]))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((_ENTRY,), "your server writes none"),
        ((_DMARC.replace("{id}", "a.example"),), "No mail has a Received field"),
        (
            (
                _ENTRY,
                "Authentication-Results: spf=pass (sender IP is 203.0.113.9)\n smtp.helo=x",
            ),
            "Microsoft 365 writes its results without an id",
        ),
    ],
)
def test_nothing_to_trust(lines: tuple[str, ...], says: str) -> None:
    """Where nothing can be proposed, it says why and what to do."""
    found = propose([look(mail(*lines))] * 6)
    assert found.authserv == ()
    assert says in words(found)


_WRITTEN = {
    "OpenDKIM": "m.example; dkim=pass (2048-bit key; unprotected) header.d=a.example",
    "OpenDMARC": "m.example; dmarc=pass (p=none dis=none) header.from=a.example",
    "OpenDMARC's SPF check": "m.example; spf=none smtp.mailfrom=a.example",
    "policyd-spf": "m.example; spf=pass (sender SPF authorized) smtp.mailfrom=a.example "
    "(client-ip=192.0.2.1; helo=b; envelope-from=c@a.example; receiver=r)",
    "rspamd": "m.example; dkim=pass header.d=a.example header.s=s; dmarc=pass (policy=none) "
    "header.from=a.example",
    "authentication_milter": "m.example; dkim=pass (2048-bit rsa key sha256) header.d=a.example "
    "header.b=x x-bits=2048 x-keytype=rsa",
    "Exim": "m.example; iprev=pass (a.example) smtp.remote-ip=192.0.2.1; spf=pass",
    "amavis": "m.example (amavis); dkim=pass reason=x header.d=a.example",
    "Gmail": "mx.google.com; dkim=pass header.i=@a.example header.s=s",
    "Yahoo": "atlas1.free.mail.ne1.yahoo.com; dkim=pass header.i=@a.example",
    "Proton": "mail.protonmail.ch; dmarc=pass header.from=a.example",
    "Microsoft 365": "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example;dkim=pass",
}


@pytest.mark.parametrize("name", _WRITTEN)
def test_writers(name: str) -> None:
    """Software is known by what it writes."""
    assert writer_of(_WRITTEN[name]) == name


@given(st.lists(st.binary(max_size=400), max_size=4))
def test_any_bytes(mails: list[bytes]) -> None:
    """Whatever is in the files, a proposal or a reason comes out."""
    found = propose([look(b"Received: x\nAuthentication-Results: " + one) for one in mails])
    assert found.authserv or found.needs


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, str]:
    """Run the verb."""
    result = CliRunner().invoke(app, ["trust", *arguments], input=stdin, catch_exceptions=False)
    return result.exit_code, result.output


def test_the_verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads files, folders, mboxes and stdin, and ends with 0, 1 or 2."""
    (tmp_path / "cur").mkdir()
    (tmp_path / "cur" / "1").write_bytes(mail(_ENTRY, _DMARC))
    (tmp_path / "none.eml").write_bytes(mail(_ENTRY))
    line = b"From a@b.example Mon Nov  2 10:00:00 2026\n"
    (tmp_path / "box.mbox").write_bytes((line + mail(_ENTRY, _DMARC) + b"\n") * 3)
    code, output = run(str(tmp_path / "cur"))
    assert (code, "trust:\n  authserv: [mx.home.example]\n" in output) == (0, True)
    code, output = run("--json", str(tmp_path / "box.mbox"))
    assert (code, json.loads(output)["mails"]) == (0, 3)
    assert run("-", stdin=mail(_ENTRY, _DMARC))[0] == 0
    assert run(str(tmp_path / "none.eml"))[0] == 1
    assert run(str(tmp_path / "gone"))[0] == 2
    assert run(str(tmp_path / "cur"), str(tmp_path / "gone"))[0] == 2
    assert run("")[0] == 2
    monkeypatch.setattr(verb, "MAILS", 2)
    code, output = run(str(tmp_path / "box.mbox"))
    assert (code, "read the first 2 mails" in output) == (0, True)
