"""The sample mail in `ham/` and `pitch/`: what it must be before anything may be measured with it.

Not whether coldstop judges it rightly: the texts were written without a look at any rule, and the
tests that measure live with the policies. Here: every file is labelled, reads without a defect,
writes to nobody who exists, has a text of its own, and has the size of real mail.
"""

from __future__ import annotations

import csv
import email
import email.policy
import functools
import html
import itertools
import re
from pathlib import Path
from typing import Final

import pytest

from coldstop.message.reader import read
from coldstop.message.zones import own

HERE: Final = Path(__file__).parent
FILES: Final = sorted(str(path.relative_to(HERE)) for path in HERE.glob("*/*.eml"))
KINDS: Final = {
    "pitch": frozenset(
        {"job", "blast", "connect", "inmail", "referral", "career-service", "candidate", "scam"}
    ),
    "ham": frozenset(
        {
            "applicant",
            "ats-status",
            "business",
            "calendar",
            "contract",
            "customer",
            "event",
            "internal",
            "internal-hiring",
            "invoice",
            "job-alert",
            "list-post",
            "marketing",
            "newsletter",
            "notification",
            "order",
            "personal",
            "personal-business",
            "sales",
            "school",
            "transactional",
            "volunteer",
        }
    ),
}
LANGUAGES: Final = frozenset({"en", "de", "fr", "es"})
AT_LEAST: Final = {"ham": 66, "pitch": 48}
BYTES: Final = range(1_000, 64 << 10)
"""Of a whole file, header included: the shortest notes to the longest newsletters."""
LONG_HTML: Final = 8 << 10
LIKENESS: Final = 0.3
"""Jaccard index of two texts' sets of five successive words; two mails of one template reach it."""

RESERVED: Final = ("example", "test", "invalid", "localhost")
PLATFORMS: Final = frozenset(
    {
        # Whose hosts stand in the envelope, the Message-ID or the From of mail they carry; that is
        # the shape of such mail. None of these names a person.
        "amazonses.com",
        "ashbyhq.com",
        "bullhornmail.com",
        "ceipal.com",
        "dice.com",
        "docusign.net",
        "github.com",
        "glassdoor.com",
        "google.com",
        "hire.lever.co",
        "hubspot.com",
        "hubspotemail.net",
        "indeed.com",
        "indeedemail.com",
        "jobdiva.com",
        "linkedin.com",
        "m.personio.com",
        "mail.gmail.com",
        "mailin.fr",
        "mailjet.com",
        "mcdlv.net",
        "mtasv.net",
        "myworkday.com",
        "postmarkapp.com",
        "prd.sparkpost",
        "prod.outlook.com",
        "sender-sib.com",
        "sendgrid.info",
        "smartrecruiters.com",
        "stepstone.de",
        "substack.com",
        "teamtailor-mail.com",
        "us.greenhouse-mail.io",
        "wellfound.com",
        "xt.local",
    }
)
DOCUMENTATION: Final = ("192.0.2.", "198.51.100.", "203.0.113.")
"""RFC 5737."""
_ADDRESS: Final = re.compile(r"[\w.+=-]+@([\w-]+(?:\.[\w-]+)+)")
_IP: Final = re.compile(r"\[(\d+\.\d+\.\d+\.\d+)\]")
_HIDDEN: Final = re.compile(r"<style\b.*?</style>|<!--.*?-->|<script\b.*?</script>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_URL: Final = re.compile(r"https?://\S+")
_WORD: Final = re.compile(r"\w+")


def labels() -> list[dict[str, str]]:
    """Read the label file."""
    with (HERE / "LABELS.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@functools.cache
def texts(name: str, *, zone: str) -> str:
    """Give the words of a sample without markup: all of it, or the sender's `own`."""
    parts = read((HERE / name).read_bytes()).parts
    plain = [part for part in parts if part.kind == "text/plain"]
    chosen = plain if zone == "own" and plain else parts
    runs = [b"\n".join(own(part)) if zone == "own" else part.text for part in chosen]
    text = b"\n".join(runs).decode("utf-8")
    return html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text)))


