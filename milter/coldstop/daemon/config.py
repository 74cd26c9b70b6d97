"""The daemon's own configuration: a small YAML file, read as strictly as a policy.

    socket: unix:/run/coldstop/milter.sock   # or inet:8891@127.0.0.1, or fd:3
    socket_mode: "0660"
    socket_group: postfix
    workers: 1
    mode: observe                            # observe, tag, enforce
    policy: presets/passive.yaml             # for every mailbox without its own
    domains: {example.org: policies/org.yaml}
    mailboxes: {ray@example.org: policies/ray.yaml}

Paths of policies are relative to this file; what is not found there is a shipped policy. Refuses
unknown keys, wrong types and values outside their range: `PolicyErrors`, each with file, line and
column. The file is read again on SIGHUP; `socket*`, `workers` and `log` then stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from coldstop.daemon.limits import LIMITS
from coldstop.policy.errors import Code, PolicyError, PolicyErrors
from coldstop.policy.folders import FolderError, Naming, bad_separator, naming
from coldstop.policy.yaml import MapNode, Node, SeqNode, TextNode, decode, load_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class Mode(StrEnum):
    """How much the milter may do."""

    OBSERVE = "observe"
    """Headers say what would happen, in a form that nothing acts on."""
    TAG = "tag"
    """Headers only."""
    ENFORCE = "enforce"
    """Headers, and what the verdict says."""


class Quarantine(StrEnum):
    """What `quarantine` means."""

    JUNK = "junk"
    """Delivered, for the reader's Sieve script (or the sub-address) to put into Junk."""
    HOLD = "hold"
    """Postfix's hold queue; the operator releases it with `postsuper -H`."""


class Filing(StrEnum):
    """How a copy gets into a folder."""

    HEADER = "header"
    """A Sieve script at delivery reads our headers."""
    SUBADDRESS = "subaddress"
    """The recipient becomes `user+folder@domain`."""


class OnError(StrEnum):
    """What becomes of a message that could not be judged."""

    ACCEPT = "accept"
    TEMPFAIL = "tempfail"


@dataclass(frozen=True, slots=True)
class Config:
    """The daemon's configuration. `source` is the file that it was read from, if any."""

    policy: str
    socket: str = "unix:/run/coldstop/milter.sock"
    socket_mode: int = 0o660
    socket_group: str = ""
    allow_remote: bool = False
    workers: int = 1
    mode: Mode = Mode.OBSERVE
    domains: Mapping[str, str] = field(default_factory=dict)
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    authserv_ids: tuple[str, ...] = ()
    """Whose Authentication-Results count, in addition to what policies say under `trust`."""
    quarantine: Quarantine = Quarantine.JUNK
    filing: Filing = Filing.HEADER
    recipient_delimiter: str = "+"
    folder_separator: str = "/"
    """What the mail store has between the levels of a folder; policies always write `/`."""
    folder_prefix: str = ""
    """What every folder but the INBOX begins with there, such as `INBOX.`."""
    on_error: OnError = OnError.ACCEPT
    log: str = "stderr"
    source: Path | None = None

    @property
    def naming(self) -> Naming:
        """How the mail store writes folders."""
        return Naming(self.folder_separator, self.folder_prefix)


class _Bad(Exception):  # noqa: N818 - control flow inside this module
    """A value that is refused; the text says what was expected."""


def load_config(path: str | Path) -> Config:
    """Read a configuration file; raises PolicyErrors."""
    source = Path(path).absolute()
    name = str(path)
    try:
        with source.open("rb") as file:
            data = file.read(LIMITS.config_bytes + 1)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise PolicyErrors([PolicyError(Code.UNREADABLE, name, 1, 1, reason)]) from error
    config = read_config(decode(data, name), name)
    base = source.parent
    return replace(
        config,
        source=source,
        policy=_beside(base, config.policy),
        domains={key: _beside(base, value) for key, value in config.domains.items()},
        mailboxes={key: _beside(base, value) for key, value in config.mailboxes.items()},
    )


def _beside(base: Path, policy: str) -> str:
    """Give a policy's path next to the configuration if it is there, else its name as it stands."""
    path = base / policy
    return str(path) if path.is_file() else policy


