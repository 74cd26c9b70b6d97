"""Seeded messages made from a policy's own phrases, so that most of its rules fire.

Each message takes some of the policy's conditions, says what each asks for (or nearly), and wraps
it into mail as it comes: charsets, transfer encodings, alternatives, nested messages, encoded and
folded headers, groups and comments in address fields. All of it is valid mail: what is broken is
the torture set's business.
"""

from __future__ import annotations

import base64
import quopri
import random
from dataclasses import dataclass, field
from email.header import Header
from typing import TYPE_CHECKING, Final, assert_never

from coldstop.policy import model
from coldstop.scorecard.context import Context
from coldstop.scorecard.resolve import conditions
from coldstop.scorecard.tests.role import offered
from coldstop.scorecard.tests.writers import NAMED
from differential import kinds
from differential.engines import Letter
from differential.gaps import LONG, LONG_STOPS
from differential.speak import FILLER, HEADER_GAPS, HTML_GAPS, PLAIN_GAPS, beside, say, spoil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldstop.policy.effective import Policy

STRANGERS: Final = ("jane@firm.example", "Recruiter.Bob@Agency.Example", "x@mail.jobs.test")
#: Near Albany, far from it, unknown to the gazetteer.
TOWNS: Final = (
    "Albany, NY",
    "Schenectady, NY",
    "Troy, New York",
    "Austin, TX",
    "Plano TX",
    "Plano, TX 75024",
    "New York, NY",
    "Buffalo, New York",
    "San Jose, CA",
    "Winston-Salem, NC",
    "Nowhereville, NY",
    "Nowhereville, TX",
    "albany, ny",
)
_CHARSETS: Final = ("utf-8",) * 5 + (
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "iso-8859-15",
    "koi8-r",
    "utf-16be",
    "iso-2022-jp",
    "gb2312",
    "utf-7",
)


