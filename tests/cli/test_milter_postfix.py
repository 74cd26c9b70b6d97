"""`coldstop milter --check` asks Postfix's settings and says what would go wrong with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.policies import wanting

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.real

DEPLOY = Path(__file__).parents[2] / "deploy" / "postfix"
CLOSED = "smtpd_discard_ehlo_keywords = dsn\nmynetworks = 127.0.0.0/8\n"
HOME = f"{CLOSED}mydestination =\n"
OURS = "own_networks: [127.0.0.1]\n"
BY_ADDRESS = "filing: subaddress\nown_domains: [home.example]\n"


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., list[str]]:
    """Check a configuration beside a Postfix with some settings; the notes."""

    def run(postfix: str, ours: str, master: str = "") -> list[str]:
        (tmp_path / "main.cf").write_text(f"compatibility_level = 3.6\n{postfix}", "utf-8")
        (tmp_path / "master.cf").write_text(f"smtp inet n - y - - smtpd\n{master}", "utf-8")
        config = tmp_path / "coldstop.yaml"
        (tmp_path / "p.yaml").write_text(wanting(), "utf-8")
        config.write_text(f"policy: p.yaml\nsocket: unix:/q/coldstop/milter.sock\n{ours}")
        done = subprocess.run(
            [str(Path(sys.executable).with_name("coldstop")), "milter", "--check", "-c", config],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            env={**os.environ, "MAIL_CONFIG": str(tmp_path)},
        )
        assert done.stdout.startswith("fine: ")
        return done.stderr.splitlines()

    return run


def test_nothing_to_say(check: Callable[..., list[str]]) -> None:
    """Where all is in order there is no note."""
    assert check(CLOSED, OURS) == []
    shipped = (DEPLOY / "main.cf").read_text("utf-8").replace("#propagate", "propagate")
    shipped = shipped.replace("#recipient_delimiter", "recipient_delimiter")
    assert check(f"{shipped}mydestination =\n", OURS + BY_ADDRESS) == []


@pytest.mark.parametrize(
    ("postfix", "ours", "master", "said"),
    [
        (
            f"{CLOSED.rstrip()}, [::1]/128 198.51.100.0/24 hash:/etc/postfix/more\n",
            "",
            "",
            "own_networks: [127.0.0.0/8, ::1/128, 198.51.100.0/24] (hash:/etc/postfix/more cannot",
        ),
        (f"{CLOSED}content_filter = amavis:[127.0.0.1]:10024\n", OURS, "", "pass unjudged"),
        (f"{CLOSED}content_filter = amavis:x\n", "", "", "must stay out of own_networks"),
        (CLOSED, OURS, "25 inet n - y - - smtpd\n  -o smtpd_proxy_filter=[::1]:9\n", "unjudged"),
        (f"{CLOSED}non_smtpd_milters = unix:coldstop/milter.sock\n", OURS, "", "non_smtpd_milters"),
        ("mynetworks = 127.0.0.1\n", OURS, "", "reads the score in it"),
        ("mynetworks = 127.0.0.1\n", f"{OURS}headers: verdict\nmode: tag\n", "", "the verdict in"),
        (
            f"{CLOSED}mydestination = localhost, home.example, other.example\n",
            f"{OURS}own_domains: [home.example]\n",
            "",
            "mail for other.example here",
        ),
        (
            f"{CLOSED}mydestination = $myhostname, h.example, localhost\nmyhostname = mx.h.test\n",
            f"{OURS}mailboxes: {{ray@h.example: p.yaml}}\n",
            "",
            "domain_aliases: {mx.h.test: h.example, localhost: h.example}",
        ),
        (f"{HOME}propagate_unmatched_extensions =\n", OURS + BY_ADDRESS, "", "delimiter is empty"),
        (
            f"{HOME}recipient_delimiter = +-\npropagate_unmatched_extensions =\n",
            OURS + BY_ADDRESS,
            "",
            "write recipient_delimiter: '+-'",
        ),
        (
            f"{HOME}recipient_delimiter = +\n",
            OURS + BY_ADDRESS,
            "",
            "propagate_unmatched_extensions",
        ),
    ],
)
def test_what_would_go_wrong(
    check: Callable[..., list[str]], postfix: str, ours: str, master: str, said: str
) -> None:
    """Each is one note that names the setting and what to write."""
    (note,) = check(postfix, ours, master)
    assert note.startswith("coldstop: note: ")
    assert said in note


def test_a_filter_takes_loopback_out_of_the_proposal(check: Callable[..., list[str]]) -> None:
    """What re-injects from 127.0.0.1 must not make everybody's mail ours."""
    postfix = CLOSED.replace("127.0.0.0/8", "127.0.0.0/8 198.51.100.0/24")
    notes = check(f"{postfix}content_filter = amavis:x\n", "")
    assert any("own_networks: [198.51.100.0/24]" in note for note in notes)


def test_with_a_list_of_mailboxes_aliases_are_safe(check: Callable[..., list[str]]) -> None:
    """`rewrite: only` is the other way to keep folders from aliases."""
    postfix = f"{HOME}recipient_delimiter = +\n"
    assert check(postfix, f"{OURS}{BY_ADDRESS}rewrite: {{only: [ray@home.example]}}\n") == []
