"""From the judgements of one message to one outcome.

The only place where a verdict turns into something that the mail server does.

One message may have several recipients with different policies, but it has one set of headers and
one SMTP reply. The rules:

* All recipients judged alike (every header would read the same): headers and action as for one.
* Otherwise no header tells anything but `none`, because each recipient would read the others'
  verdicts, those of Bcc recipients included. `none` is also what a message gets that could not be
  judged, so it does not even tell that there was someone else. Then, recipient by recipient:
  filing by sub-address where that is configured (`user+Folder@domain`), and `discard` by taking
  that recipient off the message.
* Recipients outside our own domains do not count, and nothing happens to them: they are never
  rewritten, nothing of ours is written into a message that they read too, and such a message is
  neither discarded nor held as a whole.
* The message is rejected, discarded or held only if every recipient's policy says exactly that.
  A `reject` outvoted by another recipient is filed like `quarantine`: rejecting for one after
  accepting for another would need a bounce to an address that is likely forged.

In the modes `observe` and `tag` nothing but headers ever happens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from coldstop.daemon.config import Filing, Headers, Mode, Quarantine
from coldstop.daemon.headers import Header, headers_for, no_verdict
from coldstop.daemon.limits import LIMITS
from coldstop.policy.folders import is_inbox
from coldstop.policy.model import Verdict
from coldstop.policy.recipient import Recipient, ascii_domain, canonical, untagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldstop.daemon.config import Config
    from coldstop.scorecard.judgement import Judgement

SPLIT: Final = "split"
_TRASH: Final = "Trash"
_JUNK: Final = "Junk"
# RFC 5321 §4.1.2 atext without the characters that mean something to routing (! %).
_PLAIN_LOCAL: Final = re.compile(r"[A-Za-z0-9_#$&'*+/=?^`{|}~.-]{1,64}")
# Outside ASCII a U-label, but no byte that was no UTF-8 (a surrogate): libmilter takes UTF-8.
_PLAIN_DOMAIN: Final = re.compile(r"[A-Za-z0-9.\x80-\ud7ff\ue000-\U0010ffff-]{1,255}")
_PLAIN_FOLDER: Final = re.compile(r"[A-Za-z0-9_-]+([./^][A-Za-z0-9_-]+)*")
_UNSPEAKABLE: Final = re.compile(r"[^\x20-\x7e]+")


class Action(StrEnum):
    """What happens to the message as a whole."""

    DELIVER = "deliver"
    REJECT = "reject"
    DISCARD = "discard"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Reroute:
    """A recipient to be replaced; an empty `new` takes them off the message."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that is done to one message, and the word for it in the log."""

    word: str
    """The verdict, or `split`."""
    headers: tuple[Header, ...]
    action: Action = Action.DELIVER
    reroutes: tuple[Reroute, ...] = ()
    verdicts: str = ""
    """The verdicts that met, in the order of the ladder's words, where the word is `split`."""


def decide(
    judgements: Mapping[str, Judgement],
    config: Config,
    keys: Mapping[str, Recipient] | None = None,
    *,
    outside: bool = False,
) -> Outcome:
    """Give the outcome for a message, from the judgement for each recipient (bare addresses).

    `keys` are the canonical forms of the addresses, where they are known already; `outside` says
    that the message has recipients besides, who are not ours.
    """
    distinct = {id(judgement): judgement for judgement in judgements.values()}.values()
    observe = config.mode is Mode.OBSERVE
    brief = config.headers is Headers.VERDICT
    told = {
        headers_for(judgement, observe=observe, brief=brief, naming=config.naming)
        for judgement in distinct
    }
    met = ""
    verdicts = {judgement.verdict for judgement in distinct}
    if len(told) == 1:
        headers = told.pop()
        log_word = next(iter(verdicts)).value
    else:
        headers = no_verdict()
        log_word = SPLIT
        met = ",".join(verdict.value for verdict in Verdict if verdict in verdicts)
    if outside:
        headers = ()
    if config.mode is not Mode.ENFORCE or not judgements:
        return Outcome(log_word, headers, verdicts=met)
    if len(verdicts) == 1:
        action = _common_action(next(iter(verdicts)), config)
        # The sender is told of a rejection; what is discarded or held is out of others' reach.
        if action is Action.REJECT or (action is not Action.DELIVER and not outside):
            return Outcome(log_word, headers if action is Action.HOLD else (), action, (), met)
    forms = keys or {}
    reroutes = [
        Reroute(recipient, new)
        for recipient, judgement in judgements.items()
        if (new := _new_address(recipient, judgement, config, forms)) is not None
    ]
    return Outcome(log_word, headers, Action.DELIVER, tuple(reroutes), met)


