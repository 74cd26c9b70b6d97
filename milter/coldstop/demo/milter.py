"""The coldstop milter as a process of its own (`servers`)."""

from __future__ import annotations

import os
import re
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coldstop.demo.process import Server, ServerError, until

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping


@dataclass
class Milter(Server):
    """The coldstop milter as a process of its own."""

    settings: Mapping[str, object] = field(default_factory=dict)
    """The daemon's configuration; `socket` and `socket_mode` are added where they are missing."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Policies and other files to be written next to the configuration: name to text."""
    inherit: socket.socket | None = None
    """A listening socket to hand over, as systemd would."""

    @property
    def log_path(self) -> Path:
        """What the milter wrote to stderr."""
        return self.folder / "milter.log"

    @property
    def socket_path(self) -> Path:
        """Where the milter listens."""
        return self.folder / "milter.sock"

    @property
    def config_path(self) -> Path:
        """The daemon's configuration."""
        return self.folder / "coldstop.yaml"

    @property
    def address(self) -> str:
        """The milter as Postfix writes it."""
        return f"unix:{self.socket_path}"

    @property
    def pid(self) -> int:
        """The parent process."""
        if self.process is None:
            raise ServerError("the milter does not run")
        return self.process.pid

    def configure(self, settings: Mapping[str, object]) -> None:
        """Write the daemon's configuration."""
        wanted = {"socket": self.address, "socket_mode": "0666", **settings}
        self.config_path.write_text(_yaml(wanted), "utf-8")

    def write(self, name: str, text: str) -> None:
        """Replace a policy, in one step."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)

    def start(self) -> None:
        """Write the files, start the process, wait until it says that it serves."""
        for name, text in self.files.items():
            self.write(name, text)
        self.configure(self.settings)
        self.launch()

    def launch(self) -> None:
        """Start the process on the files as they are."""
        command = [sys.executable, "-m", "coldstop.daemon", str(self.config_path)]
        before = self.log().count("outcome=serving")
        with self.log_path.open("ab") as log:
            descriptors = () if self.inherit is None else (self.inherit.fileno(),)
            self._spawn(command, stderr=log, pass_fds=descriptors, cwd="/")

        def serving() -> bool:
            self._check_alive()
            return self.log().count("outcome=serving") > before

        until(serving, "the milter")

    def workers(self) -> list[int]:
        """Give the worker processes, by the kernel's own list."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(word) for word in path.read_text("ascii").split()]

    def reload(self) -> None:
        """Send SIGHUP to the parent."""
        os.kill(self.pid, signal.SIGHUP)

    def lines(self, name: str) -> list[dict[str, str]]:
        """Give the log's lines of one kind (`message`, `reload`, ...), as their key=value pairs."""
        pattern = re.compile(rf"coldstop\[(?P<pid>\d+)\]: {name} (?P<rest>.*)")
        return [
            {"pid": found["pid"], **dict(_PAIR.findall(found["rest"]))}
            for found in pattern.finditer(self.log())
        ]


_PAIR: Final = re.compile(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|\S+)')


def _yaml(value: object, indent: str = "") -> str:
    """Write settings as YAML: mappings of mappings, lists and texts are all that is needed."""
    lines = []
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    for key, item in value.items():
        if isinstance(item, dict):
            lines.append(f'{indent}"{key}":' + (" {}\n" if not item else "\n"))
            lines.append(_yaml(item, indent + "  ") if item else "")
        elif isinstance(item, list | tuple):
            inner = ", ".join(f'"{entry}"' for entry in item)
            lines.append(f'{indent}"{key}": [{inner}]\n')
        else:
            lines.append(f'{indent}"{key}": "{item}"\n')
    return "".join(lines)
