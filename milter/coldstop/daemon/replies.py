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

from coldstop.daemon.config import Filing, Mode, Quarantine
from coldstop.daemon.headers import Header, headers_for, no_verdict
from coldstop.daemon.limits import LIMITS
from coldstop.policy.folders import is_inbox
from coldstop.policy.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldstop.daemon.config import Config
    from coldstop.scorecard.judgement import Judgement

SPLIT: Final = "split"
_TRASH: Final = "Trash"
_JUNK: Final = "Junk"
# RFC 5321 §4.1.2 atext without the characters that mean something to routing (! %).
_PLAIN_LOCAL: Final = re.compile(r"[A-Za-z0-9_#$&'*+/=?^`{|}~.-]{1,64}")
_PLAIN_DOMAIN: Final = re.compile(r"[A-Za-z0-9.-]{1,255}")
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


def decide(judgements: Mapping[str, Judgement], config: Config) -> Outcome:
    """Give the outcome for a message, from the judgement for each recipient (bare addresses)."""
    distinct = {id(judgement): judgement for judgement in judgements.values()}.values()
    observe = config.mode is Mode.OBSERVE
    told = {headers_for(judgement, observe=observe, naming=config.naming) for judgement in distinct}
    verdicts = {judgement.verdict for judgement in distinct}
    if len(told) == 1:
        headers = told.pop()
        log_word = next(iter(verdicts)).value
    else:
        headers = no_verdict()
        log_word = SPLIT
    if config.mode is not Mode.ENFORCE or not judgements:
        return Outcome(log_word, headers)
    if len(verdicts) == 1:
        action = _common_action(next(iter(verdicts)), config)
        if action is not Action.DELIVER:
            return Outcome(log_word, headers if action is Action.HOLD else (), action)
    reroutes = [
        Reroute(recipient, new)
        for recipient, judgement in judgements.items()
        if (new := _new_address(recipient, judgement, config)) is not None
    ]
    return Outcome(log_word, headers, Action.DELIVER, tuple(reroutes))


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


def _new_address(recipient: str, judgement: Judgement, config: Config) -> str | None:
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
    return subaddress(recipient, config.naming.detail(folder), config.recipient_delimiter)


def subaddress(recipient: str, folder: str, delimiter: str) -> str | None:
    """`user+folder@domain`, or None where that cannot be written safely.

    A detail that is already there is replaced: `user+tag@` becomes `user+folder@`. Quoted local
    parts and folders with spaces or outside ASCII are left alone (RFC 5233 leaves their spelling to
    the site); so is an address that the folder would make longer than a local part may be.
    """
    local, at, domain = recipient.rpartition("@")
    base = local.partition(delimiter)[0]
    if (
        not at
        or not _PLAIN_LOCAL.fullmatch(base)
        or not _PLAIN_DOMAIN.fullmatch(domain)
        or not _PLAIN_FOLDER.fullmatch(folder)
    ):
        return None
    changed = f"{base}{delimiter}{folder}"
    return f"{changed}@{domain}" if _PLAIN_LOCAL.fullmatch(changed) else None


def reply_text(text: str) -> str:
    """`text` as libmilter takes it: one printable line, `%` doubled (H17)."""
    clean = _UNSPEAKABLE.sub(" ", text).strip()[: LIMITS.reply]
    return clean.replace("%", "%%") or "rejected"