def _common_action(verdict: Verdict, config: Config) -> Action:
    """Say what a verdict shared by every recipient does to the whole message."""
    match verdict:
        case Verdict.REJECT:
            return Action.REJECT
        case Verdict.DISCARD:
            return Action.DISCARD
        case Verdict.QUARANTINE:
            return Action.HOLD if config.quarantine is Quarantine.HOLD else Action.DELIVER
        case Verdict.KEEP | Verdict.TAG | Verdict.LATER | Verdict.FILE | Verdict.TRASH:
            return Action.DELIVER
        case _:
            assert_never(verdict)


def _new_address(
    recipient: str, judgement: Judgement, config: Config, keys: Mapping[str, Recipient]
) -> str | None:
    """Say where this recipient's copy goes instead; "" for nowhere, None to leave it alone."""
    match judgement.verdict:
        case Verdict.KEEP | Verdict.TAG:
            return None
        case Verdict.DISCARD:
            return ""
        case Verdict.LATER | Verdict.FILE:
            folder = judgement.folder
        case Verdict.QUARANTINE | Verdict.REJECT:
            folder = judgement.folder or _JUNK
        case Verdict.TRASH:
            folder = judgement.folder or _TRASH
        case _:
            assert_never(judgement.verdict)
    if config.filing is not Filing.SUBADDRESS:
        return None
    if config.folder_prefix and is_inbox(folder):
        return None  # the detail INBOX would be the folder INBOX.INBOX
    key = keys.get(recipient) or canonical(recipient)
    if not is_mailbox(key, config):
        return None
    # As it was spelled, but for quotes and routes, which hide a mailbox from nobody (H27).
    local, _, domain = recipient.rpartition("@")
    local = local if local.lower() == key.local else key.local
    domain = domain if ascii_domain(domain) == key.domain else key.domain
    return subaddress(f"{local}@{domain}", config.naming.detail(folder), config.recipient_delimiter)


def is_mailbox(key: Recipient, config: Config) -> bool:
    """Whether a recipient is a mailbox of ours, which has sub-addresses (H26)."""
    if not config.owns(key.domain):
        return False
    only, never = config.rewrite.only, config.rewrite.never
    if not only and not never:
        return True
    domain = config.domain_aliases.get(key.domain, key.domain)
    base = untagged(key.local, config.recipient_delimiter)
    names = {Recipient(local, host) for local in (key.local, base) for host in (key.domain, domain)}
    return names.isdisjoint(never) and not (only and names.isdisjoint(only))


def subaddress(recipient: str, folder: str, delimiters: str) -> str | None:
    """`user+folder@domain`, or None where that cannot be written safely.

    Any of the delimiters begins a detail, the first is written. A detail that is already there is
    replaced: `user+tag@` becomes `user+folder@`. Quoted local parts and folders with spaces or
    outside ASCII are left alone (RFC 5233 leaves their spelling to the site); so is an address
    that the folder would make longer than a local part may be.
    """
    local, at, domain = recipient.rpartition("@")
    base = untagged(local, delimiters)
    if (
        not at
        or base[:1] in delimiters
        or not _PLAIN_LOCAL.fullmatch(base)
        or not _PLAIN_DOMAIN.fullmatch(domain)
        or not _PLAIN_FOLDER.fullmatch(folder)
    ):
        return None
    changed = f"{base}{delimiters[0]}{folder}"
    return f"{changed}@{domain}" if _PLAIN_LOCAL.fullmatch(changed) else None


def reply_text(text: str) -> str:
    """`text` as libmilter takes it: one printable line, `%` doubled (H17)."""
    clean = _UNSPEAKABLE.sub(" ", text).strip()[: LIMITS.reply]
    return clean.replace("%", "%%") or "rejected"
