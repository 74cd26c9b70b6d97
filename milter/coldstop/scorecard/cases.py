"""Policy tests: the `cases:` of a policy, judged and compared (`coldstop test`).

A case names a mail (a file beside the policy, or written out) and what it must come to. Cases
run through the same `judge` as everything else. Fails: a case whose file is missing is a
failed case, never an exception.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from coldstop.files import read_regular
from coldstop.message.limits import LIMITS
from coldstop.message.reader import read
from coldstop.policy.model import Mail, Tier
from coldstop.scorecard.judge import judge
from coldstop.scorecard.standing import Standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from coldstop.policy.effective import LoadedCase
    from coldstop.policy.model import Case
    from coldstop.scorecard.judgement import Judgement
    from coldstop.scorecard.resolve import Scorecard


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, run."""

    title: str
    origin: str
    """file:line of the case."""
    problems: tuple[str, ...]
    """What differs from the promise; empty if the case holds."""
    judgement: Judgement | None

    @property
    def ok(self) -> bool:
        """Whether the case holds."""
        return not self.problems


def run_cases(scorecard: Scorecard, today: dt.date) -> Iterator[CaseResult]:
    """Run every case of the scorecard's policy, in the order written."""
    for loaded in scorecard.policy.cases:
        yield run_case(loaded, scorecard, today)


def run_case(loaded: LoadedCase, scorecard: Scorecard, today: dt.date) -> CaseResult:
    """Judge one case and compare."""
    case = loaded.case
    origin = str(loaded.origin)
    try:
        raw = compose(case.mail) if isinstance(case.mail, Mail) else _file(loaded)
    except OSError as error:
        why = f"cannot read the mail: {error.strerror or error}"
        return CaseResult(_title(case), origin, (why,), None)
    except (ValueError, LookupError) as error:  # what the library's mail composer raises
        return CaseResult(_title(case), origin, (f"cannot write the mail: {error}",), None)
    judgement = judge(read(raw), scorecard, standing_of(case), today=case.on or today)
    return CaseResult(_title(case), origin, tuple(_differences(case, judgement)), judgement)


def standing_of(case: Case) -> Standing:
    """The standing that a case asks for; a known sender is authenticated unless said otherwise."""
    authenticated = case.authenticated
    if authenticated is None and case.as_ not in {None, Tier.STRANGER, Tier.STATED}:
        authenticated = True
    return Standing(case.as_, authenticated)


def compose(mail: Mail) -> bytes:
    """A message that was written out in a case, as bytes."""
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.from_
    message["To"] = mail.to
    message["Subject"] = mail.subject
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


def _file(loaded: LoadedCase) -> bytes:
    """Read a mail that lies below the policy's folder, wherever links may point (H28)."""
    folder = loaded.folder.resolve()
    path = (folder / str(loaded.case.mail)).resolve()
    if not path.is_relative_to(folder):
        raise OSError(errno.EPERM, "it does not lie below the policy's folder", str(path))
    data = read_regular(path, LIMITS.message_bytes)
    return data[: LIMITS.message_bytes]


def _title(case: Case) -> str:
    if case.name:
        return case.name
    return case.mail.subject if isinstance(case.mail, Mail) else case.mail


def _differences(case: Case, judgement: Judgement) -> Iterator[str]:
    fired = {one.name for one in judgement.fired}
    if judgement.verdict is not case.expect:
        found = f"{judgement.verdict.value} (score {judgement.score})"
        yield f"verdict is {found}, not {case.expect.value}"
    if case.folder is not None and judgement.folder != case.folder:
        yield f"folder is {judgement.folder or 'the inbox'}, not {case.folder}"
    if case.recruiting is not None and judgement.recruiting is not case.recruiting:
        state = "recruiting" if judgement.recruiting else "not recruiting"
        yield f"it is {state} (pitch {judgement.pitch})"
    if case.kind is not None and judgement.kind != case.kind.value:
        yield f"kind is {judgement.kind or 'none'}, not {case.kind.value}"
    for name in case.because:
        if name not in fired:
            yield f"rule {name} did not fire"
    for name in case.not_because:
        if name in fired:
            yield f"rule {name} fired"
