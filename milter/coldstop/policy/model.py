"""The policy as typed data: what a YAML policy may say, and nothing else.

One pydantic model a construct. The same models emit the JSON Schema that editors complete from
(`coldstop schema`). Everything is text, whole numbers and dates: the strict loader
(`policy/yaml.py`) hands over strings only, so `no`, `1:30` and `012` never turn into something
else on the way (H12).

Refuses: unknown keys, a condition that asks two things at once, a rule that both scores and
feeds the pitch. Fails: pydantic's ValidationError, which `policy/load.py` turns into
`PolicyErrors` with file, line, column and hint.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from coldstop.policy.conditions import (
    CONDITION_KEYS,
    AddressField,
    AddressTest,
    All,
    AnswersTest,
    AnyOf,
    AskedToStopTest,
    AuthenticatedTest,
    Condition,
    DateRange,
    DateTest,
    DiffersTest,
    GreetsTest,
    HeaderTest,
    KindTest,
    LabelsTest,
    LettersTest,
    Not,
    PayTest,
    PlaceTest,
    ProfileTest,
    RelationshipTest,
    RoleTest,
    RuleTest,
    SearchTest,
    TextTest,
    WorkTest,
)
from coldstop.policy.entries import Entry, ListEdit, ListValue, Notes
from coldstop.policy.reader import Commute, Pay, Reader, Search
from coldstop.policy.reply import Reply
from coldstop.policy.trust import Trust
from coldstop.policy.values import (
    MAX_NAME,
    NAME,
    AnyTexts,
    Bool,
    Day,
    Folder,
    Grace,
    Int,
    Model,
    Name,
    Names,
    Prose,
    Text,
    whole,
)
from coldstop.policy.words import (
    Kind,
    SearchState,
    Tier,
    Verdict,
    Zone,
)

__all__ = [
    "CONDITION_KEYS",
    "MAX_NAME",
    "NAME",
    "AddressField",
    "AddressTest",
    "All",
    "AnswersTest",
    "AnyOf",
    "AskedToStopTest",
    "AuthenticatedTest",
    "Case",
    "Commute",
    "Condition",
    "DateRange",
    "DateTest",
    "DiffersTest",
    "Entry",
    "Folders",
    "GreetsTest",
    "HeaderTest",
    "Kind",
    "KindTest",
    "LabelsTest",
    "LettersTest",
    "ListEdit",
    "Mail",
    "Model",
    "Not",
    "Notes",
    "Pay",
    "PayTest",
    "Pitch",
    "PlaceTest",
    "PolicyFile",
    "ProfileTest",
    "Reader",
    "RelationshipTest",
    "Reply",
    "RoleTest",
    "Rule",
    "RulePart",
    "RuleTest",
    "Rung",
    "Search",
    "SearchState",
    "SearchTest",
    "Stopped",
    "TextTest",
    "Tier",
    "Trust",
    "Verdict",
    "WorkTest",
    "Zone",
]


class RulePart(Model):
    """One rule: a condition and what it is worth.

    `points` above 0 is an objection, below 0 a credit. `pitch` feeds the other tally instead:
    whether this is recruiting at all. A policy that extends another one need not repeat the
    keys of a rule that it changes: `cold: {points: 6}`.
    """

    when: Condition | None = None
    """The condition: one test, or several joined by `all`, `any` and `not`."""
    points: Int | None = None
    """Added to the score when the condition holds."""
    points_each: Int | None = None
    """Added once for each label, phrase or breach found, up to `cap`."""
    pitch: Int | None = None
    """Added to the pitch when the condition holds; negative where it speaks against a pitch."""
    pitch_each: Int | None = None
    """As `points_each`, for the pitch."""
    cap: Annotated[Int, Field(ge=1)] | None = None
    """The most that `points_each` or `pitch_each` may come to (without sign)."""
    kind: Kind | None = None
    """The kind of pitch that this evidence speaks for."""
    at_least: Verdict | None = None
    """A floor: whatever the score, never milder than this (S2, S23)."""
    at_most: Verdict | None = None
    """A ceiling: never harsher than this; a ceiling beats every floor (S58)."""
    always: Bool = False
    """Counts although the message is no pitch (`never_again`)."""
    reason: Text | None = None
    """Why, in the reader's own words; shown with the verdict."""
    why: Prose | None = Field(default=None, exclude=True)
    """More than the reason: for the page of rules. Not part of the policy's revision."""
    sieve: Literal["exact", "approximate", "omit"] = "exact"
    """What becomes of the rule in a Sieve script, where a host cannot say it."""
    off: Bool = False
    """Switch a rule of a base policy off."""

    WAYS: ClassVar = ("points", "points_each", "pitch", "pitch_each")

    @property
    def is_pitch(self) -> bool:
        """Whether the rule feeds the pitch rather than the score."""
        return self.pitch is not None or self.pitch_each is not None

    @property
    def each(self) -> int | None:
        """What each thing found is worth, in whichever tally; None where things are not counted."""
        return self.points_each if self.points_each is not None else self.pitch_each

    @property
    def once(self) -> int | None:
        """What the rule is worth as a whole, in whichever tally; None where things are counted."""
        return self.points if self.points is not None else self.pitch

    @property
    def most(self) -> int:
        """The most that the rule can come to, without sign."""
        return self.cap or 0 if self.each is not None else abs(self.once or 0)

    @model_validator(mode="after")
    def _one_tally(self) -> Self:
        given = [way for way in self.WAYS if getattr(self, way) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} exclude each other")
        is_pitch = self.pitch is not None or self.pitch_each is not None
        if is_pitch and (self.at_least or self.at_most or self.always):
            raise ValueError("a rule that feeds the pitch has no floor, ceiling or always")
        return self


