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

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
MAX_NAME = 60


class Verdict(StrEnum):
    """What happens to a message, mildest first; the order is the ladder's severity."""

    KEEP = "keep"
    TAG = "tag"
    LATER = "later"
    FILE = "file"
    QUARANTINE = "quarantine"
    TRASH = "trash"
    REJECT = "reject"
    DISCARD = "discard"

    @property
    def severity(self) -> int:
        """Place in the order of severity, 0 for `keep`."""
        return _SEVERITY[self]


_SEVERITY = {verdict: place for place, verdict in enumerate(Verdict)}


class Kind(StrEnum):
    """Which kind of recruiting approach a pitch is (DESIGN: pitch)."""

    JOB = "job"
    BLAST = "blast"
    CONNECT = "connect"
    INMAIL = "inmail"
    REFERRAL = "referral"
    CAREER_SERVICE = "career-service"
    CANDIDATE = "candidate"
    JOB_ALERT = "job-alert"
    ATS_STATUS = "ats-status"


class Tier(StrEnum):
    """How the reader stands to the sender, farthest first (S1-S16)."""

    STRANGER = "stranger"
    RECOGNISED = "recognised"
    STATED = "stated"
    KNOWN_FIRM = "known-firm"
    KNOWN_PERSON = "known-person"


class Zone(StrEnum):
    """Which part of the text a phrase is looked for in."""

    ALL = "all"
    OWN = "own"
    SUBJECT = "subject"


class SearchState(StrEnum):
    """How the reader stands to a new job (S27, S66)."""

    NONE = "none"
    PASSIVE = "passive"
    ACTIVE = "active"


def _listed(value: Any) -> Any:
    """Let a single item stand where a list is meant."""
    return value if isinstance(value, list | tuple) else [value]


def _name(value: str) -> str:
    if len(value) > MAX_NAME or not NAME.fullmatch(value):
        msg = "a name is lower-case letters and digits joined by '-' or '_', at most 60 characters"
        raise ValueError(msg)
    return value


def _whole(value: Any) -> Any:
    """Read whole numbers in decimal only; `012` and `1_000` are slips, not numbers (H12)."""
    if isinstance(value, str):
        if not re.fullmatch(r"[+-]?(?:0|[1-9][0-9]{0,8})", value):
            raise ValueError("expected a whole number, such as 10 or -4")
        return int(value)
    return value


def _yes_no(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise ValueError("expected true or false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            # `fromisoformat` reads week dates and days without hyphens too.
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError(value)  # noqa: TRY301 - one message for every bad date
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError("expected a date such as 2027-03-01") from None
    return value


_GRACE = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:d|bd)")


def _grace(value: str) -> str:
    if not _GRACE.fullmatch(value):
        raise ValueError("expected days such as 14d, or business days such as 10bd")
    return value


def _folder(value: str) -> str:
    if not value.strip() or len(value) > 200 or any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("a folder is 1 to 200 printable characters")
    return value


def one_line(value: Any) -> Any:
    """Drop the line ends around a text, as a YAML block leaves them; refuse them inside."""
    if isinstance(value, str):
        value = value.strip("\n")
        if "\n" in value or "\t" in value:
            raise ValueError("expected text in one line, without tabs")
    return value


T = TypeVar("T")
_Some = Annotated[tuple[T, ...], Field(min_length=1)]

Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$", "maxLength": MAX_NAME}),
]
Int = Annotated[int, BeforeValidator(_whole)]
Bool = Annotated[bool, BeforeValidator(_yes_no)]
Day = Annotated[dt.date, BeforeValidator(_day)]
Text = Annotated[
    str,
    Field(min_length=1, max_length=2000),
    BeforeValidator(one_line),
]
Prose = Annotated[str, Field(min_length=1, max_length=20_000)]
Texts = Annotated[
    _Some[Text],
    BeforeValidator(_listed, json_schema_input_type=Text | _Some[Text]),
]
AnyTexts = Annotated[
    tuple[Text, ...],
    BeforeValidator(_listed, json_schema_input_type=Text | tuple[Text, ...]),
]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_listed, json_schema_input_type=Name | tuple[Name, ...]),
]
Zones = Annotated[
    _Some[Zone],
    BeforeValidator(_listed, json_schema_input_type=Zone | _Some[Zone]),
]
Tiers = Annotated[
    _Some[Tier],
    BeforeValidator(_listed, json_schema_input_type=Tier | _Some[Tier]),
]
Kinds = Annotated[
    _Some[Kind],
    BeforeValidator(_listed, json_schema_input_type=Kind | _Some[Kind]),
]
States = Annotated[
    _Some[SearchState],
    BeforeValidator(_listed, json_schema_input_type=SearchState | _Some[SearchState]),
]
Grace = Annotated[
    str,
    AfterValidator(_grace),
    WithJsonSchema({"type": "string", "pattern": f"^{_GRACE.pattern}$"}),
]
Folder = Annotated[str, AfterValidator(_folder)]


