"""What a verdict comes to, in words that both worlds share: the judge's and the script's trace.

A script that was built with `--trace` leaves IMAP keywords on each message: the pitch, both
tallies, the verdict, and one for every rule that fired. The folder tells the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from coldstop.policy.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.scorecard.judgement import Judgement

INBOX: Final = "INBOX"
_NUMBER: Final = re.compile(r"\$coldstop-(pitch|objections|credits)-(\d+)")
_WORD: Final = re.compile(r"\$coldstop-(verdict|rule)-(.+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that judge and script must agree on; -1 or "" for what a trace does not say."""

    pitch: int
    objections: int
    credits: int
    verdict: str
    folder: str
    rules: frozenset[str]

    @classmethod
    def of_judgement(cls, judgement: Judgement, file_folder: str) -> Outcome:
        """Give what a script should do: it files where the milter rejects (DESIGN: Sieve)."""
        folder = judgement.folder
        if judgement.verdict is Verdict.REJECT:
            folder = file_folder
        return cls(
            judgement.pitch,
            judgement.objections,
            judgement.credits,
            judgement.verdict.value,
            folder or INBOX,
            frozenset(fired.name for fired in judgement.fired),
        )

    @classmethod
    def of_trace(cls, flags: Iterable[str], folder: str) -> Outcome:
        """Read the keywords of one message; a keyword that stands twice counts as none."""
        numbers: dict[str, int] = {}
        verdicts: list[str] = []
        rules: set[str] = set()
        for flag in flags:
            number = _NUMBER.fullmatch(flag.lower())
            word = _WORD.fullmatch(flag.lower())
            if number is not None:
                numbers[number[1]] = -1 if number[1] in numbers else int(number[2])
            elif word is not None and word[1] == "verdict":
                verdicts.append(word[2])
            elif word is not None:
                rules.add(word[2])
        return cls(
            numbers.get("pitch", -1),
            numbers.get("objections", -1),
            numbers.get("credits", -1),
            verdicts[0] if len(verdicts) == 1 else "",
            folder,
            frozenset(rules),
        )

    def keywords(self) -> frozenset[str]:
        """The keywords that the trace of this outcome has."""
        return frozenset(
            {
                f"$coldstop-pitch-{self.pitch}",
                f"$coldstop-objections-{self.objections}",
                f"$coldstop-credits-{self.credits}",
                f"$coldstop-verdict-{self.verdict}",
            }
            | {f"$coldstop-rule-{name}" for name in self.rules}
        )


def differences(judge: Outcome, script: Outcome, *, traced: bool = True) -> str:
    """Say what the two do not agree on; empty where they agree. Untraced, a folder is all."""
    found = []
    for field in fields(Outcome):
        if not traced and field.name != "folder":
            continue
        mine, theirs = getattr(judge, field.name), getattr(script, field.name)
        if mine == theirs:
            continue
        if isinstance(mine, frozenset):
            only = [f"judge only: {name}" for name in sorted(mine - theirs)]
            only += [f"script only: {name}" for name in sorted(theirs - mine)]
            found.append("; ".join(only))
        else:
            found.append(f"{field.name} {mine} / {theirs}")
    return ", ".join(found)
