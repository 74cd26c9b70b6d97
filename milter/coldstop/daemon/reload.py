"""Policies in force: one immutable snapshot, loaded and checked as a whole.

A snapshot is complete before anyone sees it, and a message keeps the one that it began with (H14).
Loading reads the daemon's configuration again, every policy that it names, and runs each policy's
own `cases`: a policy that breaks its own promises is refused like one that cannot be read. Raises
one of RELOAD_ERRORS; what they say is meant for the operator and holds no mail.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from coldstop.daemon.config import Config, load_config
from coldstop.daemon.folders import unfit
from coldstop.daemon.networks import Networks
from coldstop.policy.errors import PolicyErrors
from coldstop.policy.mailboxes import load_mailboxes
from coldstop.policy.trust import Foreign
from coldstop.scorecard import cases
from coldstop.scorecard.resolve import resolve

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy
    from coldstop.policy.mailboxes import MailboxMap
    from coldstop.policy.recipient import Recipient
    from coldstop.scorecard.resolve import Scorecard


class CasesFailed(Exception):  # noqa: N818 - says what happened
    """A policy's own cases do not hold."""


RELOAD_ERRORS: Final = (PolicyErrors, CasesFailed)


def today() -> dt.date:
    """Give the local date: what "until" in a policy means to its reader."""
    return dt.datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Configuration and policies at one moment."""

    generation: int
    config: Config
    mailboxes: MailboxMap[Scorecard]
    own_networks: Networks = field(init=False)
    _own: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather what is ours, in the form that is asked for every message."""
        object.__setattr__(self, "own_networks", Networks(self.config.own_networks))
        own = self.config.own_domains
        aliases = self.config.domain_aliases
        names = frozenset(own) | {name for name in aliases if self.config.owns(name)}
        object.__setattr__(self, "_own", names)

    def scorecard_for(self, recipient: str) -> Scorecard:
        """Give the policy for a recipient; the same object for the same policy."""
        return self.mailboxes.for_recipient(recipient)

    def is_ours(self, recipient: Recipient) -> bool:
        """Whether a recipient is ours to judge.

        What names this host and no domain is: a sender could else choose not to be judged.
        """
        domain = recipient.domain
        if not self._own or domain in self._own:
            return True
        return recipient.names_host

    @property
    def fingerprint(self) -> str:
        """Equal for equal policies and settings, whichever process loaded them."""
        policies = [(policy.name, policy.revision) for policy in self.mailboxes.policies()]
        settings = replace(self.config, source=None)
        return hashlib.sha256(repr((settings, policies)).encode()).hexdigest()[:16]

    @property
    def names(self) -> str:
        """Names and revisions of the policies, for the log."""
        return ",".join(f"{policy.name}/{policy.revision}" for policy in self.mailboxes.policies())


def load_snapshot(config: Config, generation: int, *, run_cases: bool = True) -> Snapshot:
    """Load everything that `config` names, and the configuration itself if it came from a file.

    The socket, the workers and the log stay as they are in `config`.
    """
    if config.source is not None:
        fresh = load_config(config.source)
        config = replace(
            fresh,
            socket=config.socket,
            socket_mode=config.socket_mode,
            socket_group=config.socket_group,
            allow_remote=config.allow_remote,
            workers=config.workers,
            log=config.log,
        )

    def prepare(policy: Policy) -> Scorecard:
        if wrong := unfit(policy, config.naming):
            raise PolicyErrors(wrong)
        scorecard = resolve(policy).ready()
        if config.authserv_ids:
            together = config.authserv_foreign is Foreign.REMOVED
            trusted = scorecard.trusted.and_also(
                config.authserv_ids,
                together=together,
                fields=config.authserv_fields if together else 1,
            )
            scorecard = replace(scorecard, trusted=trusted)
        if run_cases:
            _check_cases(scorecard)
        return scorecard

    return Snapshot(generation, config, load_map(config).resolved(prepare))


def load_map(config: Config) -> MailboxMap[Policy]:
    """Load the policy of every recipient, as the daemon finds it."""
    return load_mailboxes(
        config.policy,
        config.domains,
        config.mailboxes,
        delimiter=config.recipient_delimiter,
        aliases=config.domain_aliases,
        # A sender could else choose the default policy by writing our address for our name.
        here=config.own_domains[0] if config.own_domains else "",
        shown=str(config.source or "mailboxes"),
    )


def _check_cases(scorecard: Scorecard) -> None:
    """Run a policy's own cases; raises CasesFailed for the first that does not hold."""
    for result in cases.run_cases(scorecard, today()):
        if not result.ok:
            raise CasesFailed(f"{result.origin}: case {result.title!r}: {result.problems[0]}")
