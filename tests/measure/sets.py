"""The messages that are measured, each with what it is said to be.

* `core`, `near`: the corpora's positives. Core are pitches as the promise means them; near are
  career services, job-board advertisements, invitations and scams, which need a treatment of
  their own;
* `negative`: the corpora's negatives; `ham`, `spam`: the SpamAssassin corpus, spam without the
  eleven recruiting mails that are among the corpora's positives;
* `own-pitch`, `own-ham`: the project's own `tests/mail`; `example`, `example-wanted`: the shipped
  samples, a pitch unless their case says `recruiting: false`.

A set that is not at hand is empty, and `Sets.missing` says why.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.policy.load import load_policy
from coldstop.resources import shipped
from support.mailsets import (
    ROOT,
    CorpusMissingError,
    corpora_files,
    corpora_folder,
    spamassassin_files,
    without_corpus_fields,
    without_mbox_line,
)

if TYPE_CHECKING:
    from pathlib import Path

CORE: Final = "core"
NEAR: Final = "near"
NEGATIVE: Final = "negative"
HAM: Final = "ham"
SPAM: Final = "spam"
OWN_PITCH: Final = "own-pitch"
OWN_HAM: Final = "own-ham"
EXAMPLE: Final = "example"
EXAMPLE_WANTED: Final = "example-wanted"
PITCHES: Final = (CORE, NEAR, OWN_PITCH, EXAMPLE)
WANTED: Final = (NEGATIVE, HAM, OWN_HAM, EXAMPLE_WANTED)

TAKEN_OUT: Final = frozenset(
    {
        "spam-1/00128", "spam-1/00225", "spam-2/00111", "spam-2/00408", "spam-2/00429",
        "spam-2/00504", "spam-2/00510", "spam-2/00620", "spam-2/00734", "spam-2/00752",
        "spam-2/01041",
    }
)  # fmt: skip
"""Recruiting mail in SpamAssassin's spam; the corpora have it as `spamassassin-spam-*`."""

OWN_MAIL: Final = ROOT / "tests" / "mail"
MISLABELLED: Final = ROOT / "tests" / "measure" / "mislabelled.tsv"


@dataclass(frozen=True, slots=True)
class Sample:
    """One message with its labels."""

    name: str
    """Its set and file."""
    raw: bytes
    group: str
    label: str
    """The class that its collection gives it."""
    source: str = ""
    """Who collected or shaped it: what is left out together."""
    twin: bool = False
    """The SpamAssassin corpus has the same message; tables count it once."""


@dataclass(frozen=True, slots=True)
class Sets:
    """Everything that could be found."""

    samples: tuple[Sample, ...]
    missing: tuple[str, ...]
    """A line for each set that is not there."""
    corpora: bool
    """Whether the corpora and the SpamAssassin corpus are there."""


def load() -> Sets:
    """Find and read all sets."""
    missing: list[str] = []
    real = _corpora()
    if not real:
        missing.append(f"no corpora in {corpora_folder()}: set COLDSTOP_CORPORA")
    try:
        spamassassin = _spamassassin()
    except CorpusMissingError as error:
        spamassassin = []
        missing.append(str(error))
    own = own_mail(OWN_MAIL)
    if not own:
        missing.append("no tests/mail/LABELS.tsv with mail: the project's own mail is not measured")
    every = (*real, *spamassassin, *own, *examples())
    return Sets(every, tuple(missing), corpora=bool(real and spamassassin))


def rows(file: Path) -> list[dict[str, str]]:
    """Read a table with a header line; none where the file is not there."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        found = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{key: value or "" for key, value in row.items() if key} for row in found]


def mislabelled(file: Path = MISLABELLED) -> dict[str, str]:
    """Messages that are argued to be labelled wrongly, and the argument."""
    return {row["file"]: row["argument"] for row in rows(file)}


def source_of(text: str) -> str:
    """The repository or package of a source: what one person collected."""
    text = text.removeprefix("https://")
    if text.startswith("npm "):
        return " ".join(text.split(" ")[:2])
    parts = text.split(" ")[0].split("@")[0].split("/")
    return "/".join(parts[:3] if parts[0] == "github.com" else parts[:1])


def _corpora() -> list[Sample]:
    found = []
    for folder in ("positives", "negatives"):
        labels = {row["file"]: row for row in rows(corpora_folder() / folder / "LABELS.tsv")}
        for file in corpora_files(folder):
            row = labels[file.name]
            group = NEGATIVE if folder == "negatives" else CORE if row["core"] == "yes" else NEAR
            found.append(
                Sample(
                    name=f"{folder}/{file.name}",
                    raw=without_mbox_line(without_corpus_fields(file.read_bytes())),
                    group=group,
                    label=row["class"],
                    source=source_of(row["source"]),
                    twin=group == NEGATIVE and row["class"].startswith("spamassassin-"),
                )
            )
    return found


def _spamassassin() -> list[Sample]:
    return [
        Sample(
            name=f"{file.parent.name}/{file.name[:5]}",
            raw=without_mbox_line(file.read_bytes()),
            group=SPAM if file.parent.name.startswith("spam") else HAM,
            label=file.parent.name,
        )
        for file in spamassassin_files()
        if f"{file.parent.name}/{file.name[:5]}" not in TAKEN_OUT
    ]


def own_mail(root: Path) -> list[Sample]:
    """The project's own mail: what its table names, in `pitch` or `ham`."""
    found = []
    for row in rows(root / "LABELS.tsv"):
        file = root / row["file"]
        if not file.is_file():
            every = [root / folder / row["file"] for folder in ("pitch", "ham")]
            file = next((one for one in every if one.is_file()), file)
        found.append(
            Sample(
                name=f"mail/{file.relative_to(root)}",
                raw=file.read_bytes(),
                group=OWN_PITCH if "pitch" in file.relative_to(root).parts else OWN_HAM,
                label=row["class"],
                source=row.get("source-shape", ""),
            )
        )
    return found


def examples() -> list[Sample]:
    """The shipped samples."""
    wanted = {
        str(one.case.mail).rpartition("/")[2]
        for one in load_policy("samples").cases
        if one.case.recruiting is False
    }
    return [
        Sample(
            name=f"examples/{file.name}",
            raw=file.read_bytes(),
            group=EXAMPLE_WANTED if file.name in wanted else EXAMPLE,
            label="shipped sample",
        )
        for file in sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    ]