def read_config(text: str, name: str) -> Config:
    """Read a configuration from its text; raises PolicyErrors with everything that is wrong."""
    tree = load_tree(text, name)
    if not isinstance(tree, MapNode):
        raise PolicyErrors([_error(tree, Code.WRONG_SHAPE, "expected keys with values")])
    errors: list[PolicyError] = []
    values: dict[str, object] = {}
    for key, node in tree.entries:
        reader = _KEYS.get(key.text)
        if reader is None:
            known = ", ".join(_KEYS)
            errors.append(_error(key, Code.UNKNOWN_KEY, f"unknown key {key.text!r}", known))
            continue
        try:
            values[key.text] = reader(node)
        except _Bad as bad:
            errors.append(_error(node, Code.BAD_VALUE, f"{key.text}: expected {bad}"))
    if "policy" not in values and tree.get("policy") is None:
        errors.append(_error(tree, Code.MISSING_KEY, "'policy' is missing"))
    errors += _folders(tree, values)
    if errors:
        raise PolicyErrors(errors)
    return Config(**values)  # type: ignore[arg-type]  # each key's reader gives its type


def _folders(tree: MapNode, values: dict[str, object]) -> list[PolicyError]:
    """Let separator and prefix go together: a prefix alone tells the separator, too."""
    separator, prefix = values.get("folder_separator"), values.get("folder_prefix")
    if not isinstance(prefix, str):
        return []
    try:
        found = naming(separator if isinstance(separator, str) else None, prefix)
    except FolderError as error:
        at = tree.get("folder_prefix") or tree
        return [_error(at, Code.BAD_VALUE, f"folder_prefix: {error.message}", error.hint)]
    values["folder_separator"], values["folder_prefix"] = found.separator, found.prefix
    return []


def _error(node: Node, code: Code, message: str, hint: str = "") -> PolicyError:
    return PolicyError(code, node.file, node.line, node.column, message, hint)


def _text(node: Node) -> str:
    if not isinstance(node, TextNode) or not node.text.strip():
        raise _Bad("a text")
    return node.text.strip()


def _matching(pattern: str, expected: str) -> Callable[[Node], str]:
    compiled = re.compile(pattern)

    def read(node: Node) -> str:
        text = _text(node)
        if not compiled.fullmatch(text):
            raise _Bad(expected)
        return text

    return read


def _separator(node: Node) -> str:
    text = _text(node)
    if why := bad_separator(text):
        raise _Bad(f"one character, / or . most often: {why}")
    return text


def _prefix(node: Node) -> str:
    if isinstance(node, TextNode) and not node.text and not node.missing:
        return ""
    return _text(node)


def _mode_bits(node: Node) -> int:
    text = _text(node)
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise _Bad("permissions in octal, such as 0660")
    return int(text, 8)


def _workers(node: Node) -> int:
    text = _text(node)
    if not re.fullmatch(r"[1-9][0-9]?", text) or int(text) > LIMITS.workers:
        raise _Bad(f"a number from 1 to {LIMITS.workers}")
    return int(text)


def _yes_no(node: Node) -> bool:
    text = _text(node)
    if text not in ("true", "false"):
        raise _Bad("true or false")
    return text == "true"


def _choice(kind: type[T]) -> Callable[[Node], T]:
    def read(node: Node) -> T:
        text = _text(node)
        try:
            return kind(text)  # type: ignore[call-arg]  # an enumeration of texts
        except ValueError:
            words = ", ".join(str(member) for member in kind)  # type: ignore[attr-defined]
            raise _Bad(f"one of {words}") from None

    return read


def _texts(node: Node) -> tuple[str, ...]:
    if isinstance(node, SeqNode):
        return tuple(_text(item) for item in node.items)
    return (_text(node),)


def _mapping(node: Node) -> dict[str, str]:
    if not isinstance(node, MapNode):
        raise _Bad("keys with the names of policies")
    return {key.text.strip().lower(): _text(value) for key, value in node.entries}


_KEYS: Final[Mapping[str, Callable[[Node], object]]] = {
    "socket": _text,
    "socket_mode": _mode_bits,
    "socket_group": _text,
    "allow_remote": _yes_no,
    "workers": _workers,
    "mode": _choice(Mode),
    "policy": _text,
    "domains": _mapping,
    "mailboxes": _mapping,
    "authserv_ids": _texts,
    "quarantine": _choice(Quarantine),
    "filing": _choice(Filing),
    "recipient_delimiter": _matching(r"[+=#_-]", "one of + - _ = #"),
    "folder_separator": _separator,
    "folder_prefix": _prefix,
    "on_error": _choice(OnError),
    "log": _matching(r"stderr|syslog|/.+", "stderr, syslog or the absolute path of a file"),
}