@functools.cache
def grams(name: str) -> frozenset[tuple[str, ...]]:
    """Give all runs of five words of the sender's own text, links left out."""
    words = _WORD.findall(_URL.sub(" ", texts(name, zone="own")).casefold())
    return frozenset(zip(*(words[start:] for start in range(5)), strict=False))


def test_every_file_is_labelled_and_every_label_has_its_file() -> None:
    """The table and the folders say the same, in the same order."""
    assert [row["file"] for row in labels()] == FILES


def test_labels_say_what_they_should() -> None:
    """Class, kind and language come from closed lists, and the class is the folder."""
    for row in labels():
        assert row["file"].startswith(row["class"] + "/"), row
        assert row["kind"] in KINDS[row["class"]], row
        assert row["language"] in LANGUAGES, row
        assert row["source-shape"], row
        assert row["note"], row


@pytest.mark.parametrize(("folder", "least"), AT_LEAST.items())
def test_there_are_enough(folder: str, least: int) -> None:
    """Percentages need a denominator."""
    assert sum(name.startswith(folder + "/") for name in FILES) >= least


@pytest.mark.parametrize("name", FILES)
def test_reads_without_defects(name: str) -> None:
    """The samples are sound mail: no defect in any part, header or address; line ends are LF."""
    raw = (HERE / name).read_bytes()
    message = read(raw)
    for field in message.headers:
        message.header(field.name)
    for field_name in ("from", "to", "cc", "reply-to", "sender"):
        message.addresses(field_name)
    assert message.defects == ()
    assert message.parts
    assert b"\r" not in raw
    assert len(message.addresses("from")) == 1


@pytest.mark.parametrize("name", FILES)
def test_the_standard_parser_agrees(name: str) -> None:
    """Python's strict reading finds nothing wrong either."""
    message = email.message_from_bytes((HERE / name).read_bytes(), policy=email.policy.default)
    for part in message.walk():
        assert not part.defects
        for value in part.values():
            assert not value.defects


@pytest.mark.parametrize("name", FILES)
def test_nobody_who_exists_is_addressed(name: str) -> None:
    """Addresses end in reserved names, or are a platform's own; hosts are documentation's."""
    header = (HERE / name).read_bytes().partition(b"\n\n")[0].decode("ascii")
    for domain in _ADDRESS.findall(header + "\n" + texts(name, zone="all")):
        known = domain.rsplit(".", 1)[-1] in RESERVED
        parents = {domain.split(".", cut)[-1] for cut in range(domain.count(".") + 1)}
        assert known or parents & PLATFORMS, domain
    for address in _IP.findall(header):
        assert address.startswith(DOCUMENTATION), address


@pytest.mark.parametrize("name", FILES)
def test_delivered_as_our_server_delivers(name: str) -> None:
    """One result field of our own server, under its own `Received` and above all others."""
    fields = [field.name for field in read((HERE / name).read_bytes()).headers]
    assert fields[:4] == ["return-path", "delivered-to", "received", "authentication-results"]
    assert fields.count("authentication-results") == 1


@pytest.mark.parametrize("name", FILES)
def test_has_the_size_of_mail(name: str) -> None:
    """Neither a stub nor a monster."""
    assert (HERE / name).stat().st_size in BYTES


def test_a_third_of_the_ham_is_long_html() -> None:
    """What public corpora lack is here: newsletters and notices with all their markup."""
    ham = [name for name in FILES if name.startswith("ham/")]
    long = [
        name
        for name in ham
        for part in read((HERE / name).read_bytes()).parts
        if part.kind == "text/html" and len(part.text) >= LONG_HTML
    ]
    assert len(long) * 3 >= len(ham)


def test_no_two_say_the_same() -> None:
    """Every text was written on its own: no pair shares many runs of five words."""
    alike = []
    for one, other in itertools.combinations(FILES, 2):
        both = grams(one) | grams(other)
        if both and len(grams(one) & grams(other)) / len(both) >= LIKENESS:
            alike.append((one, other))
    assert alike == []
