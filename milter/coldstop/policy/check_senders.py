"""Entries that name senders: those that can never match, and those that match too many.

A list of addresses and domains is compared letter by letter, so `*@firm.example`, `<ray@x.example>`
or `mx.example.org;` stand for nobody. What could be meant is said in the hint. In `people` and
`firms`, which earn credit, a whole free-mail provider, or a whole domain among people, is hardly
meant either; and without a trusted mail server none of these lists does anything.

Refuses nothing: these policies have always loaded. Fails: findings are warnings, never raised.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from coldstop.policy.errors import Code, PolicyError, Severity, clip
from coldstop.policy.implied import path_of
from coldstop.policy.merge import entries_of
from coldstop.policy.walk import numbered, place
from coldstop.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Origin, Policy

_CREDITS = ("people", "firms", "recognised")
"""Lists that earn credit, and only for authenticated senders."""
_SCHEME = re.compile(r"(?:mailto:|https?://(?:www\.)?)", re.IGNORECASE)
_ANYBODY = re.compile(r"[.*%?+]*[*%?][.*%?+]*@")
_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*", re.IGNORECASE)
_LOCAL = re.compile(r"""[^\s@<>()\[\]\\,;:"*%?]{1,64}""")
_SERVER = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:/[!-~]*)?")
_PROVIDERS = ("lists", "freemail.yaml")
_ENTRY = re.compile(r"\{domain: ([^,}\s]+)")
_OTHER_COUNTRIES = re.compile(r"(?:yahoo|gmx|hotmail|outlook|live|aol)\.(?:com?\.)?[a-z]{2,3}")


def meant(text: str) -> str:
    """Guess the address or domain that a text stands for; "" where none can be guessed."""
    inner = re.search(r"<([^<>]+)>", text)
    name = _SCHEME.sub("", inner[1] if inner else text.strip()).partition("/")[0].strip()
    name = _ANYBODY.sub("", name).strip(" ;,<>\"'").rstrip(".")
    name = re.sub(r"^(?:\*|\.)*\.|^@", "", name)
    local, at, domain = name.rpartition("@")
    ascii_domain = _ascii(domain)
    fits = _DOMAIN.fullmatch(ascii_domain) and (_LOCAL.fullmatch(local) if at else not local)
    return f"{local}{at}{ascii_domain}" if fits else ""


def never_matches(text: str) -> bool:
    """Say whether a text that looks like an address stands for no sender at all."""
    local, at, _ = text.rpartition("@")
    return bool(at) and ("*" in local or _ANYBODY.match(text) is not None)


def check_senders(policy: Policy) -> Iterator[PolicyError]:
    """Find what in lists of senders, and in the names of own servers, is hardly meant."""
    for number, one in numbered(("trust", "authserv"), _ids(policy)):
        if not _SERVER.fullmatch(one):
            guess = meant(one)
            hint = f"write {guess}" if guess else "write the first word of that field"
            yield _warning(
                Code.NEVER_MATCHES,
                place(policy, number),
                f"no server writes '{clip(one)}' into Authentication-Results",
                hint,
            )
    for name in ("people", "firms"):
        for entry, here in _entries(policy, name):
            yield from _too_wide(name, entry, here)
    if not _ids(policy):
        yield from _nobody_known(policy)


def _ids(policy: Policy) -> tuple[str, ...]:
    return policy.trust.authserv


def _entries(policy: Policy, name: str) -> Iterator[tuple[str, Origin]]:
    stands = path_of(policy.lists, name) or ("lists", name)
    for entry in policy.known_lists.get(name, ()):
        yield entry, place(policy, (*stands, entry))


def _too_wide(name: str, entry: str, here: Origin) -> Iterator[PolicyError]:
    domain = entry.lstrip("@").rstrip(".").lower()
    if "@" in domain or "." not in domain:
        return
    if domain in _free_mail() or _OTHER_COUNTRIES.fullmatch(domain):
        yield _warning(
            Code.TOO_WIDE,
            here,
            f"anybody can have an address at '{clip(domain)}', and all of them would be known",
            f"write the addresses that you know: jane@{clip(domain)}",
        )
    elif name == "people":
        yield _warning(
            Code.TOO_WIDE,
            here,
            f"'{clip(entry)}' is a whole domain: everybody there would be a person whom you know",
            f"write addresses here, or put {clip(domain)} into firms",
        )
    elif entry.startswith("@"):
        yield _warning(
            Code.TOO_WIDE, here, f"'{clip(entry)}' is read as a domain", f"write {clip(domain)}"
        )


def _nobody_known(policy: Policy) -> Iterator[PolicyError]:
    """Say once a list that it earns nobody anything, at the list's own place."""
    lists = policy.main.tree.get("lists")
    for name, (key, _) in entries_of(lists).items():
        if name in _CREDITS and policy.lists.get(name):
            yield PolicyError(
                Code.NO_TRUST,
                key.file,
                key.line,
                key.column,
                f"nobody in '{name}' is ever known: the policy trusts no mail server",
                "write trust: {authserv: ...} with the name of your own server; "
                "coldstop trust FILE finds it in a mail that you received",
                Severity.WARNING,
            )


@cache
def _free_mail() -> frozenset[str]:
    """Domains of free-mail providers, as shipped."""
    text = shipped("policies", *_PROVIDERS).read_text("utf-8")
    return frozenset(_ENTRY.findall(text))


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return ""


def _warning(code: Code, here: Origin, message: str, hint: str) -> PolicyError:
    return PolicyError(code, here.file, here.line, here.column, message, hint, Severity.WARNING)
