"""Which policy judges the mail of which recipient.

A recipient's policy is the default, under that of the domain, under that of the mailbox, as if
each extended the one before (an operator's locks hold). `user+tag@` is the mailbox `user@`, and
every spelling of an address is the same address (`policy/recipient.py`). An address that is in no
map has the default.

Equal results are one object, so that a daemon resolves and holds each policy once. Refuses:
keys that are no domain or no mailbox, and the same one twice with two policies. Fails:
`PolicyErrors` with what is wrong with any of the policies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from coldstop.policy.errors import Code, PolicyError, PolicyErrors, clip
from coldstop.policy.load import Library
from coldstop.policy.recipient import (
    BadAddress,
    Recipient,
    canonical,
    read_domain,
    read_mailbox,
    untagged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldstop.policy.effective import Policy

K = TypeVar("K")
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class MailboxMap(Generic[T]):
    """The policy of every recipient, and what has been made of it."""

    _default: tuple[Policy, T]
    _domains: Mapping[str, tuple[Policy, T]]
    _mailboxes: Mapping[Recipient, tuple[Policy, T]]
    _delimiter: str = "+"
    _aliases: Mapping[str, str] = field(default_factory=dict)
    _here: str = ""
    """The domain whose mailboxes this host has under its own name or address; "" for unknown."""

    def policy_for(self, recipient: str) -> Policy:
        """Give the policy of a recipient, `user@domain` with or without `<>`."""
        return self._find(canonical(recipient))[0]

    def for_recipient(self, recipient: str) -> T:
        """Give what `resolved` made of a recipient's policy; the policy itself before that."""
        return self._find(canonical(recipient))[1]

    def for_key(self, recipient: Recipient) -> T:
        """Give the same, for an address that is in its canonical form already."""
        return self._find(recipient)[1]

    def policies(self) -> tuple[Policy, ...]:
        """Give every policy that some recipient can have, each once, the default first."""
        return tuple({id(policy): policy for policy, _ in self._all()}.values())

    def resolved(self, resolve: Callable[[Policy], U]) -> MailboxMap[U]:
        """Make something of every policy, once each: `load_mailboxes(...).resolved(resolve)`."""
        made: dict[int, tuple[Policy, U]] = {
            id(policy): (policy, resolve(policy)) for policy in self.policies()
        }
        return MailboxMap(
            made[id(self._default[0])],
            {key: made[id(policy)] for key, (policy, _) in self._domains.items()},
            {key: made[id(policy)] for key, (policy, _) in self._mailboxes.items()},
            self._delimiter,
            self._aliases,
            self._here,
        )

    def _all(self) -> tuple[tuple[Policy, T], ...]:
        return (self._default, *self._domains.values(), *self._mailboxes.values())

    def _find(self, key: Recipient) -> tuple[Policy, T]:
        domain = self._aliases.get(key.domain, key.domain)
        if self._here and key.names_host and domain == key.domain:
            domain = self._here
        if self._mailboxes:
            # A mailbox that is written with its tag is meant with its tag.
            for user in (key.local, untagged(key.local, self._delimiter)):
                found = self._mailboxes.get(Recipient(user, domain))
                if found is not None:
                    return found
        return self._domains.get(domain, self._default)


def load_mailboxes(
    default: str,
    domains: Mapping[str, str] | None = None,
    mailboxes: Mapping[str, str] | None = None,
    *,
    delimiter: str = "+",
    aliases: Mapping[str, str] | None = None,
    here: str = "",
    shown: str = "mailboxes",
) -> MailboxMap[Policy]:
    """Load the policies of all recipients; raise PolicyErrors.

    `domains` and `mailboxes` map to names of policies, as `load_policy` takes them. `delimiter` is
    every character that begins a tag; `aliases` maps domains to those whose mailboxes they have;
    `here` is the domain that `ray`, `ray@localhost` and `ray@[192.0.2.1]` are mailboxes of.
    `shown` is how findings about the maps themselves call their file.
    """
    errors: list[PolicyError] = []
    same = aliases or {}

    def mailbox(text: str) -> Recipient:
        local, domain = read_mailbox(text)
        return Recipient(local, same.get(domain, domain))

    def of_domain(text: str) -> str:
        domain = read_domain(text)
        return same.get(domain, domain)

    by_domain = _keys(domains or {}, of_domain, shown, errors)
    by_mailbox = _keys(mailboxes or {}, mailbox, shown, errors)
    library = Library()
    loaded: dict[tuple[str, ...], tuple[Policy, Policy] | None] = {}

    def load(*names: str) -> tuple[Policy, Policy] | None:
        # A policy that stands in the row already adds nothing.
        row = tuple(dict.fromkeys(names))
        if row not in loaded:
            try:
                policy = library.overlay(row[0], *row[1:])
            except PolicyErrors as found:
                errors.extend(found.errors)
                loaded[row] = None
            else:
                loaded[row] = policy, policy
        return loaded[row]

    first = load(default)
    of_domains = {key: load(default, name) for key, name in by_domain.items()}
    of_mailboxes = {}
    for key, name in by_mailbox.items():
        domain = by_domain.get(key.domain)
        of_mailboxes[key] = load(default, *([domain] if domain is not None else []), name)
    if errors or first is None:
        raise PolicyErrors(errors)
    return MailboxMap(
        first,
        {key: found for key, found in of_domains.items() if found is not None},
        {key: found for key, found in of_mailboxes.items() if found is not None},
        delimiter,
        same,
        here,
    )


def _keys(
    names: Mapping[str, str], read: Callable[[str], K], shown: str, errors: list[PolicyError]
) -> dict[K, str]:
    keys: dict[K, str] = {}
    for text, name in names.items():
        try:
            key = read(text)
        except BadAddress as bad:
            errors.append(PolicyError(Code.BAD_MAILBOX, shown, 1, 1, str(bad), bad.hint))
            continue
        if keys.setdefault(key, name) != name:
            message = f"'{clip(text)}' stands twice"
            errors.append(PolicyError(Code.BAD_MAILBOX, shown, 1, 1, message))
    return keys
