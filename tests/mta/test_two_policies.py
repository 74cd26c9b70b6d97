"""One message, two recipients, two policies: each way out that docs/operate.md names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.mta import Chain, chain, free_port, until
from support.policies import message, wanting

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.real

SENDER = "someone@sender.test"
BOTH = ["alice@mail.test", "bob@mail.test"]
SNIPPET = Path(__file__).parents[2] / "deploy" / "dovecot" / "coldstop.sieve"
FILES = {"p.yaml": wanting("small"), "bob.yaml": wanting("bobs", "X-Bob-Wants")}
SETTINGS: Mapping[str, object] = {
    "policy": "p.yaml",
    "mode": "enforce",
    "mailboxes": {"bob@mail.test": "bob.yaml"},
}
# Kept for alice, filed for bob.
MAIL = message("keep", extra="X-Bob-Wants: file\r\n")


def policy_of(raw: bytes) -> str:
    """Give the name of the policy in a delivered message's headers, "" without one."""
    for line in raw.decode().splitlines():
        if line.startswith("X-Coldstop-Policy: "):
            return line.removeprefix("X-Coldstop-Policy: ").partition(";")[0]
    return ""


def judged_apart(running: Chain) -> None:
    """Each copy is where its own policy wants it, and says so."""
    (for_alice,) = running.dovecot.wait_for("alice")
    (for_bob,) = running.dovecot.wait_for("bob", "Recruiters")
    assert (policy_of(for_alice), policy_of(for_bob)) == ("small", "bobs")
    for user in ("alice", "bob"):
        assert len(running.dovecot.everywhere(user)) == 1


def test_together_neither_is_told_and_the_log_says_what_met() -> None:
    """What the ways out are for: both copies stay in the inbox, and the log names the verdicts."""
    with chain(SETTINGS, FILES, sieve_before=SNIPPET) as running:
        assert running.send(SENDER, BOTH, MAIL)[0] == 250
        for user in ("alice", "bob"):
            (raw,) = running.dovecot.wait_for(user)
            assert b"X-Coldstop-Verdict: none" in raw
        line = running.milter.lines("message")[-1]
        assert (line["verdict"], line["verdicts"]) == ("split", "keep,file")


def test_one_recipient_a_message() -> None:
    """With smtpd_recipient_limit = 1 the sender's server comes again for the second recipient."""
    services = "$HOST:$SMTP_PORT inet n - n - - smtpd\n  -o smtpd_recipient_limit=1\n"
    with chain(SETTINGS, FILES, sieve_before=SNIPPET, postfix_services=services) as running:
        with running.postfix.smtp() as client:
            refused = client.sendmail(SENDER, BOTH, MAIL)
            assert {who: code for who, (code, _) in refused.items()} == {"bob@mail.test": 452}
            client.sendmail(SENDER, list(refused), MAIL)
        judged_apart(running)


def split_in_front() -> tuple[str, str]:
    """Give the lines for an instance in front, as docs/operate.md has them, on a free port."""
    port = free_port()
    services = (
        "$HOST:$SMTP_PORT inet n - n - - smtpd\n"
        f"  -o content_filter=coldsplit:[127.0.0.1]:{port}\n"
        "  -o smtpd_milters=\n"
        f"127.0.0.1:{port} inet n - n - 10 smtpd\n"
        "  -o smtpd_authorized_xforward_hosts=127.0.0.0/8\n"
        "coldsplit unix - - n - 10 smtp\n"
        "  -o smtp_send_xforward_command=yes\n"
    )
    return "coldsplit_destination_recipient_limit = 1\n", services


def test_an_instance_in_front_splits() -> None:
    """An instance without milter hands each recipient over alone; coldstop sits behind it."""
    postfix, services = split_in_front()
    with chain(
        {**SETTINGS, "own_hops": "1"},
        FILES,
        sieve_before=SNIPPET,
        postfix_settings=postfix,
        postfix_services=services,
    ) as running:
        assert running.send(SENDER, BOTH, MAIL)[0] == 250
        judged_apart(running)
        # Submissions do not go through the filter: there they would lose {auth_authen}.
        with running.postfix.submission("alice") as client:
            client.sendmail(BOTH[0], ["carol@mail.test"], message("trash"))
        (raw,) = running.dovecot.wait_for("carol")
        assert policy_of(raw) == ""
        assert running.milter.lines("message")[-1]["outcome"] == "authenticated"


def test_behind_an_instance_all_mail_comes_from_loopback() -> None:
    """XFORWARD does not change the client that a milter sees: loopback must not be ours there."""
    postfix, services = split_in_front()
    with chain(
        {**SETTINGS, "own_networks": ["127.0.0.1"]},
        FILES,
        postfix_settings=postfix,
        postfix_services=services,
    ) as running:
        assert running.send(SENDER, BOTH[:1], MAIL)[0] == 250
        running.dovecot.wait_for("alice")
        assert running.milter.lines("message")[-1]["outcome"] == "own-network"


def test_a_script_behind_the_milter_judges_what_the_milter_does_not_tell(tmp_path: Path) -> None:
    """Each user's own script decides where the milter says `none`, and believes it elsewhere."""
    with chain(SETTINGS, FILES) as running:
        for user, policy in (("alice", "p.yaml"), ("bob", "bob.yaml")):
            source = tmp_path / policy
            source.write_text(FILES[policy], "utf-8")
            home = running.dovecot.folder / "mail" / user
            home.mkdir()
            script = home / ".dovecot.sieve"
            command = [str(Path(sys.executable).with_name("coldstop")), "sieve", "build"]
            command += ["--policy", str(source), "--target", "pigeonhole", "--behind-milter"]
            subprocess.run([*command, "--output", str(script)], check=True, timeout=60)
            for path in (home, script):
                shutil.chown(path, running.dovecot.folder.owner(), running.dovecot.folder.group())
        assert running.send(SENDER, BOTH, MAIL)[0] == 250
        running.dovecot.wait_for("alice")
        running.dovecot.wait_for("bob", "Recruiters")
        # Alone, the milter's word is enough.
        assert running.send(SENDER, BOTH[:1], message("trash", number=1))[0] == 250
        running.dovecot.wait_for("alice", "Trash")
        until(lambda: not running.postfix.queued(), "an empty queue")
