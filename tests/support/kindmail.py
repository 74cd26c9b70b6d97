"""Small mails for the tests `letters`, `pay`, `greets`, `differs`, `answers` and `profile`.

For each kind a policy, in which every mail is a pitch and each rule asks one thing, and mails with
the rules that fire: common ground of the judge's tests and of those of Sieve scripts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support.judging import TODAY, mail
from support.sievecheck import Pigeonhole, cyrus_compiles

if TYPE_CHECKING:
    from collections.abc import Iterable


class Case(NamedTuple):
    """A mail, and what fires."""

    raw: bytes
    fires: dict[str, int]
    """Rules and their points, without `everything`."""


_POLICY: Final = """
coldstop: 1
name: kinds
pitch: {{threshold: 1}}
{head}
rules:
  everything: {{when: {{not: {{header: X-Never}}}}, pitch: 1}}
{rules}
ladder: {{0: keep, 1: tag, 2: file}}
"""


def policy(rules: str, head: str = "") -> str:
    """Write a policy of rules, each on a line of its own."""
    lines = "\n".join(f"  {line.strip()}" for line in rules.strip().splitlines())
    return _POLICY.format(head=head.strip(), rules=lines)


def text(said: str, *fires: str) -> Case:
    """A mail that says this, and the rules that fire for a point each."""
    return Case(mail(said), dict.fromkeys(fires, 1))


def subject(said: str, *fires: str) -> Case:
    """The same in the Subject."""
    return Case(mail("Hello.", said), dict.fromkeys(fires, 1))


def html(said: str, *fires: str) -> Case:
    """The same in HTML."""
    return Case(mail("see below", html=said), dict.fromkeys(fires, 1))


def judged(source: str, raw: bytes) -> dict[str, int]:
    """What fires, with its points, by the judge."""
    found = judge(read(raw), resolve(load_text(source)), today=TODAY).fired
    return {one.name: one.points for one in found if one.name != "everything"}


def agree(source: str, cases: Iterable[Case]) -> None:
    """Assert that Pigeonhole's script says of each mail what the judge says, points and all.

    Also that scripts for every shipped engine compile.
    """
    policy_ = load_text(source)
    script = compile_policy(
        policy_, load_target("pigeonhole"), trace=True, today=TODAY, fixed=True
    ).text
    card = resolve(policy_)
    with Pigeonhole() as host:
        others = [
            compile_policy(policy_, load_target(one), today=TODAY).text
            for one in ("gandi", "generic")
        ]
        assert not host.compile([script, *others])
        for raw, _ in cases:
            known = judge(read(raw), card, today=TODAY)
            flags = set(re.findall(r"\$coldstop-\S+", host.run(script, raw)))
            wanted = {f"$coldstop-rule-{one.name}" for one in known.fired}
            wanted |= {f"$coldstop-objections-{known.objections}"}
            assert {one for one in flags if re.search(r"-rule-|-objections-", one)} == wanted, raw
    for name in ("cyrus", "fastmail"):
        assert not cyrus_compiles(compile_policy(policy_, load_target(name), today=TODAY).text)


LETTERS_POLICY: Final = policy(
    """
    any: {when: {letters: ["<first name>", "{{first_name}}", "${name}", "%%"]}, points: 1}
    each: {when: {letters: ["<first name>", "{{first_name}}", "@merge"]}, points_each: 1, cap: 9}
    subject: {when: {letters: "[name]", zone: subject}, points: 1}
    text: {when: {letters: "[name]", zone: all}, points: 1}
    accent: {when: {letters: "prénom*"}, points: 1}
    """,
    'lists: {merge: ["#NAME#", "a\\\\b"]}',
)
LETTERS: Final = (
    text("Hi {{first_name}}, hello", "any", "each"),
    Case(mail("Hi {{First_Name}} and #name# and #Name#"), {"any": 1, "each": 2}),
    text("Hi <First Name>,", "any", "each"),
    html("<p>Hi <first name>,</p>", "any", "each"),
    html("<p>Hi &lt;first name&gt;,</p>", "any", "each"),
    html("<p>Hi &LT;First Name>,</p>", "any", "each"),
    html("<p>Hi <first name&gt;,</p>"),
    html('<a href="x?n={{first_name}}">x</a>', "any", "each"),
    html("<p>Hi <first<br>name>,</p>"),
    text("Hi <first\nname>,"),
    text("Hi first name, {first_name}, $ {name}"),
    text("Dear ${NAME}:", "any"),
    text("100%% sure", "any"),
    text("100% sure"),
    text("Nothing of the kind."),
    subject("For [Name]: a job", "subject"),
    text("For [NAME]: a job", "text"),
    subject("{{first_name}}, a job", "any", "each"),
    text("x a\\B y", "each"),
    text("x A/b y"),
    text("Bonjour PRénom*", "accent"),
    text("Bonjour prenom*"),
    text("Bonjour prénom1"),
)

PAY_POLICY: Final = policy(
    """
    below: {when: {pay: below}, points: 1}
    above: {when: {pay: above}, points: 1}
    """,
    "reader: {pay: {per_hour: 60, per_day: 500, per_year: 120000}}",
)
PAY: Final = (
    *(text(said, "below") for said in ("$50/hr", "45 USD/hr", "pay 55/h.", "£45 per hour")),
    *(text(said, "below") for said in ("$59.99/hour", "$50 hourly", "Hourly rate: $45", "$20/HR")),
    *(text(said, "below") for said in ("450 a day", "Day rate: 400", "$95k", "95k base", "$ 95 k")),
    *(text(said, "below") for said in ("salary: 95,000", "$119,999.99 per year", "95000 p.a.")),
    *(text(said, "below") for said in ("$95-110k", "€95.000", "95.000 € pro Jahr", "$85K + bonus")),
    *(text(said, "below") for said in ("Gehalt bis\n95.000", "salary range is $90k-$99k")),
    *(text(said, "above") for said in ("$60/hr", "62.50/hr", "$1,499/day", "Day rate: 600")),
    *(text(said, "above") for said in ("$120k", "US$130k", "$120,000 annually", "150k OTE")),
    # A range counts by its upper end.
    *(text(said, "above") for said in ("$50-70/hr", "$55 - $60 per hour", "50 to 60 an hour")),
    *(text(said, "above") for said in ("$95-120k", "$95,000 - $120,000", "salary 95k\u2013120k")),
    *(text(said, "above") for said in ("$50/hr or $130k", "Hourly pay range is $45-$62")),
    # What is no pay, or none that can be told.
    *(
        text(said)
        for said in ("60 calls per hour", "12 Ah battery", "W2/1099 hourly", "401k match")
    ),
    *(text(said) for said in ("$12,000,000", "sign-on bonus $5,000", "40 hours a week", "$5/hr")),
    *(
        text(said)
        for said in ("500,000 transactions per hour", "users: 100,000", "10k connections")
    ),
    *(
        text(said)
        for said in ("x95k base", "$95kg", "1.250/hr of 2", "$50 an hourglass", "", "/hr")
    ),
    *(text(said) for said in ("September 2001, A Day to Remember", "16/H/C", "17/h/", "2 a day")),
    html("<td><b>$50</b></td><td>/&nbsp;<i>hr</i></td>", "below"),
    html('<a title="$50/hr">x</a>'),
    html("<p>&euro;130k</p>", "above"),
    subject("DBA, $70/hr", "above"),
    subject("DBA, $95,000", "below"),
    Case(mail("$50/hr", "$70/hr"), {"above": 1}),
)

GREETS_POLICY: Final = policy(
    """
    reader: {when: {greets: reader}, points: 1}
    other: {when: {greets: other}, points: 1}
    """,
    "reader: {names: [Ray, Ray Kim, J. R.]}",
)
GREETS: Final = (
    *(text(said, "reader") for said in ("Hi Ray,", "hello, RAY!", "Hi there Ray", "Dear ray kim")),
    *(
        text(said, "reader")
        for said in ("Dear Mr. Kim:", "> Hi Ray", "  Hey Ray\u2014", "Hola Ray!")
    ),
    text("Hi Bob,\n\nx\n\nHi Ray,\n", "reader"),
    html("<div>Hi&nbsp;<b>Ray</b></div>", "reader"),
    *(text(said, "other") for said in ("Hi Bob,", "Hi Bob\nhow are you", "Dear Ms. Smith:")),
    *(text(said, "other") for said in ("Dear Raymond,", "Dear Jean-Luc Picard,", "HI BOB,")),
    *(
        text(said, "other")
        for said in ("Hallo Herr M\u00fcller,", "Hi \u00c9lodie!", "Hi\tBob -", "Hi Rays")
    ),
    *(text(said, "other") for said in ("Good morning Bob,", "Hello Mary Ann Lee,", "* Hi Bob.")),
    html("<p>Hi <b>Bob</b>,<br>we have", "other"),
    html("<p>Hi <span\nclass='x'>Bob</span><br>we have", "other"),
    *(
        text(said)
        for said in ("Dear Candidate,", "Hi There,", "Dear Hiring Manager,", "Dear Readers,")
    ),
    *(
        text(said)
        for said in ("Hi\n\nThanks,", "Hello\nBob,", "I said Hi Bob,", "Hi Bob I saw", "")
    ),
    *(text(said) for said in ("hi bob,", "This Bob,", "Hi X,", "Hi Rays come", "Ray, hello")),
    *(text(said) for said in ("Sehr geehrte Damen und Herren,", "Dear SQL Server Professional,")),
    html("<p>Hi<br>Bob,"),
    html('<a title="Hi Bob,">x</a>'),
    subject("Hi Ray,"),
)

DIFFERS_POLICY: Final = policy(
    """
    reply: {when: {differs: [from, reply-to]}, points: 1}
    sender: {when: {differs: [sender, from]}, points: 1}
    """
)


def _from(sender: str, reply: str | None, *fires: str, by: str | None = None) -> Case:
    given = {"Reply_To": reply, "Sender": by}
    headers = {name: value for name, value in given.items() if value is not None}
    return Case(mail("x", sender=sender, **headers), dict.fromkeys(fires, 1))


DIFFERS: Final = (
    _from("Ann <ann@firm.example>", None),
    _from("Ann <ann@firm.example>", "ann@firm.example"),
    _from("Ann <ann@firm.example>", "Ann <ann@FIRM.Example>"),
    _from("ann@firm.example", "ann@mail.firm.example"),
    _from("ann@a.mail.firm.example", "<ann@firm.example>"),
    _from("ann@firm.example", "bob@other.example", "reply"),
    _from("ann@firm.example", "Bob <bob@Other.example>", "reply"),
    _from("ann@firm.example", "bob@myfirm.example", "reply"),
    _from("ann@jobs.firm.example", "bob@mail.firm.example", "reply"),
    _from("ann@firm.example", "bob@firm.example.evil.example", "reply"),
    _from("ann@firm.example", "bob@other.example, eve@third.example"),
    _from("ann@firm.example, al@third.example", "bob@other.example"),
    _from("ann@firm.example", "undisclosed-recipients:;"),
    _from("ann@firm.example", "Team: bob@other.example;"),
    _from("ann@firm.example", '"Bob; Al" <bob@other.example>'),
    _from("ann@firm.example", ""),
    _from("ann@firm.example", None, "sender", by="list@relay.example"),
    _from("ann@firm.example", "x@y.example", "sender", "reply", by="list@relay.example"),
    _from("ann@firm.example", "ann@firm.example", by="ann@sub.firm.example"),
    Case(
        b"From: a@x.example\r\nReply-To: b@x.example\r\nReply-To: c@other.example\r\n\r\nx\r\n",
        {},
    ),
)

PROFILE_POLICY: Final = policy(
    """
    match: {when: {profile: match}, points: 1}
    each: {when: {profile: match}, points_each: 1, cap: 9}
    mismatch: {when: {profile: mismatch}, points: 1}
    named: {when: {text: "for @reader-names"}, points: 1}
    skilled: {when: {text: "(senior|lead) @reader-skills"}, points: 1}
    """,
    "reader: {names: [Ray, O'Neil], skills: [SQL Server, T-SQL, C++, Node.js]}",
)
PROFILE: Final = (
    *(text(said, "match", "each") for said in ("Uses SQL Server.", "uses sql\nserver", "T SQL")),
    *(text(said, "match", "each") for said in ("c++ and c", "(node.JS)", "SQL Servers or T-SQL")),
    Case(mail("SQL Server, T-SQL; SQL Server"), {"match": 1, "each": 2}),
    Case(mail("T-SQL", "SQL Server"), {"match": 1, "each": 2}),
    subject("Senior SQL Server DBA", "match", "each", "skilled"),
    html("<li>SQL<br>Server</li>", "match", "each"),
    html('<a title="T-SQL">x</a>', "mismatch"),
    *(text(said, "mismatch") for said in ("Sales associate", "MySQL Servers", "nodejs", "", "C+")),
    text("Something for Ray", "mismatch", "named"),
    text("Something for o\u2019neil", "mismatch", "named"),
    text("lead T-SQL person for rays", "match", "each", "skilled"),
)

ANSWERS_POLICY: Final = policy(
    """
    own: {when: {answers: own}, points: 1}
    other: {when: {answers: other}, points: 1}
    """
)


def _answer(itself: str | None, answered: str | None, *fires: str) -> Case:
    fields = {"From": "ann@firm.example", "Message-ID": itself, "In-Reply-To": answered}
    lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value is not None]
    return Case("".join((*lines, "\r\nx\r\n")).encode(), dict.fromkeys(fires, 1))


ANSWERS: Final = (
    _answer("<2@firm.example>", None),
    _answer("<2@firm.example>", "<1@firm.example>", "own"),
    _answer("<2@Firm.example>", "<1@FIRM.Example>", "own"),
    _answer("<2@firm.example>", "<1@reader.example>", "other"),
    _answer("<2@firm.example>", "<1@myfirm.example>", "other"),
    _answer("<2@firm.example>", "<1@firm.example.evil.example>", "other"),
    _answer("<2@firm.example>", "Your mail of Monday", "other"),
    _answer("<2@firm.example>", "<1@firm.example", "other"),
    _answer("<2@firm.example>", "<9@reader.example> <1@firm.example>", "own"),
    _answer("<2@firm.example> (made here@there>)", "<1@firm.example>", "own"),
    _answer("<2@a@b>", "<1@a@b>", "own"),
    _answer("<2@a@b>", "<1@b>", "other"),
    _answer("<2@>", "<1@>", "other"),
    _answer("<2>", "<1>", "other"),
    _answer("2@firm.example", "<1@firm.example>", "other"),
    _answer(None, "<1@firm.example>", "other"),
    _answer("<2@firm*?.example>", "<1@firmXY.example>", "other"),
    _answer(f"<2@{'h' * 3_990}>", f"<1@{'h' * 3_990}>", "own"),
    _answer("=?utf-8?q?<2=40firm.example>?=", "<1@firm.example>", "own"),
    _answer("<2@firm.\r\n example>", "<1@firm. example>", "own"),
)

STRANGE_ANSWERS: Final = (
    _answer(f"<2@{'h' * 5_000}>", f"<1@{'h' * 5_000}>", "other"),
    _answer("", "<1@firm.example>", "other"),
)
"""Not for Cyrus: it does not cut the host, and refuses mail with an empty field."""
