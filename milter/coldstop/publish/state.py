"""What this machine remembers of an account: the reader's own script, and what was published.

One file an account: `$XDG_STATE_HOME/coldstop/sieve/<host>/<user>.json` (by default below
`~/.local/state`), written before anything on the server changes, so that even a run that is cut
off leaves the way back. A damaged file is an error (BAD_STATE), never silently begun anew.
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from coldstop.publish import files
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.files import Script  # noqa: TC001 - pydantic reads it
from coldstop.publish.limits import LIMITS
from coldstop.publish.session import PORT

if TYPE_CHECKING:
    from coldstop.publish.session import Account

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Saved:
    """A script as it was on the server."""

    name: str
    text: Script


@dataclass(frozen=True, slots=True)
class Published:
    """What the last `apply` left on the server."""

    when: str
    """ISO 8601."""
    policy: str
    revision: str
    target: str
    mode: str
    active: str
    """The script that it made active."""
    scripts: tuple[Saved, ...]
    """What it put there, ours and a reader's script with our block."""
    separator: str = ""
    """Between the levels of the script's folders; "" where that is not known."""
    prefix: str = ""
    """Before each of them."""


@dataclass(frozen=True, slots=True)
class State:
    """All that is remembered of an account."""

    format: int = FORMAT
    previous: Saved | None = None
    """The active script before anything of ours was, whoever made it; its name is "" if Sieve was
    off. None before the first `apply`."""
    published: Published | None = None
    """None before the first `apply` and after `rollback`."""
    replaced: tuple[Saved, ...] = ()
    """What stood under our names before anything of ours was; `rollback` puts it back."""
    left: tuple[str, ...] = ()
    """Scripts of ours that `rollback` left there, because somebody had edited them."""
    kept: tuple[Saved, ...] = ()
    """What was overwritten or deleted with force, the latest last."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every script that must be looked at to say how the account is."""
        published = self.published
        saved = (*self.replaced, *(published.scripts if published else ()))
        names = [one.name for one in saved]
        names += [published.active] if published else []
        names += [self.previous.name] if self.previous else []
        return tuple(dict.fromkeys(name for name in names if name))

    def keeping(self, *scripts: Saved) -> State:
        """The same with more scripts kept."""
        return dataclasses.replace(self, kept=(*self.kept, *scripts)[-LIMITS.kept :])


_ADAPTER: Final = TypeAdapter(State)


class Store:
    """The state file of one account."""

    def __init__(self, account: Account, folder: Path | None = None) -> None:
        where = account.host if account.port == PORT else f"{account.host}:{account.port}"
        base = folder or state_folder()
        self.path = base / _file_name(where) / f"{_file_name(account.user)}.json"

    def load(self) -> State:
        """The state; an empty one if there is no file."""
        try:
            found = files.read(self.path, Code.BAD_STATE)
        except FileNotFoundError:
            return State()
        try:
            state = _ADAPTER.validate_python(found)
        except ValidationError:
            state = State(format=0)
        if state.format != FORMAT:
            raise PublishError(
                Code.BAD_STATE,
                f"{self.path} is damaged, or of another version of coldstop",
                "move it away; then only what the server holds is known",
            )
        return state

    def save(self, state: State) -> None:
        """Write the state, whole or not at all."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.write(self.path, _ADAPTER.dump_python(state, mode="json"))
        except OSError as error:
            raise PublishError(
                Code.BAD_STATE, f"cannot write {self.path}: {error.strerror}; nothing was changed"
            ) from None


def state_folder() -> Path:
    """Where the states of all accounts are."""
    base = os.environ.get("XDG_STATE_HOME", "")
    home = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    return home / "coldstop" / "sieve"


def _file_name(text: str) -> str:
    name = quote(text, safe="@+:")
    return name if not name.startswith(".") else "%2E" + name[1:]
