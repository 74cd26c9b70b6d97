"""The daemon's own configuration: a small YAML file, read as strictly as a policy.

    socket: unix:/run/coldstop/milter.sock   # or inet:8891@127.0.0.1, or fd:3
    socket_mode: "0660"
    socket_group: postfix
    workers: 1
    mode: observe                            # observe, tag, enforce
    policy: presets/passive.yaml             # for every mailbox without its own
    domains: {example.org: policies/org.yaml}
    mailboxes: {ray@example.org: policies/ray.yaml}
    own_domains: [example.org]               # whose mail is judged and may be moved
    own_networks: [192.0.2.0/24]             # whose mail is not judged

Paths of policies are relative to this file; what is not found there is a shipped policy. Refuses
unknown keys, wrong types and values outside their range: `PolicyErrors`, each with file, line and
column. The file is read again on SIGHUP; `socket*`, `workers` and `log` then stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from coldstop.daemon import readers
from coldstop.daemon.limits import LIMITS
from coldstop.files import read_regular
from coldstop.policy.errors import Code, PolicyError, PolicyErrors
from coldstop.policy.folders import FolderError, Naming, bad_separator, naming
from coldstop.policy.recipient import Recipient, canonical
from coldstop.policy.trust import USUAL_FIELDS, Foreign
from coldstop.policy.yaml import MapNode, Node, TextNode, decode, load_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldstop.daemon.networks import Network


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


class Headers(StrEnum):
    """How much our headers tell; the sender may get to read them (H24)."""

    FULL = "full"
    """Verdict, folder, score, rules and policy."""
    VERDICT = "verdict"
    """Verdict and folder, which is all that filing needs."""


class OnError(StrEnum):
    """What becomes of a message that could not be judged."""

    ACCEPT = "accept"
    TEMPFAIL = "tempfail"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Which recipients may become sub-addresses: mailboxes, by their canonical addresses."""

    only: tuple[Recipient, ...] = ()
    """These alone; empty for all in our own domains."""
    never: tuple[Recipient, ...] = ()
    """Not these: aliases that forward to elsewhere (H26)."""


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
    domain_aliases: Mapping[str, str] = field(default_factory=dict)
    """Domains whose mailboxes are those of another domain."""
    own_domains: tuple[str, ...] = ()
    """Recipients elsewhere are not ours to judge; empty for all."""
    own_networks: tuple[Network, ...] = ()
    """Clients whose mail is ours and not judged."""
    own_hops: int = 0
    """How many Received fields of our own the milter sees: behind a gateway or a filter."""
    authserv_ids: tuple[str, ...] = ()
    """Whose Authentication-Results count, in addition to what policies say under `trust`."""
    authserv_foreign: Foreign = Foreign.KEPT
    """What the border does with fields from outside; `removed` (all of them) reads several."""
    authserv_fields: int = USUAL_FIELDS
    """With `authserv_foreign: removed`: how many of the topmost fields may be ours."""
    quarantine: Quarantine = Quarantine.JUNK
    filing: Filing = Filing.HEADER
    recipient_delimiter: str = "+"
    """Each character begins a tag; the first one is written."""
    folder_separator: str = "/"
    """What the mail store has between the levels of a folder; policies always write `/`."""
    folder_prefix: str = ""
    """What every folder but the INBOX begins with there, such as `INBOX.`."""
    rewrite: Rewrite = Rewrite()
    headers: Headers = Headers.FULL
    on_error: OnError = OnError.ACCEPT
    log: str = "stderr"
    source: Path | None = None

    @property
    def naming(self) -> Naming:
        """How the mail store writes folders."""
        return Naming(self.folder_separator, self.folder_prefix)

    def owns(self, domain: str) -> bool:
        """Whether a domain is among our own, by its own name or as an alias."""
        own = self.own_domains
        return domain in own or self.domain_aliases.get(domain) in own


