"""The closed sets of words that policies, judgements and scripts share."""

from __future__ import annotations

from enum import StrEnum


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
    JOB_BOARD = "job-board"
    SCAM = "scam"
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
