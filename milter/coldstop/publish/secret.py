"""The password: from a command, the environment or a prompt; never an argument, never in a log."""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
from typing import Final

from coldstop.publish.errors import Code, PublishError

VARIABLE: Final = "COLDSTOP_SIEVE_PASSWORD"
"""The environment variable."""
_COMMAND_SECONDS: Final = 120


def password(command: str | None, account: str) -> str:
    """Ask the command if there is one, else the environment, else whoever sits at the terminal."""
    found = _from_command(command) if command else os.environ.get(VARIABLE, "")
    if not found and not command and sys.stdin.isatty():
        try:
            found = getpass.getpass(f"Password of {account}: ")
        except EOFError:
            found = ""
    if not found:
        raise PublishError(
            Code.NO_PASSWORD,
            f"there is no password for {account}",
            f"set {VARIABLE}, or give --password-command 'pass show mail'",
        )
    return found


def _from_command(command: str) -> str:
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the reader's own command, without a shell
            words,
            stdout=subprocess.PIPE,
            check=False,
            timeout=_COMMAND_SECONDS,
        )
        text = done.stdout.decode("utf-8")
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        # The text of a TimeoutExpired or a decoding error could hold what was printed.
        reason = error.strerror if isinstance(error, OSError) else type(error).__name__
        raise PublishError(Code.NO_PASSWORD, f"the password command failed: {reason}") from None
    if done.returncode != 0:
        raise PublishError(Code.NO_PASSWORD, f"the password command ended with {done.returncode}")
    return text.splitlines()[0] if text else ""
