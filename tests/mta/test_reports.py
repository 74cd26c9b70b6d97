"""What a sender gets to read of us: success reports (DSN, RFC 3461) on a real Postfix (H24)."""

from __future__ import annotations

import smtplib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.mta import Chain, chain, until
from support.policies import message, wanting

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real

DEPLOY = Path(__file__).parents[2] / "deploy" / "postfix"
SETTINGS = {
    "policy": "p.yaml",
    "mode": "enforce",
    "filing": "subaddress",
    "own_domains": ["mail.test"],
}
# Reports go to carol, as the sender; alice and bob receive.
SENDER = "carol@mail.test"


@pytest.fixture(scope="module")
def telling() -> Iterator[Chain]:
    """Run servers as they are without the shipped lines."""
    with chain({**SETTINGS, "headers": "verdict"}, {"p.yaml": wanting()}) as running:
        yield running


def table(*own: str) -> str:
    """Write the shipped table with other networks of our own, as the setting that reads it."""
    lines = (DEPLOY / "coldstop-dsn.cidr").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    others = [line for line in rules if line.split()[0] in ("0.0.0.0/0", "::/0")]
    assert len(others) == 2
    mine = [line for line in rules if line.split()[0] in own]
    inner = ", ".join("{" + line + "}" for line in mine + others)
    return f"smtpd_discard_ehlo_keyword_address_maps = cidr:{{ {inner} }}\n"


def ask(running: Chain, want: str) -> bool:
    """Send with NOTIFY=SUCCESS RET=HDRS; say whether the server offered that."""
    with running.postfix.smtp() as client:
        client.ehlo()
        client.sendmail(
            SENDER,
            "alice@mail.test",
            message(want),
            mail_options=["RET=HDRS"],
            rcpt_options=["NOTIFY=SUCCESS"],
        )
        return client.has_extn("dsn")


def report(running: Chain) -> str:
    """Wait for the report that goes back to the sender."""
    (raw,) = running.dovecot.wait_for("carol")
    assert b"delivery-status" in raw
    return raw.decode("utf-8", "replace")


def test_full_headers_tell_the_sender_the_score() -> None:
    """What the warning of `milter --check` is about: it happens with Postfix as installed."""
    with chain(SETTINGS, {"p.yaml": wanting()}) as running:
        ask(running, "trash")
        text = report(running)
        assert "X-Coldstop-Score: " in text
        assert "alice+Trash@mail.test" in text


def test_short_headers_tell_the_verdict_only(telling: Chain) -> None:
    """`headers: verdict` writes what filing needs, and no score or rule goes back."""
    telling.dovecot.empty()
    ask(telling, "trash")
    text = report(telling)
    told = {line for line in text.splitlines() if line.lower().startswith("x-coldstop-")}
    assert told == {"X-Coldstop-Verdict: trash", "X-Coldstop-Folder: Trash"}
    (raw,) = telling.dovecot.wait_for("alice", "Trash")
    assert raw.lower().count(b"x-coldstop-") == 2


def test_with_the_shipped_table_strangers_get_no_report() -> None:
    """EHLO does not offer DSN to them, and who asks all the same is refused the option."""
    with chain(SETTINGS, {"p.yaml": wanting()}, postfix_settings=table()) as running:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            ask(running, "trash")
        assert b"DSN" in bytes(refused.value.smtp_error)
        with running.postfix.smtp() as client:
            client.ehlo()
            assert not client.has_extn("dsn")
            assert client.has_extn("8bitmime")
            client.sendmail(SENDER, "alice@mail.test", message("trash"))
        running.dovecot.wait_for("alice", "Trash")
        until(lambda: not running.postfix.queued(), "an empty queue")
        assert running.dovecot.everywhere("carol") == {}


def test_with_the_shipped_table_own_networks_keep_reports() -> None:
    """Who is named in the table is offered DSN and gets his report."""
    settings = table("127.0.0.0/8")
    with chain(SETTINGS, {"p.yaml": wanting()}, postfix_settings=settings) as running:
        assert ask(running, "keep")
        report(running)
