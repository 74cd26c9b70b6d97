"""Postfix in front of a Sieve host, and somebody who sends canaries through both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from coldstop.cli import sieve
from coldstop.policy.load import load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.policies import wanting
from support.sievehosts import CyrusHost, SieveHost

if TYPE_CHECKING:
    from typer.testing import Result

    from support.tlspostfix import TlsPostfix


@dataclass
class Post:
    """A mail system, and somebody at the command line."""

    store: SieveHost
    smtp: TlsPostfix

    def run(self, *words: str, **surroundings: str) -> Result:
        """Run `coldstop sieve` as Alice."""
        given = {
            "COLDSTOP_SIEVE_HOST": "localhost",
            "COLDSTOP_SIEVE_USER": "alice",
            "COLDSTOP_SIEVE_PASSWORD": self.store.users["alice"],
            "COLDSTOP_SIEVE_CA": str(self.store.ca),
            "COLDSTOP_IMAP_PORT": str(self.store.imap_port),
            "COLDSTOP_IMAP_STARTTLS": "1",
            "COLDSTOP_SMTP_PORT": str(self.smtp.submission_port),
            **surroundings,
        }
        return CliRunner().invoke(sieve.app, words, env=given)

    def fly(self, *words: str, **surroundings: str) -> Result:
        """Send a canary to Alice."""
        return self.run("canary", "--to", "alice@mail.test", *words, **surroundings)

    def activate(self, *, trace: bool, policy: str | None = None) -> None:
        """Make a script active: of a policy, or one that does what the mail says."""
        target = load_target("cyrus" if isinstance(self.store, CyrusHost) else "pigeonhole")
        script = compile_policy(
            load_text(policy or wanting()), target, trace=trace, today=TODAY
        ).text
        self.store.activate("alice", script)
