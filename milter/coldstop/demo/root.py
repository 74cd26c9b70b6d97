"""Where a server's programs are: on this system, or in a folder that holds another one.

COLDSTOP_ROOT names such a folder (`make engines` fills some with newer releases of Debian). A
server is then started in it by `chroot`, in a mount namespace of its own: what is mounted there
(/tmp, with the server's files, /dev and /proc) is seen by nobody else, and gone when the last of
its processes is. Its ports are those of this machine. Only root may do that.

Fails: ServerError is the caller's business; nothing here is refused but by the system.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE: Final = "COLDSTOP_ROOT"
_SHARED: Final = "/dev /proc /tmp"
_ENTER: Final = (
    f'for one in {_SHARED}; do mount --rbind "$one" "$0$one" || exit 1; done; exec chroot "$@"'
)


@dataclass(frozen=True, slots=True)
class Root:
    """This system, or another one in a folder."""

    folder: Path = Path("/")

    @property
    def is_here(self) -> bool:
        """Whether it is this system."""
        return self.folder == Path("/")

    def has(self, program: str) -> bool:
        """Whether there is a program of that path."""
        return (self.folder / program.removeprefix("/")).exists()

    def entered(
        self, command: Sequence[str], options: dict[str, object]
    ) -> tuple[list[str], dict[str, object]]:
        """Give a command and the options of `Popen` that run it there, as the account they say."""
        if self.is_here:
            return list(command), options
        kept = {name: value for name, value in options.items() if name not in _ACCOUNT}
        account = f"--userspec={options['user']}:{options['group']}" if "user" in options else ""
        enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER]
        chroot = [*filter(None, (account, "--groups=" if account else ""))]
        return [*enter, str(self.folder), *chroot, str(self.folder), *command], kept

    def run(self, command: Sequence[str], given: bytes = b"") -> str:
        """Run a program to its end and give what it wrote; CalledProcessError where it failed."""
        whole, _ = self.entered(command, {})
        done = subprocess.run(whole, input=given, capture_output=True, check=True)  # noqa: S603
        return done.stdout.decode("utf-8", "replace")


_ACCOUNT: Final = ("user", "group", "extra_groups")


def given_root() -> Root:
    """The one that the environment names, or this system."""
    return Root(Path(os.environ.get(VARIABLE) or "/"))
