"""Somebody at the command line of `coldstop sieve`, with an account on a private server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer
from typer.testing import CliRunner

from coldstop.cli import publish

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from support.sievehosts import SieveHost

APP: Final = typer.Typer()
publish.register(APP)

OURS: Final = """\
require ["fileinto", "mailbox"];
if header :contains "subject" "a job" { fileinto :create "Recruiters"; stop; }
"""
NEWER: Final = OURS.replace("Recruiters", "Headhunters")
# Mixed line ends and no last one: what a client that tidies up would not give back.
THEIRS: Final = (
    b'require ["fileinto"];\r\n# my own\nif header :contains "subject" "list" '
    b'{ fileinto "Lists"; }\r\nkeep;'
)


def mail(subject: str) -> bytes:
    """A message with this subject."""
    return f"From: someone@example.org\nSubject: {subject}\n\nText\n".encode()


@dataclass
class Desk:
    """A user at the command line, with a folder, a state and an account of their own."""

    host: SieveHost
    user: str
    folder: Path
    port: int

    def run(self, verb: str, *words: str, password: str | None = None) -> Result:
        """Run a verb against the account."""
        surroundings = {
            "COLDSTOP_SIEVE_HOST": "localhost",
            "COLDSTOP_SIEVE_PORT": str(self.port),
            "COLDSTOP_SIEVE_USER": self.user,
            "COLDSTOP_SIEVE_PASSWORD": password or self.host.users[self.user],
            "COLDSTOP_SIEVE_CA": str(self.host.ca),
        }
        return CliRunner().invoke(APP, [verb, *words], env=surroundings)

    def plan(self, text: str = OURS, *words: str) -> Result:
        """Plan to publish a script."""
        (self.folder / "ours.sieve").write_text(text)
        return self.run("plan", "--script", str(self.folder / "ours.sieve"), *words)

    def publish(self, text: str = OURS, *words: str) -> None:
        """Plan and apply."""
        planned = self.plan(text, *words)
        assert planned.exit_code == 2, planned.output
        applied = self.run("apply")
        assert applied.exit_code == 0, applied.output

    def held(self) -> tuple[str, dict[str, bytes]]:
        """The active script's name ("" for none) and all scripts, byte for byte."""
        with self.host.sieve(self.user) as sieve:
            names = sieve.names()
            active = next((name for name, is_active in names.items() if is_active), "")
            return active, {name: sieve.get(name) for name in names}

    def scripts(self) -> dict[str, bytes]:
        """All scripts on the server, byte for byte."""
        return self.held()[1]

    def active(self) -> str:
        """The active script's name, "" for none."""
        return self.held()[0]

    def store(self, name: str, text: bytes, *, activate: bool = False) -> None:
        """Put a script there as another client would."""
        with self.host.sieve(self.user) as sieve:
            sieve.put(name, text)
            if activate:
                sieve.activate(name)

    def filed(self, *subjects: str) -> dict[str, int]:
        """Deliver mails with these subjects; how many lie in which folder."""
        for code, text in self.host.deliver(self.user, [mail(subject) for subject in subjects]):
            assert code == 250, text
        found = {name: len(mails) for name, mails in self.host.stored(self.user).items()}
        self.host.empty_mail(self.user)
        return found

    def clear(self, script: bytes | None = None) -> None:
        """Take all scripts away; store and activate this one as `mine`."""
        with self.host.sieve(self.user) as sieve:
            sieve.activate("")
            for name in sieve.names():
                sieve.do(b'DELETESCRIPT "%s"' % name.encode())
            if script is not None:
                sieve.put("mine", script)
                sieve.activate("mine")
