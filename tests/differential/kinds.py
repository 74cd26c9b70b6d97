"""`letters`, `pay`, `greets` and the like: a small policy of these, and what they hear.

`answer` says what such a test asks for, or nearly. It is what `generate` puts into its messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, assert_never

from coldstop.policy import model
from coldstop.scorecard.tests.letters import spellings

if TYPE_CHECKING:
    import random

    from coldstop.scorecard.context import Context

Kind = (
    model.LettersTest
    | model.PayTest
    | model.GreetsTest
    | model.DiffersTest
    | model.AnswersTest
    | model.ProfileTest
)

TEXT: Final = """
coldstop: 1
name: reader-tests
pitch: {threshold: 1}
reader:
  names: [Ray Kim, Raymond]
  pay: {per_hour: 60, per_day: 500, per_year: 120000}
  skills: [SQL Server, T-SQL, "index tun*"]
lists: {merge: ["<first name>", "{{first_name}}", "${name}", "[Prénom]", "%%x\\\\y"]}
rules:
  everything: {when: {any: [{text: job}, {not: {text: job}}]}, pitch: 1}
  letters: {when: {letters: "@merge"}, points_each: 1, cap: 4}
  letters-subject: {when: {letters: "@merge", zone: subject}, points: 2}
  letters-text: {when: {letters: "@merge", zone: all}, points: 3}
  below: {when: {pay: below}, points: 4}
  above: {when: {pay: above}, points: -5}
  reader: {when: {greets: reader}, points: -3}
  other: {when: {greets: other}, points: 6}
  reply: {when: {differs: [from, reply-to]}, points: 2}
  sender: {when: {differs: [from, sender]}, points: 1}
  own: {when: {answers: own}, points: 3}
  another: {when: {answers: other}, points: -2}
  match: {when: {profile: match}, points_each: -1, cap: 3}
  mismatch: {when: {profile: mismatch}, points: 2}
ladder: {-5: keep, 1: tag, 4: later, 8: file Recruiters/Cold, 12: quarantine, 16: trash}
"""
"""A small policy of nothing else."""

_SIGNS: Final = ("$", "$", "$ ", "£", "€", "&euro;", "USD ", "US$", "", "")
_DASHES: Final = ("-", " - ", "\u2013", " to ", "&ndash;", "-$", " - $")
_PERIODS: Final = (
    *("/hr", " per hour", " an hour", "/h", "/h/", " hourly", "/&nbsp;hr", " USD/hr", " per\nhour"),
    *(
        "/day",
        " a day",
        " A Day",
        " per day",
        "<b>/</b>day",
        " per year",
        " annually",
        " p.a.",
        "/yr",
    ),
    *(" a year", "", "", " base", " OTE", " \u20ac", " EUR", "/month", " hours", " jobs per hour"),
)
_LEADS: Final = (
    "",
    "",
    "",
    "Hourly rate: ",
    "day rate is ",
    "salary range: ",
    "Salary up to\n",
    "x",
)
_HELLOS: Final = ("Hi", "Hello", "Dear", "HEY", "Good morning", "hola", "This", "Hi,", "Ch\u00e8re")
_MIDDLES: Final = (" ", " ", " ", " Mr. ", " there ", "&nbsp;", " <b>", "<br>", "\n", "\t", " a b ")
_NAMES: Final = (
    *("Ray", "RAY", "ray", "Kim", "Raymond", "Rays", "Bob", "Jean-Luc Picard", "\u00c9lodie"),
    *("Hiring Manager", "Candidate", "There", "O'Neil", "M\u00fcller", "X", "Bob2"),
)
_ENDS: Final = (",", "!", "\n", " -", "", " I", ":", "</b>,", "<br>", "\u2014", ";")
_SKILLS: Final = ("SQL Server", "sql<br>server", "T SQL", "index tuning", "MySQL", "Sales")
_IDS: Final = (
    *("<2@firm.example>",) * 3,
    "<2@Mail.FIRM.example>",
    "<2@a@firm.example> (a comment)",
    "<2@>",
    "2@firm.example",
)
_ANSWERED: Final = (
    *("<1@firm.example>", "<1@FIRM.example>", "<9@reader.example> <1@firm.example>"),
    *("<1@mail.firm.example>", "<1@a@firm.example>", "your mail of Monday", "<1@>", "<1@myfirm>"),
)
_REPLIES: Final = (
    *("jane@firm.example", "a@mail.firm.example", "x@y.example", "Bob@Agency.example"),
    *("a@JOBS.test", "a@myfirm.example"),
)


class Draft(Protocol):
    """What of a message such a test may ask for."""

    subject: list[str]
    body: list[str]
    """Sentences; one that begins with a line end stands on a line of its own."""
    senders: list[str]
    others: dict[str, list[str]]
    """Fields of addresses."""
    fields: list[tuple[str, str]]
    """Other fields."""


def answer(test: Kind, context: Context, draft: Draft, rng: random.Random) -> None:
    """Say what a test asks for, or nearly."""
    match test:
        case model.LettersTest():
            text = rng.choice(context.entries(test.letters) or ("x",))
            said = rng.choice((*spellings(text), text.upper(), text.lower(), text[1:]))
        case model.PayTest():
            said = _pay(rng)
        case model.GreetsTest():
            start = rng.choice(("\n",) * 6 + ("\n> ", "\n* ", "<p>", "\n9 ", "so "))
            said = start + "".join(map(rng.choice, (_HELLOS, _MIDDLES, _NAMES, _ENDS)))
        case model.ProfileTest():
            said = rng.choice(_SKILLS)
        case model.DiffersTest():
            field = rng.choice(test.differs).title()
            where = draft.senders if field == "From" else draft.others.setdefault(field, [])
            where.append(rng.choice(_REPLIES))
            return
        case model.AnswersTest():
            fields = (("Message-ID", _IDS), ("In-Reply-To", _ANSWERED), ("in-reply-to", _ANSWERED))
            for field, ids in rng.sample(fields, rng.choice((1, 2, 2, 2, 3))):
                draft.fields.append((field, rng.choice(ids)))
            return
        case _:
            assert_never(test)
    if rng.random() < 0.2:
        draft.subject.append(" ".join(said.split()))
    else:
        draft.body.append(said)


def _pay(rng: random.Random) -> str:
    figures = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        number = rng.choice((45, 59, 60, 70, 450, 500, 95_000, 119_999, 120_000, 130_000, 1_250))
        number = rng.choice((number, number, rng.randint(1, 999), rng.randint(1, 999_999)))
        cents = rng.choice(("", "", "", ".50", ",5", ".00", ".123"))
        written = f"{number:,}" if rng.random() < 0.6 else f"{number}"
        if rng.random() < 0.2:
            written = written.replace(",", ".")
        if number < 1_000 and rng.random() < 0.3:
            cents += rng.choice(("k", "K", " k"))
        figures.append(written + cents)
    sign = rng.choice(_SIGNS)
    return rng.choice(_LEADS) + sign + rng.choice(_DASHES).join(figures) + rng.choice(_PERIODS)
