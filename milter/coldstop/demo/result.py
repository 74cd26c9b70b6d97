"""What became of one sample of the demonstration, and whether that is as promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.daemon.headers import headers_for
from coldstop.policy.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.demo.samples import Sample
    from coldstop.scorecard.explain import Explanation
    from coldstop.scorecard.judgement import Judgement


INBOX: Final = "INBOX"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one sample."""

    sample: Sample
    subject: str
    reply: tuple[int, str]
    """The SMTP reply to its end."""
    explanation: Explanation
    """What judging the same bytes here gives."""
    found: tuple[str, ...] = ()
    """The folders that hold it."""
    headers: tuple[tuple[str, str], ...] = ()
    """Our headers in the copy that was found first."""

    @property
    def judgement(self) -> Judgement:
        """The judgement, with its evidence."""
        return self.explanation.judgement

    @property
    def problem(self) -> str:
        """How it differs from what its verdict promises; empty if it does not."""
        code, text = self.reply
        judgement = self.judgement
        if judgement.verdict is Verdict.REJECT:
            if 500 <= code < 600 and not self.found:
                return ""
            return f"should be rejected; SMTP said {code}, found in {self.found or 'no folder'}"
        if code != 250:
            return f"not accepted: {code} {text}"
        if judgement.verdict is Verdict.DISCARD:
            return f"should be gone, found in {', '.join(self.found)}" if self.found else ""
        if not self.found:
            return "accepted, but in no folder"
        if len(self.found) > 1:
            return f"found {len(self.found)} times: {', '.join(self.found)}"
        expected = judgement.folder or INBOX
        if self.found != (expected,):
            return f"found in {self.found[0]}, not in {expected}"
        wanted = comparable(headers_for(judgement))
        if self.headers != wanted:
            odd = sorted({value for _, value in {*self.headers} ^ {*wanted}})
            return f"the milter's headers differ from judging it here: {'; '.join(odd)}"
        return ""


def comparable(
    headers: Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    """Headers regardless of case, order and folding."""
    return tuple(sorted((name.lower(), " ".join(value.split())) for name, value in headers))
