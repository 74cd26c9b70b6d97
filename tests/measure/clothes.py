"""The blind mail in the clothes that sending tools put around it.

A pitch stays one with a List-Unsubscribe field, with a legal footer or a signature, and as the
reminder that quotes it; other mail stays what it is. `tests/mail/blind` has bodies with next to no
header; `clothes-*.yaml` there have lines to opt out, footers, signatures and reminders, written
without a look at the rules, by one author for each half. What a letter wears is settled by its
name: every run measures the same.
"""

from __future__ import annotations

import html
import quopri
import random
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import yaml

from measure.blind import FOLDER, HALVES, letters, recruits
from measure.figures import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from coldstop.scorecard.resolve import Scorecard
    from measure.blind import Half
    from measure.figures import Share
    from measure.sets import Sample

_SENDS: Final = "sequencer.example"
"""The host of the tool that sends."""
_PAGE: Final = (
    '<html><head><style>p {{margin: 0; location: none}}</style></head><body dir="ltr"><div '
    'style="font-family:Calibri,sans-serif">{}</div><img src="https://t.example/o.gif"></body></html>'
)


@dataclass(frozen=True, slots=True)
class Worn:
    """What is recognised in one outfit."""

    half: Half
    outfit: str
    recall: Share
    wrong: tuple[str, ...]
    """Names of the mails taken for pitches that are none."""
    wanted: int
    """How many other mails wore it."""


def measure(card: Scorecard, half: Half) -> Iterator[Worn]:
    """Judge a half in every outfit."""
    pitches, others = letters("pitch", half), letters("ham", half)
    for outfit, (of_pitches, of_others) in OUTFITS.items():
        rows = [(one.name, recruits(of_pitches(one), card)) for one in pitches]
        dressed = [(one.name, of_others(one)) for one in others] if of_others else []
        yield Worn(
            half=half,
            outfit=outfit,
            recall=share(rows),
            wrong=tuple(name for name, raw in dressed if recruits(raw, card)),
            wanted=len(dressed),
        )


def both(card: Scorecard) -> tuple[Worn, ...]:
    """The figures of both halves."""
    return tuple(one for half in HALVES for one in measure(card, half))


def as_json(every: Iterable[Worn]) -> dict[str, object]:
    """Plain lists and mappings."""
    return {"clothes": [asdict(one) for one in every]}


def lines(every: Iterable[Worn]) -> Iterator[str]:
    """For the report."""
    yield ""
    yield "The same mail in the clothes of sending tools (tests/mail/blind/clothes-*.yaml)"
    for one in every:
        wrong = f", wrongly {len(one.wrong)} of {one.wanted}" if one.wanted else ""
        yield f"  {one.half:<9} {one.outfit:<10} recognised {one.recall.told}{wrong}"


# --- outfits --------------------------------------------------------------------------------


@cache
def wardrobe(half: Half) -> dict[str, tuple[str, ...]]:
    """Sorts of clothes and the pieces of each."""
    found = yaml.safe_load((FOLDER / f"clothes-{half}.yaml").read_text("utf-8"))
    return {name: tuple(one.strip() for one in pieces) for name, pieces in found.items()}


def _opt_out(one: Sample, lines: str = "optout_lines") -> bytes:
    """What the rules for bulk senders ask for: a field, one click, and a line at the end."""
    number = _number(one)
    fields = {
        "List-Unsubscribe": f"<https://{_SENDS}/u/{number}>, <mailto:u-{number}@{_SENDS}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return _with(one.raw, fields, _body(one.raw), _piece(one, lines))


def _sold(one: Sample) -> bytes:
    return _opt_out(one, "sales_optouts")


def _legal(one: Sample) -> bytes:
    return _with(one.raw, {}, _body(one.raw), _piece(one, "legal_footers"))


def _equal(one: Sample) -> bytes:
    return _with(one.raw, {}, _body(one.raw), _piece(one, "eeo_footers"))


def _signature(one: Sample) -> bytes:
    return _with(one.raw, {}, _body(one.raw), _piece(one, "signatures"))


def _reminder(one: Sample) -> bytes:
    """The next mail of the sequence: it answers and quotes the one before, which was the letter."""
    subject = _field(one.raw, "Subject")
    name, _, address = _field(one.raw, "From").rpartition(" ")
    above = _piece(one, "attributions").format(
        name=name.strip('"'),
        address=address.strip("<>"),
        date="Tue, Nov 10, 2026 at 9:31 AM",
        to="reader@home.example",
        subject=subject,
    )
    number = _number(one)
    mark = "> " if number % 2 else ""
    fields = {
        "In-Reply-To": f"<{number}.1@{_SENDS}>",
        "References": f"<{number}.1@{_SENDS}>",
        "Message-ID": f"<{number}.2@{_SENDS}>",
        "Subject": f"Re: {subject}",
    }
    quoted = "\n".join(f"{mark}{line}" for line in _body(one.raw).strip().splitlines())
    said = _piece(one, "followup_bodies")
    return _with(one.raw, fields, said, _piece(one, "signatures"), f"{above}\n{quoted}")


def _html(one: Sample) -> bytes:
    """As a mail program builds it: HTML alone, typographic apostrophes, quoted-printable."""
    typed = _body(one.raw).strip().replace("'", "\u2019").replace(" - ", " \u2013 ")
    lines = (html.escape(line).replace("  ", " &nbsp;") for line in typed.splitlines())
    page = _PAGE.format("</div>\n<div>".join(line or "<br>" for line in lines))
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Transfer-Encoding": "quoted-printable",
    }
    return _with(one.raw, fields, quopri.encodestring(page.encode()).decode())


OUTFITS: Final[dict[str, tuple[Callable[[Sample], bytes], Callable[[Sample], bytes] | None]]] = {
    "opt-out": (_opt_out, _sold),
    "legal": (_legal, None),
    "equal": (_equal, None),
    "signature": (_signature, None),
    "reminder": (_reminder, None),
    "html": (_html, _html),
}
"""Outfit -> how a pitch wears it, and other mail, where it does."""


def _piece(one: Sample, sort: str) -> str:
    half: Half = "unfitted" if one.group.endswith("-unfitted") else "fitted"
    # Python keeps what a seed of text draws from release to release.
    return random.Random(f"{sort} {one.name}").choice(wardrobe(half)[sort])


def _number(one: Sample) -> int:
    return random.Random(one.name).randrange(10**9)


def _head(raw: bytes) -> list[str]:
    """The fields, each on one line."""
    return raw.partition(b"\n\n")[0].decode().replace("\n ", " ").splitlines()


def _body(raw: bytes) -> str:
    return raw.partition(b"\n\n")[2].decode()


def _field(raw: bytes, name: str) -> str:
    start = f"{name.lower()}: "
    found = (line[len(start) :] for line in _head(raw) if line.lower().startswith(start))
    return next(found, "")


def _with(raw: bytes, fields: dict[str, str], *paragraphs: str) -> bytes:
    """The letter with other fields and another body."""
    kept = [line for line in _head(raw) if line.partition(":")[0] not in fields]
    added = [f"{name}: {value}" for name, value in fields.items()]
    return "\n".join((*kept, *added, "", "\n\n".join(paragraphs), "")).encode()
