"""Mail that was written without a look at any rule (`tests/mail/blind`), and how it is judged.

Rules may be fitted to the halves called `fitted`. What the others show is what to expect of mail
that nobody has seen: nobody reads them but this. German, French and Spanish mail has mailboxes of
its own, and is judged by the preset with that language's words.
"""

from __future__ import annotations

import collections
import contextlib
import mailbox
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.resolve import resolve
from measure.figures import Share, share
from measure.sets import OWN_MAIL, Sample
from measure.trial import trial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.scorecard.resolve import Scorecard

FOLDER: Final = OWN_MAIL / "blind"

Kind = Literal["pitch", "ham"]
Half = Literal["fitted", "unfitted"]
HALVES: Final[tuple[Half, ...]] = ("fitted", "unfitted")
LANGUAGES: Final = {"de": "german", "fr": "french", "es": "spanish"}
"""Languages beside English, and the vocabulary of each."""


@dataclass(frozen=True, slots=True)
class Blind:
    """The figures of one half."""

    half: Half
    language: str
    """Empty for English."""
    recall: Share
    by_label: tuple[tuple[str, Share], ...]
    wrong: tuple[str, ...]
    """Names of the mails taken for pitches that are none."""
    wanted: int


def letters(kind: Kind, half: Half, language: str = "") -> list[Sample]:
    """The messages of one mailbox, without the field that labels them."""
    found: list[Sample] = []
    name = "-".join(filter(None, (kind, half, language)))
    with contextlib.closing(mailbox.mbox(FOLDER / f"{name}.mbox", create=False)) as box:
        for message in box:
            name, _, label = str(message["X-Sample"]).partition(" ")
            del message["X-Sample"]
            found.append(Sample(name, message.as_bytes(), f"{kind}-{half}", label))
    return found


def recruits(raw: bytes, card: Scorecard) -> bool:
    """Whether a mail is taken for a pitch."""
    return trial(read(raw), card).recruiting


def measure(card: Scorecard, half: Half, language: str = "") -> Blind:
    """Judge both mailboxes of a half."""
    pitches = [(one, recruits(one.raw, card)) for one in letters("pitch", half, language)]
    wanted = letters("ham", half, language)
    labelled: dict[str, list[tuple[str, bool]]] = collections.defaultdict(list)
    for one, recognised in pitches:
        labelled[one.label].append((one.name, recognised))
    return Blind(
        half=half,
        language=language,
        recall=share((one.name, recognised) for one, recognised in pitches),
        by_label=tuple((label, share(rows)) for label, rows in sorted(labelled.items())),
        wrong=tuple(one.name for one in wanted if recruits(one.raw, card)),
        wanted=len(wanted),
    )


def both(card: Scorecard) -> tuple[Blind, ...]:
    """The figures of both halves."""
    return tuple(measure(card, half) for half in HALVES)


def speaking(language: str) -> Scorecard:
    """The preset `passive` with the words of a language."""
    lexicon = f"lexicon/{LANGUAGES[language]}.yaml"
    head = f"coldstop: 1\nname: passive-{language}\n"
    return resolve(load_text(f"{head}extends: [presets/passive.yaml, {lexicon}]\n"))


def abroad() -> tuple[Blind, ...]:
    """The figures of both halves of every other language."""
    cards = {language: speaking(language) for language in LANGUAGES}
    return tuple(measure(cards[one], half, one) for one in LANGUAGES for half in HALVES)


def as_json(every: Iterable[Blind]) -> dict[str, object]:
    """Plain lists and mappings."""
    return {"blind": [asdict(one) for one in every]}


def lines(every: Iterable[Blind]) -> Iterator[str]:
    """For the report."""
    yield ""
    yield "Mail written without a look at the rules (tests/mail/blind)"
    for found in every:
        yield (
            f"  {found.half:<9} {found.language:<2} recognised {found.recall.told}, "
            f"taken for a pitch though it is none "
            f"{len(found.wrong)} of {found.wanted}: {', '.join(found.wrong) or 'none'}"
        )
        for label, one in found.by_label:
            yield f"      {label:<20} {one.count:3} of {one.of:3}"
