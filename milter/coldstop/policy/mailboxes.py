"""Which policy judges the mail of which recipient.

A recipient's policy is the default, under that of the domain, under that of the mailbox, as if
each extended the one before (an operator's locks hold). `user+tag@` is the mailbox `user@`;
addresses are compared without regard to case. An address that is in no map has the default.

Equal results are one object, so that a daemon resolves and holds each policy once. Refuses:
keys that are no domain or no mailbox, and the same one twice. Fails: `PolicyErrors` with what is
wrong with any of the policies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from coldstop.policy.errors import Code, PolicyError, PolicyErrors, clip
from coldstop.policy.load import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldstop.policy.effective import Policy

T = TypeVar("T")
U = TypeVar("U")

_DOMAIN = re.compile(r"[^\s@.]+(?:\.[^\s@.]+)*")


@dataclass(frozen=True, slots=True)
class MailboxMap(Generic[T]):
    """The policy of every recipient, and what has been made of it."""

    _default: tuple[Policy, T]
    _domains: Mapping[str, tuple[Policy, T]]
    _mailboxes: Mapping[str, tuple[Policy, T]]
    _delimiter: str = "+"

    def policy_for(self, recipient: str) -> Policy:
        """Give the policy of a recipient, `user@domain` with or without `<>`."""
        return self._find(recipient)[0]

    def for_recipient(self, recipient: str) -> T:
        """Give what `resolved` made of a recipient's policy; the policy itself before that."""
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
        )

    def _all(self) -> tuple[tuple[Policy, T], ...]:
        return (self._default, *self._domains.values(), *self._mailboxes.values())

    def _find(self, recipient: str) -> tuple[Policy, T]:
        local, _, domain = _normal(recipient.strip().removeprefix("<").removesuffix(">"))
        # A mailbox that is written with its tag is meant with its tag.
        for user in (local, self._untagged(local)):
            found = self._mailboxes.get(f"{user}@{domain}")
            if found is not None:
                return found
        return self._domains.get(domain, self._default)

    def _untagged(self, local: str) -> str:
        at = local.find(self._delimiter, 1) if self._delimiter else -1
        return local if at < 0 else local[:at]


def load_mailboxes(
    default: str,
    domains: Mapping[str, str] | None = None,
    mailboxes: Mapping[str, str] | None = None,
    *,
    delimiter: str = "+",
    shown: str = "mailboxes",
) -> MailboxMap[Policy]:
    """Load the policies of all recipients; raise PolicyErrors.

    `domains` and `mailboxes` map to names of policies, as `load_policy` takes them. `shown` is
    how findings about the maps themselves call their file.
    """
    errors: list[PolicyError] = []
    by_domain = _keys(domains or {}, shown, errors, is_mailbox=False)
    by_mailbox = _keys(mailboxes or {}, shown, errors, is_mailbox=True)
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
        domain = by_domain.get(_normal(key)[2])
        of_mailboxes[key] = load(default, *([domain] if domain is not None else []), name)
    if errors or first is None:
        raise PolicyErrors(errors)
    return MailboxMap(
        first,
        {key: found for key, found in of_domains.items() if found is not None},
        {key: found for key, found in of_mailboxes.items() if found is not None},
        delimiter,
    )


def _normal(address: str) -> tuple[str, str, str]:
    """Take an address apart, in lower case, without the domain's last dot."""
    local, at, domain = address.lower().rpartition("@")
    return local, at, domain.removesuffix(".")


def _keys(
    names: Mapping[str, str], shown: str, errors: list[PolicyError], *, is_mailbox: bool
) -> dict[str, str]:
    keys: dict[str, str] = {}
    for key, name in names.items():
        local, at, domain = _normal(key.strip())
        good = _DOMAIN.fullmatch(domain) and (bool(local) if is_mailbox else not at)
        message = ""
        if not good:
            what = "mailbox, such as ray@home.example" if is_mailbox else "domain"
            message = f"'{clip(key)}' is no {what}"
        elif local + at + domain in keys:
            message = f"'{clip(key)}' stands twice"
        if message:
            errors.append(PolicyError(Code.BAD_MAILBOX, shown, 1, 1, message))
        else:
            keys[local + at + domain] = name
    return keys