@dataclass(slots=True)
class _Draft:
    """What a message will say, before it has a form."""

    subject: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    """Sentences; one that begins with a line end stands on a line of its own."""
    fields: list[tuple[str, str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)
    envelope: list[str] = field(default_factory=list)


class Generator:
    """Makes messages for one policy; `long_gaps`: with gaps of hundreds of pieces (`gaps`)."""

    def __init__(self, policy: Policy, *, long_gaps: bool = False) -> None:
        self._policy = policy
        self._long = long_gaps
        self._context = Context(policy)
        self._parser = policy.parser
        self._pitch: list[model.Condition] = []
        self._score: list[model.Condition] = []
        for rule in policy.rules.values():
            speaks_for_a_pitch = rule.is_pitch and (rule.once or rule.each or 0) > 0
            target = self._pitch if speaks_for_a_pitch else self._score
            target += list(conditions(rule.when))
        self._known = [
            entry
            for name in ("people", "firms", "recognised", "relays", "never_again")
            if name in policy.lists
            for entry in self._context.entries((f"@{name}",))
        ] + [stopped.who for stopped in policy.stopped]

    def letter(self, seed: int) -> Letter:
        """Make one message; the same seed gives the same message for the same policy."""
        rng = random.Random(seed)
        draft = _Draft()
        # A policy with many sorts of evidence asks for several before it sees a pitch.
        evidence = 14 if len(self._pitch) > 20 else 6
        for pool, least, most in ((self._pitch, 0, evidence), (self._score, 1, 7)):
            if pool:
                for condition in rng.choices(pool, k=rng.randint(least, most)):
                    self._answer(condition, draft, rng)
        self._people(draft, rng)
        raw = _write(draft, rng)
        sender = rng.choice(draft.envelope or [*draft.senders, "bounce@mailer.example", ""])
        made = "long gaps" if self._long else "generated"
        return Letter(f"{made} {self._policy.name} {seed}", raw, sender)

    def letters(self, count: int, seed: int = 1) -> list[Letter]:
        """Make many."""
        return [self.letter(seed * 1_000_000 + number) for number in range(count)]

    # --- what a condition asks for --------------------------------------------------------------

    def _answer(self, condition: model.Condition, draft: _Draft, rng: random.Random) -> None:
        match condition:
            case model.TextTest():
                subject = model.Zone.SUBJECT in condition.zone
                only = condition.zone == (model.Zone.SUBJECT,)
                self._phrases(condition.text, draft, rng, subject=subject, body=not only)
            case model.RoleTest():
                self._role(condition, draft, rng)
            case model.WorkTest():
                names = [f"@{condition.work}", *(["@remote-limits"] if rng.random() < 0.3 else [])]
                self._phrases(names, draft, rng, subject=True, body=True)
            case model.LabelsTest():
                self._labels(condition, draft, rng)
            case model.PlaceTest():
                self._place(draft, rng)
            case model.HeaderTest():
                self._header(condition, draft, rng)
            case model.AddressTest():
                self._address(condition, draft, rng)
            case model.LettersTest() | model.PayTest() | model.GreetsTest():
                kinds.answer(condition, self._context, draft, rng)
            case model.DiffersTest() | model.AnswersTest() | model.ProfileTest():
                kinds.answer(condition, self._context, draft, rng)
            case model.RelationshipTest() | model.AskedToStopTest():
                if self._known:
                    draft.senders.append(beside(rng.choice(self._known), rng))
                if "connection" in self._policy.lists and rng.random() < 0.4:
                    self._phrases(["@connection"], draft, rng, subject=False, body=True)
            case (
                model.All()
                | model.AnyOf()
                | model.Not()
                | model.AuthenticatedTest()
                | model.SearchTest()
                | model.DateTest()
                | model.KindTest()
                | model.RuleTest()
            ):
                pass  # their parts are in the pool themselves, or nothing in a message answers
            case _:
                assert_never(condition)

    def _said(self, source: str, rng: random.Random, gaps: tuple[str, ...]) -> str:
        said = say(self._parser.parse(source), rng, LONG[gaps] if self._long else gaps)
        return spoil(said, rng) if rng.random() < 0.12 else said

    def _phrases(
        self,
        sources: Sequence[str],
        draft: _Draft,
        rng: random.Random,
        *,
        subject: bool,
        body: bool,
    ) -> None:
        entries = self._context.entries(sources)
        if not entries:
            return
        for source in rng.choices(entries, k=rng.choice((1, 1, 2, 3))):
            if subject and (not body or rng.random() < 0.25):
                draft.subject.append(self._said(source, rng, HEADER_GAPS))
            else:
                draft.body.append(
                    self._said(source, rng, HTML_GAPS if rng.random() < 0.5 else PLAIN_GAPS)
                )

    def _role(self, condition: model.RoleTest, draft: _Draft, rng: random.Random) -> None:
        roles = self._context.entries(condition.role)
        if not roles:
            return
        role = rng.choice(roles)
        if rng.random() < 0.4:
            draft.subject.append(self._said(role, rng, HEADER_GAPS))
        if rng.random() < 0.7:
            draft.body.append(self._said(rng.choice(offered(role, self._context)), rng, HTML_GAPS))
        if rng.random() < 0.2:
            draft.body.append(self._said(role, rng, PLAIN_GAPS))

    def _labels(self, condition: model.LabelsTest, draft: _Draft, rng: random.Random) -> None:
        for label in rng.choices(self._context.entries(condition.labels), k=rng.randint(1, 4)):
            start = rng.choice(
                ("\n",) * 5
                + ("\n  ", "\n* ", "\n- &nbsp;", "\n<td>", "<br>", "x ", "\n> ", "\n9 ", "")
            )
            colon = rng.choice((":", ":", ":", " :", "&nbsp;:", "</b>:", "", "\n:"))
            name = rng.choice((label, label, label, label.lower(), label.upper(), f"<b>{label}"))
            if self._long:
                start += rng.choice(LONG[HTML_GAPS])
                colon = rng.choice(LONG[HTML_GAPS]) + colon
            value = rng.choice((*TOWNS, "long term", "$70/hr", "remote", "DBA"))
            draft.body.append(f"{start}{name}{colon} {value}")

    def _place(self, draft: _Draft, rng: random.Random) -> None:
        town = rng.choice(TOWNS)
        if rng.random() < 0.4:
            draft.subject.append(
                rng.choice((town, f"DBA in {town}", f"role - {town} -", f"({town})"))
            )
            return
        cues = self._context.entries(("@place-cues",)) or ("located in",)
        cue = self._said(rng.choice(cues), rng, PLAIN_GAPS)
        between = rng.choice((" ", " ", " our office ", " - ", ": ", " one two three ", " 100% "))
        if self._long and rng.random() < 0.7:
            between = rng.choice(LONG_STOPS)
        draft.body.append(f"{cue}{between}{town}{rng.choice(('', '.', ' 12345', ' (hybrid)'))}")

    def _header(self, condition: model.HeaderTest, draft: _Draft, rng: random.Random) -> None:
        name = rng.choice(condition.header)
        value = rng.choice(FILLER)
        if condition.phrase is not None:
            value = self._said(
                rng.choice(self._context.entries(condition.phrase)), rng, HEADER_GAPS
            )
        elif condition.is_ is not None:
            value = rng.choice(self._context.entries(condition.is_))
            value = rng.choice((value, value, value.upper(), value + "x", f"{value} "))
        elif condition.contains is not None:
            value = rng.choice(self._context.entries(condition.contains))
            value = rng.choice((value, f"from a{value} (b)", value.upper(), value[:-1]))
        if name.lower() in ("to", "from", "subject", "return-path", "sender", "reply-to", "cc"):
            if name.lower() == "to":
                draft.others.setdefault("To", []).append("undisclosed-recipients:;")
            return
        if name.lower() == "message-id":
            value = f"<{value}>"
        draft.fields.append((rng.choice((name, name.lower(), name.upper())), value))

    def _address(self, condition: model.AddressTest, draft: _Draft, rng: random.Random) -> None:
        entries = self._context.entries(condition.in_)
        if not entries:
            return
        address = beside(rng.choice(entries), rng)
        match rng.choice(condition.address):
            case model.AddressField.FROM:
                draft.senders.append(address)
            case model.AddressField.ENVELOPE_FROM:
                draft.envelope.append(address)
            case model.AddressField.ANY_SENDER:
                name = rng.choice((*NAMED, "envelope"))
                if name in {"from", "envelope"}:
                    (draft.senders if name == "from" else draft.envelope).append(address)
                else:
                    draft.others.setdefault(name.title(), []).append(address)
            case other:
                draft.others.setdefault(other.value.title(), []).append(address)

    # --- people ---------------------------------------------------------------------------------

    def _people(self, draft: _Draft, rng: random.Random) -> None:
        if not draft.senders:
            draft.senders.append(rng.choice(STRANGERS))
        elif len(draft.senders) > 1 and rng.random() < 0.8:
            del draft.senders[1:]
        ours = self._policy.trust.authserv
        if ours and rng.random() < 0.75:
            domain = draft.senders[0].rpartition("@")[2].lower()
            draft.fields.insert(
                0, ("Authentication-Results", _results(rng.choice(ours), domain, rng))
            )
        if ours or rng.random() < 0.3:
            hop = "from mail.sender.example (mail.sender.example [192.0.2.1])\n\tby mx.mail.test"
            draft.fields.insert(
                0, ("Received", f"{hop} with ESMTP id 4bH3; Mon, 1 Jun 2026 10:00:00 +0000")
            )


def _results(authserv: str, domain: str, rng: random.Random) -> str:
    """Write results as servers write them, for this domain or for another one.

    Only fields of which a script says what the judge says; `test_trust` has the others.
    """
    if rng.random() < 0.2:
        domain = "other.example"
    if rng.random() < 0.3:
        result = rng.choice(("pass", "pass", "fail", "none"))
        signature = f'header.d={domain} header.i=@{domain} header.b="hJQ0fY8R"'
        return f"{authserv};\n\tdkim={result} (2048-bit key; unprotected) {signature}"
    verdict = rng.choice(("pass", "pass", "pass", "fail", "none"))
    lines = [f"dmarc={verdict} (p=none dis=none) header.from={domain}"]
    other = "pass" if verdict == "pass" else "fail"
    if rng.random() < 0.5:
        lines.append(f"spf={other} (mx: domain of {domain}) smtp.mailfrom={domain}")
    if rng.random() < 0.5:
        lines.append(f"dkim={other} header.d={domain} header.s=s1")
    return f"{authserv};\n\t" + ";\n\t".join(lines)


# --- form ---------------------------------------------------------------------------------------


def _write(draft: _Draft, rng: random.Random) -> bytes:
    rng.shuffle(draft.body)
    lines = list(_head(draft, rng))
    kind = rng.choice(("plain", "plain", "html", "alternative", "mixed", "nested", "bare"))
    sentences = _sentences(draft.body, rng)
    boundary = f"=_b{rng.randrange(10**9)}"
    match kind:
        case "bare":
            text = sentences.encode("ascii", "xmlcharrefreplace")
            return b"".join(lines) + b"\n" + text + b"\n"
        case "plain" | "html":
            return b"".join(lines) + b"MIME-Version: 1.0\n" + _part(kind, sentences, rng)
        case "alternative":
            parts = [_part("plain", sentences, rng), _part("html", sentences, rng)]
        case "mixed":
            other = _sentences(draft.body[:1], rng)
            parts = [_part("html", sentences, rng), _part("plain", other, rng), _image(rng)]
        case _:
            inner = b"From: someone@inner.example\nSubject: inner\nMIME-Version: 1.0\n"
            message = b"Content-Type: message/rfc822\n\n" + inner + _part("plain", sentences, rng)
            parts = [_part("plain", "", rng), message]
    kind = kind if kind == "alternative" else "mixed"
    body = b"".join(b"--%s\n%s\n" % (boundary.encode(), part) for part in parts)
    top = f'MIME-Version: 1.0\nContent-Type: multipart/{kind};\n boundary="{boundary}"\n\n'
    return b"".join(lines) + top.encode() + b"preamble\n" + body + f"--{boundary}--\n".encode()


def _sentences(body: Sequence[str], rng: random.Random) -> str:
    out: list[str] = []
    for sentence in body:
        out += rng.choices(FILLER, k=rng.randint(0, 6))
        out.append(sentence + rng.choice((".", ".", ",", "!", "\n", "<br>", ")")))
    return "".join(word + rng.choice((" ", " ", " ", "\n")) for word in out)


def _part(kind: str, text: str, rng: random.Random) -> bytes:
    charset = rng.choice(_CHARSETS)
    if charset not in ("utf-8", "utf-7", "utf-16be"):
        data = text.encode(charset, "xmlcharrefreplace")
    else:
        data = text.encode(charset)
    codings = ["base64", "quoted-printable"]
    if charset == "utf-16be":
        codings = ["base64"]
    elif data.isascii():
        codings += ["7bit", ""]
    else:
        codings.append("8bit")
    coding = rng.choice(codings)
    head = f'Content-Type: text/{kind}; charset="{charset}"\n'
    if coding:
        head += f"Content-Transfer-Encoding: {coding}\n"
    match coding:
        case "base64":
            data = base64.encodebytes(
                data.replace(b"\n", rng.choice((b"\n", b"\r\n"))) if charset != "utf-16be" else data
            )
        case "quoted-printable":
            data = quopri.encodestring(data)
    return head.encode() + b"\n" + data + b"\n"


def _image(rng: random.Random) -> bytes:
    head = b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(rng.randbytes(40))


def _head(draft: _Draft, rng: random.Random) -> Iterator[bytes]:
    fields = list(draft.fields)
    senders = ", ".join(_mailbox(one, rng) for one in draft.senders)
    fields.append(("From", senders))
    others = dict(draft.others)
    if "To" not in others and rng.random() < 0.9:
        others["To"] = ["ray@reader.example"]
    for name, found in others.items():
        listed = ", ".join(one if one.endswith(":;") else _mailbox(one, rng) for one in found)
        if rng.random() < 0.1 and ":;" not in listed:
            listed = f"Team: {listed};"
        fields.append((name, listed))
    subject = rng.choice((" ", " - ", ", ")).join(draft.subject) or rng.choice(FILLER)
    fields.append(("Subject", subject))
    if rng.random() < 0.05:
        fields.append(("Subject", "a second one"))
    for name, value in fields:
        encoded = name == "Subject" and (not value.isascii() or rng.random() < 0.2)
        yield _field(name, value, rng, encoded=encoded)


def _field(name: str, value: str, rng: random.Random, *, encoded: bool) -> bytes:
    value = value.strip()
    if encoded:
        charset = rng.choice(("utf-8", "utf-8", "iso-8859-1"))
        header = Header(maxlinelen=60, header_name=name)
        header.append(value.encode(charset, "xmlcharrefreplace"), charset, "replace")
        return f"{name}: {header.encode()}\n".encode()
    if rng.random() < 0.3 and " " in value and name in ("Subject", "X-Words"):
        value = value.replace(" ", "\n ", 1)  # a fold; Cyrus keeps what follows the line end
    return f"{name}:{rng.choice((' ', ' ', ''))}{value}\n".encode()


def _mailbox(address: str, rng: random.Random) -> str:
    match rng.randrange(6):
        case 0:
            return address
        case 1:
            return f"<{address}>"
        case 2:
            return f'"Jones, Bob" <{address}>'
        case 3:
            return f"Bob Jones <{address}>"
        case 4:
            return f"=?utf-8?q?B=C3=B6b?= <{address}>"
        case _:
            return f"{address} (Bob Jones)"
