"""The part of a script that believes coldstop's own headers (`--behind-milter`).

Only for servers whose mail all comes through the milter: it alone removes forged headers. It acts
like `deploy/dovecot/coldstop.sieve`, and lets the script judge mail that has no verdict, or `none`
(a message that could not be judged for all of its recipients at once).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.script import (
    AddFlag,
    Block,
    Branch,
    Comparator,
    Exists,
    FileInto,
    HeaderTest,
    If,
    Match,
    Ref,
    Set,
    Stop,
    StringTest,
    Test,
    when,
)
from coldstop.sieve.simplify import every, negated

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy
    from coldstop.sieve.targets import Target

FOLDER = "folder"
JUDGED = "judged"
_VERDICT = "X-Coldstop-Verdict"
_FOLDER = "X-Coldstop-Folder"


def believed(policy: Policy, target: Target) -> Block:
    """File by the milter's headers; sets `JUDGED` where there is nothing left to do."""
    folders = policy.folders
    # The header has the host's names already: the daemon has the same two settings.
    quarantine, trash, later, filed = (
        target.folder(one) if one else ""
        for one in (folders.quarantine, folders.trash, folders.later, folders.file)
    )
    acts = If(
        (
            Branch(_is("quarantine"), (Set(FOLDER, quarantine),)),
            Branch(_is("trash"), (Set(FOLDER, trash),)),
            Branch(_is("later"), (Set(FOLDER, later),)),
        ),
        (Set(FOLDER, filed),),
    )
    named = when(HeaderTest((_FOLDER,), Match.MATCHES, ("?*",)), Set(FOLDER, (Ref("1"), Ref("2"))))
    tagged = when(_is("tag"), AddFlag(target.tag)) if target.has("imap4flags") else ()
    return (
        If(
            (
                Branch(
                    _is("file", "later", "quarantine", "trash"),
                    (
                        acts,
                        *named,
                        FileInto((Ref(FOLDER),), create=target.has("mailbox")),
                        Stop(),
                    ),
                ),
                Branch(
                    every((Exists(_VERDICT), negated(_is("none")))), (*tagged, Set(JUDGED, "yes"))
                ),
            )
        ),
    )


def unjudged() -> Test:
    """The milter has said nothing."""
    return StringTest((Ref(JUDGED),), Match.IS, "")


def _is(*words: str) -> Test:
    return HeaderTest((_VERDICT,), Match.IS, words, Comparator.OCTET)
