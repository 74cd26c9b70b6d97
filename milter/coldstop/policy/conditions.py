"""Conditions: `all`, `any`, `not`, and one class for every kind of test.

A condition is told apart by the key it is named by and asks exactly one thing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from coldstop.policy.values import (
    Bool,
    Day,
    Int,
    Kinds,
    Model,
    Name,
    Some,
    States,
    Texts,
    Tiers,
    Zones,
    listed,
)
from coldstop.policy.words import Zone


class TextTest(Model):
    """Phrases in the text: `{text: "perfect fit", zone: own}`."""

    text: Texts
    """Phrases of which any one suffices; `@name` means a list of the policy."""
    zone: Zones = (Zone.SUBJECT, Zone.ALL)
    """Where: `all` (every text part), `own` (the sender's own words), `subject`."""
    at_least: Annotated[Int, Field(ge=1)] = 1
    """How many different phrases it takes; `points_each` counts all of them."""


class HeaderTest(Model):
    """A header field: `{header: List-Unsubscribe}` or `{header: Precedence, is: [bulk, list]}`.

    Case-insensitive in ASCII. With none of `is`, `contains`, `phrase`: the field is there.
    """

    header: Texts
    """Names of header fields, any one of them."""
    is_: Texts | None = Field(default=None, alias="is")
    """The whole value, any one of these."""
    contains: Texts | None = None
    """These letters stand anywhere in the value."""
    phrase: Texts | None = None
    """A phrase stands in the value."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.is_, self.contains, self.phrase)) > 1:
            raise ValueError("use one of is, contains, phrase")
        return self


class AddressField(StrEnum):
    """Which addresses an address test looks at."""

    FROM = "from"
    SENDER = "sender"
    REPLY_TO = "reply-to"
    TO = "to"
    CC = "cc"
    ENVELOPE_FROM = "envelope-from"
    ANY_SENDER = "any-sender"
    """Wherever a writer may be named, for blocks: `scorecard/tests/writers.py` says where."""


AddressFields = Annotated[
    Some[AddressField],
    BeforeValidator(listed, json_schema_input_type=AddressField | Some[AddressField]),
]


class AddressTest(Model):
    """Addresses of a field: `{address: from, in: "@firms"}`; a domain covers its subdomains."""

    address: AddressFields
    """Which addresses of the message: `from`, `reply-to`, ..."""
    in_: Texts = Field(alias="in")
    """Addresses (`bob@x.example`), domains (`x.example`), or `@name` for a list of these."""


class LabelsTest(Model):
    """Labels of a job form at the start of a line, case-sensitive: `{labels: "@job-labels"}`."""

    labels: Texts
    """The labels, without their colon."""
    at_least: Int = 1
    """How many different ones it takes; `points_each` counts all of them."""


class PlaceTest(Model):
    """Where the job is, seen from the reader's home: `{place: far}`."""

    place: Literal["far", "near"]
    """`far`: beyond the commute; `near`: within."""


class RoleTest(Model):
    """The role that is *offered*: `{role: "@unwanted"}` (S28, T3), not a word anywhere."""

    role: Texts
    """Roles as phrases, any one of them; `@name` means a list."""


class WorkTest(Model):
    """The mode of work offered: `{work: remote}` (S25: full-time remote only)."""

    work: Literal["remote", "hybrid", "onsite"]
    """The mode; `remote` means all of the time."""


class RelationshipTest(Model):
    """How the reader stands to the sender: `{relationship: stranger}`."""

    relationship: Tiers
    """Tiers, any one of them."""


class AuthenticatedTest(Model):
    """Our own Authentication-Results vouch for the From domain (RFC 8601)."""

    authenticated: Bool
    """`true`: the From domain is vouched for."""


class AskedToStopTest(Model):
    """The sender was asked to stop and the time of grace is over (S53)."""

    asked_to_stop: Bool
    """`true`: asked, and the time of grace is over."""


class SearchTest(Model):
    """The reader's own job search, today: `{search: active}` (S27, S66)."""

    search: States
    """States, any one of them."""


class DateRange(Model):
    """From the first day to the last, both included; either may be left out."""

    from_: Day | None = Field(default=None, alias="from")
    """The first day."""
    until: Day | None = None
    """The last day."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is None and self.until is None:
            raise ValueError("say from when, until when, or both")
        if self.from_ is not None and self.until is not None and self.from_ > self.until:
            raise ValueError("from is later than until")
        return self


class DateTest(Model):
    """The day on which the message is judged: `{date: {until: 2027-03-01}}`."""

    date: DateRange


class KindTest(Model):
    """The kind of the pitch: `{kind: [inmail, connect]}`."""

    kind: Kinds
    """Kinds, any one of them."""


LetterZones = Annotated[
    Some[Literal["subject", "all"]],
    BeforeValidator(
        listed,
        json_schema_input_type=Literal["subject", "all"] | Some[Literal["subject", "all"]],
    ),
]


class LettersTest(Model):
    """Letters in a row, as they stand in the mail: `{letters: "<first name>"}` (S37).

    For what phrases cannot say: left-overs of a mail merge look like tags.
    """

    letters: Texts
    """Texts of which any one suffices; `@name` means a list. No phrases: nothing is a gap."""
    zone: LetterZones = ("subject", "all")
    """Where: `all` (every text part), `subject`."""


class PayTest(Model):
    """The pay that is stated, seen from `reader.pay`: `{pay: below}` (S33, S34)."""

    pay: Literal["below", "above"]
    """`below`: a figure below the floor and none at or above it; `above`: one at or above it."""


class GreetsTest(Model):
    """Whom the salutation greets: `{greets: other}` (S37: the wrong name)."""

    greets: Literal["reader", "other"]
    """`reader`: by one of `reader.names`; `other`: somebody by name, and not the reader."""


def _two_fields(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) != 2 or value[0] == value[1]:
        raise ValueError("name two different fields, such as [from, reply-to]")
    return value


class DiffersTest(Model):
    """Two address fields name different domains: `{differs: [from, reply-to]}` (S22)."""

    differs: Annotated[
        tuple[Literal["from", "sender", "reply-to"], ...],
        AfterValidator(_two_fields),
        Field(json_schema_extra={"minItems": 2, "maxItems": 2}),
    ]
    """Two of `from`, `sender`, `reply-to`; a domain above or below the other is no difference."""


class AnswersTest(Model):
    """Whose mail this one answers: `{answers: own}` (a sender who follows up)."""

    answers: Literal["own", "other"]
    """`own`: one from the same host as this mail; `other`: any other, such as the reader's."""


class ProfileTest(Model):
    """What the reader can do, seen from the mail: `{profile: mismatch}` (S46, S63)."""

    profile: Literal["match", "mismatch"]
    """`match`: one of `reader.skills` stands in the mail; `mismatch`: none does."""


class RuleTest(Model):
    """Another rule fired: `{rule: unwanted-role}`. References may not form a circle."""

    rule: Name
    """The name of the other rule."""


class All(Model):
    """Every one of the conditions holds."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """The conditions, of which every one holds."""


class AnyOf(Model):
    """At least one of the conditions holds."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """The conditions, of which at least one holds."""


class Not(Model):
    """The condition does not hold."""

    not_: Condition = Field(alias="not")
    """The condition that does not hold."""


#: The key that names each kind of condition.
CONDITION_KEYS = (
    "all",
    "any",
    "not",
    "text",
    "header",
    "address",
    "labels",
    "place",
    "role",
    "work",
    "relationship",
    "authenticated",
    "asked_to_stop",
    "search",
    "date",
    "kind",
    "letters",
    "pay",
    "greets",
    "differs",
    "answers",
    "profile",
    "rule",
)


def _condition_key(value: Any) -> str | None:
    keys = value.keys() if isinstance(value, dict) else ()
    found = [key for key in CONDITION_KEYS if key in keys]
    if isinstance(value, Model):
        fields = type(value).model_fields
        found = [key for key in CONDITION_KEYS if key in fields or f"{key}_" in fields]
    return found[0] if len(found) == 1 else None


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[TextTest, Tag("text")]
    | Annotated[HeaderTest, Tag("header")]
    | Annotated[AddressTest, Tag("address")]
    | Annotated[LabelsTest, Tag("labels")]
    | Annotated[PlaceTest, Tag("place")]
    | Annotated[RoleTest, Tag("role")]
    | Annotated[WorkTest, Tag("work")]
    | Annotated[RelationshipTest, Tag("relationship")]
    | Annotated[AuthenticatedTest, Tag("authenticated")]
    | Annotated[AskedToStopTest, Tag("asked_to_stop")]
    | Annotated[SearchTest, Tag("search")]
    | Annotated[DateTest, Tag("date")]
    | Annotated[KindTest, Tag("kind")]
    | Annotated[LettersTest, Tag("letters")]
    | Annotated[PayTest, Tag("pay")]
    | Annotated[GreetsTest, Tag("greets")]
    | Annotated[DiffersTest, Tag("differs")]
    | Annotated[AnswersTest, Tag("answers")]
    | Annotated[ProfileTest, Tag("profile")]
    | Annotated[RuleTest, Tag("rule")],
    Discriminator(
        _condition_key,
        custom_error_type="condition",
        custom_error_message="a condition asks exactly one thing; join several with all: or any:",
    ),
]
