"""A private Dovecot that keeps the mail its scripts send, instead of handing it to anybody.

with AnsweringHost() as host:
    host.deliver("alice", [message], "ann@firm.example")
    host.answers()                # [Answer(recipient, raw)]
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from support.sievehosts import DovecotHost

if TYPE_CHECKING:
    from collections.abc import Sequence

SENDMAIL = """\
#!/bin/sh
file=$(mktemp {folder}/XXXXXX)
for last; do :; done
printf '%s\\n' "$last" > "$file"
cat >> "$file"
"""


class Answer(NamedTuple):
    """A mail that a script sent."""

    recipient: str
    raw: str


class AnsweringHost(DovecotHost):
    """Dovecot with a `sendmail` of its own."""

    def answers(self) -> list[Answer]:
        """Take what was sent since the last time, in no order."""
        found = []
        for path in (self.folder / "sent").iterdir():
            recipient, _, raw = path.read_text("utf-8").partition("\n")
            found.append(Answer(recipient, raw))
            path.unlink()
        return found

    def _spawn(self, command: Sequence[str], **options: object) -> None:
        sent = self.folder / "sent"
        sent.mkdir()
        if "user" in options:
            shutil.chown(sent, str(options["user"]))
        program = self.folder / "sendmail"
        program.write_text(SENDMAIL.format(folder=sent), "utf-8")
        program.chmod(0o755)
        with (self.folder / "dovecot.conf").open("a", encoding="utf-8") as file:
            file.write(f"sendmail_path = {program}\n")
        DovecotHost._spawn(self, command, **options)
