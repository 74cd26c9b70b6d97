"""Pigeonhole's and Cyrus' own compilers, and `sieve-test`, in a private folder; and a tiny reader.

`Pigeonhole` compiles many scripts in one run and runs a script over one message. The reader knows
just enough of RFC 5228 and RFC 5229 to say what a quoted string means to a host.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from coldstop.demo.root import given_root
from coldstop.demo.servers import old_dovecot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldstop.demo.root import Root

CYRUS: Final = "/usr/lib/cyrus/bin/sievec"
_NOBODY: Final = 65534
_CONFIGURATION: Final = """
mail_uid = {user}
mail_gid = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_home = {folder}/home
log_path = /dev/stderr
"""
_OLD: Final = """
mail_location = maildir:{folder}/home/Maildir
plugin {{
  sieve_max_script_size = 4M
}}
"""
_NEW: Final = """
mail_driver = maildir
mail_path = {folder}/home/Maildir
sieve_max_script_size = 4M
"""
_NEW_HEAD: Final = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"


class Pigeonhole:
    """Debian's `sievec` and `sieve-test`, with a configuration of their own."""

    def __init__(self, root: Root | None = None) -> None:
        self.root = given_root() if root is None else root
        self.folder = Path(tempfile.mkdtemp(prefix="sv", dir="/tmp"))
        self.folder.chmod(0o755)
        home = self.folder / "home"
        home.mkdir()
        user = _NOBODY
        try:
            shutil.chown(home, user, user)
        except PermissionError:
            user = home.stat().st_uid
        self._conf = self.folder / "dovecot.conf"
        old = old_dovecot(self.root)
        text = _CONFIGURATION + _OLD if old else _NEW_HEAD + _CONFIGURATION + _NEW
        self._conf.write_text(text.format(user=user, folder=self.folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, program: str, *arguments: Path) -> list[str]:
        """One of its programs with the configuration, where they are."""
        whole, _ = self.root.entered([program, "-c", *map(str, (self._conf, *arguments))], {})
        return whole

    def compile(self, scripts: Sequence[str]) -> str:
        """Compile all; give the first complaint, empty where there is none."""
        scripts_folder = self.folder / "scripts"
        shutil.rmtree(scripts_folder, ignore_errors=True)
        scripts_folder.mkdir()
        for number, script in enumerate(scripts):
            path = scripts_folder / f"{number}.sieve"
            path.write_text(script, encoding="utf-8", newline="")
        done = subprocess.run(
            self.command("sievec", scripts_folder),
            capture_output=True,
            text=True,
            check=False,
        )
        made = len(list(scripts_folder.glob("*.svbin")))
        if done.returncode or made != len(scripts):
            return done.stderr or f"{made} of {len(scripts)} were compiled"
        # Warnings would mean that something is not quite what it seems.
        return done.stderr

    def run(self, script: str, raw: bytes) -> str:
        """Run a script over one message; the actions as `sieve-test` prints them."""
        work = self.folder / "home" / "run"
        work.mkdir(exist_ok=True)
        work.chmod(0o777)
        (work / "script.sieve").write_text(script, encoding="utf-8", newline="")
        (work / "mail.eml").write_bytes(raw)
        done = subprocess.run(
            self.command("sieve-test", work / "script.sieve", work / "mail.eml"),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def cyrus_compiles(script: str) -> str:
    """Compile with Cyrus; give its complaint, empty where there is none."""
    with tempfile.TemporaryDirectory(prefix="sv", dir="/tmp") as folder:
        path = Path(folder) / "script.sieve"
        path.write_text(script, encoding="utf-8", newline="")
        command, _ = given_root().entered([CYRUS, str(path), f"{folder}/script.bc"], {})
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stderr if done.returncode else ""


_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+)\}")
_ENCODED: Final = re.compile(r"\$\{(?:hex|unicode):[^}]*\}", re.IGNORECASE)


def read_string(text: str, at: int = 0) -> tuple[str, int]:
    """Read one quoted string (RFC 5228 §2.4.2); give its content and where it ends."""
    assert text[at] == '"'
    content = []
    at += 1
    while text[at] != '"':
        if text[at] == "\\":
            at += 1
        content.append(text[at])
        at += 1
    return "".join(content), at + 1


def meaning(quoted: str, variables: Mapping[str, str]) -> str:
    """What a host makes of one quoted string: unescaped, then variables put in, once (RFC 5229)."""
    content, end = read_string(quoted)
    assert end == len(quoted), "something stands behind the string"
    assert not _ENCODED.search(content)
    return _VARIABLE.sub(lambda found: variables.get(found[1].lower(), ""), content)
