"""What would be dangerous about a proposal, and what to do where there is none; texts are data."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

PUBLIC: Final = ("google.com", "yahoo.com", "outlook.com", "protonmail.ch", "icloud.com")
_DEFAULTS: Final = frozenset(("localhost.localdomain", "example.com", "domain.com"))


class Danger(StrEnum):
    """What would be dangerous, as `--json` names it."""

    FEW_MAILS = "few-mails"
    FORGED = "id-below-entry"
    WELL_KNOWN = "well-known-id"
    PROVIDER = "provider-id"
    FARM = "farm"
    GAPS = "mail-without-results"
    SEVERAL = "several-fields"
    HIDDEN = "addresses-hidden"
    NO_RECEIVED = "no-received"


TEXTS: Final = {
    Danger.FEW_MAILS: "{mails} proves little: show it some dozens.",
    Danger.FORGED: (
        "{id} also stands below that hop, in {mails}: somebody writes your id into his mail, or "
        "your mail came back through others. Your border does not remove it: never write "
        "foreign: removed as it is."
    ),
    Danger.WELL_KNOWN: (
        "{id} is a name that anybody would try. Give your software the name of your mail server "
        "(AuthservID) and trust that."
    ),
    Danger.PROVIDER: (
        "{id} is the name of a big provider: mail that others forward from there carries it, too. "
        "Trust it only where the mailbox there is yours."
    ),
    Danger.FARM: (
        "{id} trusts whoever writes results under that domain: it must be your provider's alone."
    ),
    Danger.GAPS: (
        "{mails} has no field of yours on top: there a field that the sender wrote would be the "
        "topmost. Let your software write results into every mail, or have the border remove "
        "all such fields from outside."
    ),
    Danger.SEVERAL: (
        "Your results stand in {fields} fields. coldstop reads the topmost alone, unless you say "
        "that your border removes every such field from outside (foreign: removed). Say it only "
        "where it is so: otherwise a second field may be the sender's."
    ),
    Danger.HIDDEN: (
        "Your server sees an address of the inside for mail from outside: a proxy or NAT before it "
        "hides the client. SPF means nothing then, and nobody can tell where your hops end."
    ),
    Danger.NO_RECEIVED: ("{mails} has no Received at all: nothing shows where your servers begin."),
}

NOT_RECEIVED: Final = (
    "No mail has a Received field: these are no received mails, or something took the fields away. "
    "Take files from the inbox as they were delivered."
)
NO_ID: Final = (
    "Microsoft 365 writes its results without an id, so a forged field looks the same: there is "
    "nothing that trust could name. Have a server of yours behind it check again (OpenDKIM and "
    "OpenDMARC, or rspamd), and trust that one."
)
NOT_OURS: Final = (
    "Results are there, but none that your own server must have written: {names}. They are other "
    "people's, or there are too few mails to tell."
)
NO_FIELDS: Final = "No mail has an Authentication-Results field: your server writes none."
SETUP: Final = (
    "OpenDKIM: AuthservID mx.home.example, Mode sv (or v), AlwaysAddARHeader yes.",
    "OpenDMARC, after OpenDKIM in smtpd_milters: AuthservID mx.home.example.",
    'rspamd, in local.d/milter_headers.conf: use = ["authentication-results"];',
    "Then show this command mail that came in afterwards. docs/trust.md says more.",
)
SEVERAL_NEEDS: Final = "How to have the border remove foreign fields: docs/trust.md."


def about(code: Danger, mails: int = 0, **words: object) -> tuple[Danger, str]:
    """Put counts and names into a text."""
    text = TEXTS[code].format(mails=count_of(mails), **words)
    if mails != 1:
        text = text.replace(f"{mails} mails has", f"{mails} mails have")
        text = text.replace(f"{mails} mails proves", f"{mails} mails prove")
    return code, text


def of_name(one: str) -> list[tuple[Danger, str]]:
    """Say what is dangerous about an id by its name alone."""
    if "." not in one or one in _DEFAULTS:
        return [about(Danger.WELL_KNOWN, id=one)]
    if any(one == name or one.endswith("." + name) for name in PUBLIC):
        return [about(Danger.PROVIDER, id=one)]
    return []


def of_farms(authserv: Collection[str]) -> list[tuple[Danger, str]]:
    """Say what is dangerous about `*.domain`."""
    return [about(Danger.FARM, id=one) for one in authserv if one.startswith("*.")]


def count_of(mails: int) -> str:
    """Count mails in words."""
    return "1 mail" if mails == 1 else f"{mails} mails"