def load_config(path: str | Path) -> Config:
    """Read a configuration file; raises PolicyErrors."""
    source = Path(path).absolute()
    name = str(path)
    try:
        data = read_regular(source, LIMITS.config_bytes)
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
        except readers.Bad as found:
            errors += [
                _error(bad.node, Code.BAD_VALUE, f"{key.text}: expected {bad}", bad.hint)
                for bad in found.all
            ]
    if "policy" not in values and tree.get("policy") is None:
        errors.append(_error(tree, Code.MISSING_KEY, "'policy' is missing"))
    errors += _folders(tree, values)
    if errors:
        raise PolicyErrors(errors)
    config = Config(**values)  # type: ignore[arg-type]  # each key's reader gives its type
    errors += _contradictions(config, tree)
    if errors:
        raise PolicyErrors(errors)
    return config


def _contradictions(config: Config, tree: MapNode) -> list[PolicyError]:
    """Find what is right by itself and cannot work together."""
    if not config.own_domains:
        node = tree.get("filing")
        if config.filing is not Filing.SUBADDRESS or node is None:
            return []
        # Without it an address of somebody else's would be rewritten, and bounce (H26).
        ours = [*config.domains, *(canonical(box).domain for box in config.mailboxes)]
        known = ", ".join(sorted({config.domain_aliases.get(name, name) for name in ours}))
        message = "filing: subaddress needs own_domains: only mailboxes here have sub-addresses"
        line = f"own_domains: [{known or 'example.org'}]"
        hint = f"add the line {line}" + ("" if known else ", with the domains of your mailboxes")
        return [_error(node, Code.MISSING_KEY, message, hint)]
    found = []
    for name in ("domains", "mailboxes"):
        node = tree.get(name)
        for key, _ in node.entries if isinstance(node, MapNode) else ():
            domain = canonical(f"x@{key.text}" if name == "domains" else key.text).domain
            if not config.owns(domain):
                message = f"{name}: {domain} is not among own_domains, so its mail is not judged"
                hint = f"add {domain} to own_domains, or leave this entry out"
                found.append(_error(key, Code.CONTRADICTION, message, hint))
    return found


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


def _address(node: Node) -> str:
    return readers.mailbox(node).text


def _separator(node: Node) -> str:
    found = readers.text(node)
    if why := bad_separator(found):
        raise readers.Bad(node, f"one character, / or . most often: {why}")
    return found


def _prefix(node: Node) -> str:
    if isinstance(node, TextNode) and not node.text and not node.missing:
        return ""
    return readers.text(node)


def _rewrite(node: Node) -> Rewrite:
    if not isinstance(node, MapNode):
        raise readers.Bad(node, "only: or never: with mailboxes")
    read = readers.several(readers.mailbox)
    values: dict[str, tuple[Recipient, ...]] = {}
    for key, value in node.entries:
        if key.text not in ("only", "never"):
            raise readers.Bad(key, "only or never")
        values[key.text] = read(value)
    return Rewrite(**values)


def _aliases(node: Node) -> Mapping[str, str]:
    read = readers.mapping(readers.domain, readers.domain)
    found = cast("Mapping[str, str]", read(node))
    for name, target in found.items():
        if target in found:
            raise readers.Bad(node, f"domains that are none themselves; {name} leads on: {target}")
    return found


_KEYS: Final[Mapping[str, Callable[[Node], object]]] = {
    "socket": readers.text,
    "socket_mode": readers.mode_bits,
    "socket_group": readers.text,
    "allow_remote": readers.yes_no,
    "workers": readers.workers,
    "mode": readers.choice(Mode),
    "policy": readers.text,
    "domains": readers.mapping(readers.domain, readers.text),
    "mailboxes": readers.mapping(_address, readers.text),
    "domain_aliases": _aliases,
    "own_domains": readers.several(readers.domain),
    "own_networks": readers.several(readers.network),
    "own_hops": readers.number(LIMITS.own_hops),
    "authserv_ids": readers.several(readers.text),
    "authserv_foreign": readers.choice(Foreign),
    "authserv_fields": readers.number(10),
    "quarantine": readers.choice(Quarantine),
    "filing": readers.choice(Filing),
    "recipient_delimiter": readers.matching(
        r"(?:([+=#_-])(?!.*\1))+", "one of + - _ = #, or several of them, each once"
    ),
    "folder_separator": _separator,
    "folder_prefix": _prefix,
    "rewrite": _rewrite,
    "headers": readers.choice(Headers),
    "on_error": readers.choice(OnError),
    "log": readers.matching(r"stderr|syslog|/.+", "stderr, syslog or the absolute path of a file"),
}
