"""Commands, tests and tags against what is required, and what is required against the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldstop.sieve.lint.findings import Code, Effect, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.lint.engines import Engine
    from coldstop.sieve.lint.walk import Visit, Walk

BASE_COMMANDS: Final = frozenset(
    {"require", "if", "elsif", "else", "stop", "keep", "discard", "redirect"}
)
BASE_TESTS: Final = frozenset(
    {"address", "header", "exists", "size", "allof", "anyof", "not", "true", "false"}
)
COMMANDS: Final = {
    "fileinto": "fileinto",
    "reject": "reject",
    "ereject": "ereject",
    "vacation": "vacation",
    "set": "variables",
    "addflag": "imap4flags",
    "setflag": "imap4flags",
    "removeflag": "imap4flags",
    "include": "include",
    "return": "include",
    "global": "include",
    "addheader": "editheader",
    "deleteheader": "editheader",
    "notify": "enotify",
    "foreverypart": "foreverypart",
    "break": "foreverypart",
    "extracttext": "extracttext",
    "replace": "replace",
    "enclose": "enclose",
    "convert": "convert",
    "error": "ihave",
}
TESTS: Final = {
    "body": "body",
    "envelope": "envelope",
    "string": "variables",
    "date": "date",
    "currentdate": "date",
    "hasflag": "imap4flags",
    "ihave": "ihave",
    "duplicate": "duplicate",
    "environment": "environment",
    "mailboxexists": "mailbox",
    "mailboxidexists": "mailboxid",
    "specialuse_exists": "special-use",
    "metadata": "mboxmetadata",
    "metadataexists": "mboxmetadata",
    "servermetadata": "servermetadata",
    "servermetadataexists": "servermetadata",
    "valid_notify_method": "enotify",
    "notify_method_capability": "enotify",
    "valid_ext_list": "extlists",
    "spamtest": "spamtest",
    "virustest": "virustest",
    "convert": "convert",
}
TAGS: Final = {
    "regex": "regex",
    "count": "relational",
    "value": "relational",
    "index": "index",
    "copy": "copy",
    "create": "mailbox",
    "user": "subaddress",
    "detail": "subaddress",
    "list": "extlists",
    "fcc": "fcc",
    "mailboxid": "mailboxid",
    "specialuse": "special-use",
    "seconds": "vacation-seconds",
}
"""Tags that mean the same wherever they stand; those of one command alone are that command's."""
BUILT_IN: Final = frozenset({"comparator-i;octet", "comparator-i;ascii-casemap"})
"""Comparators that need no `require` (RFC 5228 §2.7.3)."""
_SPAMTEST: Final = frozenset({"spamtest", "spamtestplus"})
_ALTERNATIVES: Final = {
    "spamtest": _SPAMTEST,
    "foreverypart": frozenset({"foreverypart", "mime"}),
    "metadata": frozenset({"mboxmetadata"}),
}


def required(walk: Walk, engine: Engine) -> Iterator[Fault]:
    """What is used is required; what is required is known."""
    yield from _late(walk)
    yield from _unknown(walk, engine)
    told: set[str] = set()
    for visit in walk.visits:
        for extension in _needs(visit):
            accepted = _ALTERNATIVES.get(extension, frozenset({extension}))
            if extension in told or accepted & walk.required:
                continue
            told.add(extension)
            yield Fault(
                Code.NOT_REQUIRED,
                Effect.REFUSED,
                visit.call.at,
                f"{extension} is used and not required",
                f'require "{extension}";',
            )


def _late(walk: Walk) -> Iterator[Fault]:
    late = False
    for visit in walk.visits:
        if visit.call.name != "require":
            late = True
        elif late or visit.blocks:
            yield Fault(
                Code.LATE_REQUIRE,
                Effect.REFUSED,
                visit.call.at,
                "require stands behind another command (RFC 5228 §3.2)",
                "put it first",
            )


def _unknown(walk: Walk, engine: Engine) -> Iterator[Fault]:
    for visit in walk.visits:
        call = visit.call
        known = (BASE_TESTS | TESTS.keys()) if visit.is_test else (BASE_COMMANDS | COMMANDS.keys())
        vendor = any(one.startswith(("vnd.", "x-")) for one in walk.required)
        if (call.name not in known and not vendor) or call.name in engine.commands:
            yield Fault(
                Code.UNKNOWN_COMMAND,
                Effect.REFUSED,
                call.at,
                f"{call.name!a} is no {'test' if visit.is_test else 'command'} there",
            )
        if call.name != "require" or engine.extensions is None:
            continue
        for strings in call.strings:
            for item in strings.items:
                name = item.value.lower()
                if name not in engine.extensions and name not in BUILT_IN:
                    yield Fault(
                        Code.UNKNOWN_EXTENSION,
                        Effect.REFUSED,
                        item.at,
                        f"{item.value[:60]!a} is no extension of {engine.title}",
                        "such a script is refused as a whole (RFC 5228 §2.10.5)",
                    )


def _needs(visit: Visit) -> Iterator[str]:
    call = visit.call
    own = (TESTS if visit.is_test else COMMANDS).get(call.name)
    if own is not None:
        yield own
    for tag in call.tags:
        if tag in TAGS:
            yield TAGS[tag]
        elif tag == "flags" and call.name in {"keep", "fileinto"}:
            yield "imap4flags"
        elif tag == "last" and call.name in {"header", "address", "date", "exists"}:
            yield "index"
    comparator = call.word_of("comparator").lower()
    if comparator and f"comparator-{comparator}" not in BUILT_IN:
        yield f"comparator-{comparator}"