class Model(BaseModel):
    """Common ground: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


# --- tests: one class a kind, told apart by the key they are named by -----------------------


class TextTest(Model):
    """Phrases in the text: `{text: "perfect fit", zone: own}`."""

    text: Texts
    """Phrases of which any one suffices; `@name` means a list of the policy."""
    zone: Zones = (Zone.SUBJECT, Zone.ALL)
    """Where: `all` (every text part), `own` (the sender's own words), `subject`."""


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


AddressFields = Annotated[
    _Some[AddressField],
    BeforeValidator(_listed, json_schema_input_type=AddressField | _Some[AddressField]),
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
    | Annotated[RuleTest, Tag("rule")],
    Discriminator(
        _condition_key,
        custom_error_type="condition",
        custom_error_message="a condition asks exactly one thing; join several with all: or any:",
    ),
]


# --- rules ----------------------------------------------------------------------------------


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
    sieve: Literal["exact", "approximate", "omit"] = "exact"
    """What becomes of the rule in a Sieve script, where a host cannot say it."""
    off: Bool = False
    """Switch a rule of a base policy off."""

    WAYS: ClassVar = ("points", "points_each", "pitch", "pitch_each")

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


class Commute(Model):
    """Home and how far the reader would travel to work."""

    from_: Text = Field(alias="from")
    """A place: `Albany, NY`, or `City, Country` outside the US."""
    miles: Annotated[Int, Field(ge=1, le=2000)] | None = None
    """How far, in miles as the crow flies."""
    km: Annotated[Int, Field(ge=1, le=3000)] | None = None
    """How far, in kilometres as the crow flies."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.miles is None) == (self.km is None):
            raise ValueError("say how far, in miles or in km")
        return self


class Search(Model):
    """The reader's job search, and when that ends (S27, S66)."""

    state: SearchState
    until: Day | None = None
    """The last day on which `state` holds."""
    then: SearchState = SearchState.NONE
    """What holds afterwards."""


def _search(value: Any) -> Any:
    return {"state": value} if isinstance(value, str) else value


class Reader(Model):
    """Who reads this mail."""

    names: Texts | None = None
    """How people who know the reader call them."""
    commute: Commute | None = None
    places: Texts | None = None
    """Places that are fine although they are farther than the commute."""
    search: (
        Annotated[Search, BeforeValidator(_search, json_schema_input_type=SearchState | Search)]
        | None
    ) = None
    """How the reader stands to a new job: `passive`, or until when."""
    skills: Texts | None = None
    """What the reader can do."""


class Pitch(Model):
    """When a message counts as recruiting at all."""

    threshold: Annotated[Int, Field(ge=1, le=1000)]
    """From this pitch on a message is recruiting."""


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


class Trust(Model):
    """Whose word on authentication counts."""

    authserv: Texts
    """The authserv-id that the own mail server writes into Authentication-Results."""


class Reply(Model):
    """What a rejected sender reads."""

    reject: Annotated[str, Field(min_length=1, max_length=400)]
    """Civil, and says how to be heard (S56, S57, S70)."""


class ListEdit(Model):
    """Additions to and subtractions from a list of a base policy."""

    add: Texts | None = None
    """Entries to add."""
    remove: Texts | None = None
    """Entries to take away."""


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


Score = Annotated[int, BeforeValidator(_whole)]
Ladder = Annotated[
    dict[Score, Annotated[Rung, BeforeValidator(_rung, json_schema_input_type=str | Rung)]],
    Field(min_length=1, max_length=20),
]
ListValue = Annotated[
    Annotated[AnyTexts, Tag("plain")] | Annotated[ListEdit, Tag("edit")],
    Discriminator(lambda value: "edit" if isinstance(value, dict | ListEdit) else "plain"),
]


class PolicyFile(Model):
    """One YAML file, as written, before it is merged with what it extends."""

    coldstop: Annotated[Literal[1], BeforeValidator(_whole)]
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