class Rule(RulePart):
    """One rule with all that it needs, as the effective policy holds it."""

    when: Condition

    @model_validator(mode="after")
    def _complete(self) -> Self:
        each = self.points_each if self.points_each is not None else self.pitch_each
        plain = self.points if self.points is not None else self.pitch
        if each is None and plain is None and self.at_least is None and self.at_most is None:
            raise ValueError("a rule needs points, points_each, pitch, pitch_each or a floor")
        if (each is None) != (self.cap is None):
            raise ValueError("points_each and pitch_each go with a cap, and a cap with them")
        if self.kind is not None and self.pitch is None and self.pitch_each is None:
            raise ValueError("only a rule that feeds the pitch names a kind")
        return self


# --- the rest of a policy -------------------------------------------------------------------


class Pitch(Model):
    """When a message counts as recruiting at all."""

    threshold: Annotated[Int, Field(ge=1, le=1000)] | None = None
    """From this pitch on a message is recruiting; inherited where it is left out."""
    words: AnyTexts | None = None
    """Phrases of which one must stand in the Subject or the text: a message without is no pitch,
    and no rule is asked for evidence. Most mail has none, which saves most of the time that
    judging takes. [] asks all mail for evidence."""


class Folders(Model):
    """Where each verdict puts a message."""

    file: Folder | None = None
    """For `file`; Recruiters if left out."""
    later: Folder | None = None
    """For `later`; Recruiters/Later if left out."""
    quarantine: Folder | None = None
    """For `quarantine`; Junk if left out."""
    trash: Folder | None = None
    """For `trash`; Trash if left out."""


class Stopped(Model):
    """A sender who was asked to stop (S53), until a ledger keeps these by itself."""

    who: Text
    """Address or domain."""
    on: Day
    """The day on which the sender was asked."""
    grace: Grace = "14d"
    """How long the sender may go on: `14d`, or `10bd` for business days."""
    times: Annotated[Int, Field(ge=1, le=100)] = 1
    """How often the sender was asked."""


class Mail(Model):
    """A message written out in a case."""

    from_: Text = Field(alias="from")
    """The From field: `Jane Doe <jane@firm.example>`."""
    subject: str = ""
    """The Subject field."""
    to: Text = "reader@example.org"
    """The To field."""
    text: str = ""
    """The text of the message."""
    html: str | None = None
    """The same as HTML, for a message that has both."""
    headers: dict[str, str] = Field(default_factory=dict)
    """More header fields."""


class Case(Model):
    """One promise of a policy: this mail gets that verdict. Run by `coldstop test`."""

    mail: Annotated[
        Annotated[Text, Tag("file")] | Annotated[Mail, Tag("message")],
        Discriminator(lambda value: "message" if isinstance(value, dict | Mail) else "file"),
    ]
    """A file beside the policy, or the message itself."""
    name: Text | None = None
    """What the case is about; shown when it fails."""
    as_: Tier | None = Field(default=None, alias="as")
    """Judge as if the sender stood so to the reader."""
    authenticated: Bool | None = None
    """Judge as if the From domain were (or were not) authenticated."""
    on: Day | None = None
    """The day on which it is judged; today if left out."""
    expect: Verdict
    """The verdict that it must get."""
    folder: Text | None = None
    """The folder that the message must end in."""
    recruiting: Bool | None = None
    """Whether it must count as recruiting."""
    kind: Kind | None = None
    """The kind of pitch that it must be taken for."""
    because: Names = ()
    """Rules that must have fired."""
    not_because: Names = ()
    """Rules that must not have fired."""


_RUNG = re.compile(r"(?P<verdict>[a-z]+)(?:\s+(?P<folder>\S.*))?")


class Rung(Model):
    """One step of the ladder: from this score on, this verdict."""

    verdict: Verdict
    folder: Folder | None = None
    """The folder, where it is another one than `folders` says."""


def _rung(value: Any) -> Any:
    """Read `file Recruiters` as a verdict and its folder."""
    if not isinstance(value, str):
        return value
    found = _RUNG.fullmatch(value.strip())
    if found is None:
        raise ValueError("expected a verdict, such as keep, tag or file Recruiters")
    return {"verdict": found["verdict"], "folder": found["folder"]}


Score = Annotated[int, BeforeValidator(whole)]
Ladder = Annotated[
    dict[Score, Annotated[Rung, BeforeValidator(_rung, json_schema_input_type=str | Rung)]],
    Field(min_length=1, max_length=20),
]


class PolicyFile(Model):
    """One YAML file, as written, before it is merged with what it extends."""

    coldstop: Annotated[Literal[1], BeforeValidator(whole)]
    """The version of the policy language."""
    name: Name | None = None
    """Short name, shown in headers; the file's own name if left out."""
    description: Prose | None = None
    """What the policy is for."""
    extends: AnyTexts = ()
    """Policies that this one builds on: files beside it, or shipped ones."""
    reader: Reader | None = None
    lists: dict[Name, ListValue] = Field(default_factory=dict)
    """Lists by name. A list adds to an inherited one of that name; `{add:, remove:}` edits it."""
    rules: dict[Name, RulePart] = Field(default_factory=dict)
    """Rules by name. A rule changes an inherited rule of that name key by key."""
    pitch: Pitch | None = None
    ladder: Ladder | None = None
    """Scores and what happens from each on; replaces an inherited ladder."""
    folders: Folders | None = None
    stopped: tuple[Stopped, ...] = ()
    """Senders who were asked to stop."""
    trust: Trust | None = None
    reply: Reply | None = None
    lock: AnyTexts = ()
    """Values that policies built on this one may not change: `ladder`, `rules.cold`."""
    cases: tuple[Case, ...] = ()
    """What the policy promises; run by `coldstop test`."""
