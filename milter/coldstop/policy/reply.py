"""What senders are told: the `reply` section of a policy.

Two texts. `reject` is what a sender reads whose mail is refused; `sieve: reject` insists that a
script refuses, too, which it can only do after delivery. `decline` is a civil no that a script
sends to the sender of an apt pitch (S61); it is off unless it is written. The milter sends no
mail, so there `decline` does nothing.

Texts become one line: white space of any kind, line ends included, is one blank, because hosts
read line ends inside a string of a script differently.

Refuses: texts past their length, verdicts that a decline does not go with, days outside 1 to 90.
Fails: pydantic's ValidationError, which `policy/problems.py` places in the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from coldstop.policy.values import Int, Model, Some, listed
from coldstop.policy.words import Verdict

DECLINE_SUBJECT = "Thank you for your message"
"""The subject of a decline, unless the policy says otherwise."""

Apt = Literal[Verdict.KEEP, Verdict.TAG, Verdict.LATER, Verdict.FILE]
"""Verdicts that leave a message with its reader; what is thrown away is not answered."""


def one_paragraph(value: Any) -> Any:
    """Make every run of white space one blank."""
    return " ".join(value.split()) if isinstance(value, str) else value


class Reply(Model):
    """What senders are told whose mail is rejected, or declined."""

    reject: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """What a rejected sender reads: civil, and says how to be heard (S56, S57, S70)."""
    sieve: Literal["file", "reject"] = "file"
    """What a Sieve script makes of the verdict `reject`: `file`, or insist (backscatter)."""
    decline: (
        Annotated[str, Field(min_length=1, max_length=600), BeforeValidator(one_paragraph)] | None
    ) = None
    """What a Sieve script answers to an apt pitch, civil and short; nothing if left out (S61)."""
    decline_on: Annotated[
        Some[Apt], BeforeValidator(listed, json_schema_input_type=Apt | Some[Apt])
    ] = (Verdict.TAG, Verdict.LATER)
    """The verdicts that are declined."""
    decline_days: Annotated[Int, Field(ge=1, le=90)] = 7
    """A sender is answered once in so many days."""
    decline_subject: Annotated[
        str, Field(min_length=1, max_length=100), BeforeValidator(one_paragraph)
    ] = DECLINE_SUBJECT
    """The subject of the answer."""
