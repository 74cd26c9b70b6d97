"""What Postfix's own settings say about the milter's configuration (`coldstop milter --check`).

Asks `postconf`, where there is one; the daemon itself never runs a program (H21). Every remark is
one sentence about what would happen, and what to write. Nothing is raised: where Postfix cannot be
asked there is nothing to say.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from coldstop.daemon.config import Config, Filing, Headers, Mode
from coldstop.daemon.listener import InetSocket, UnixSocket, parse
from coldstop.daemon.networks import read_network
from coldstop.policy.recipient import ascii_domain, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldstop.daemon.networks import Network

_NAMES: Final = (
    "content_filter",
    "mydestination",
    "mynetworks",
    "non_smtpd_milters",
    "propagate_unmatched_extensions",
    "recipient_delimiter",
    "smtpd_discard_ehlo_keyword_address_maps",
    "smtpd_discard_ehlo_keywords",
    "smtpd_milters",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
)
_SECONDS: Final = 10
_FETCHERS: Final = ("fetchmail", "getmail", "mpop")
_SHOWN: Final = 5
_WORDS: Final = re.compile(r"[\s,]+")


def remarks(config: Config) -> tuple[str, ...]:
    """Give what an operator should know; empty where there is no Postfix to ask."""
    settings = _settings()
    if not settings:
        return ()
    return tuple(_all(config, settings, _services()))


def _all(config: Config, postfix: Mapping[str, str], services: str) -> Iterator[str]:
    yield from _about_networks(config, postfix, services)
    yield from _about_programs(config, postfix)
    yield from _about_reports(config, postfix)
    yield from _about_domains(config, postfix)
    yield from _about_local_domains(config, postfix)
    if config.filing is Filing.SUBADDRESS:
        yield from _about_subaddresses(config, postfix)


def _ask(*words: str) -> str:
    program = shutil.which("postconf") or shutil.which("postconf", path="/usr/sbin")
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [program, *words], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout


def _settings() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _ask("-x", *_NAMES).splitlines():
        name, equals, value = line.partition("=")
        if equals:
            found[name.strip()] = value.strip()
    return found


def _services() -> str:
    """Give master.cf, where a filter may stand, too."""
    return _ask("-M") + _ask("-P")


def _about_networks(config: Config, postfix: Mapping[str, str], services: str) -> Iterator[str]:
    back = _comes_back(postfix, services)
    trusted, unread = _networks(postfix.get("mynetworks", ""))
    if not config.own_networks:
        safe = [network for network in trusted if not (back and network.is_loopback)]
        if safe:
            shown = ", ".join(map(str, safe))
            tables = f" ({', '.join(unread)} cannot be read here)" if unread else ""
            careful = (
                "; without loopback if anything hands strangers' mail over from there"
                if any(map(_has_loopback, safe))
                else ""
            )
            yield (
                f"own_networks is not set, so mail of your own hosts is judged; Postfix's"
                f" mynetworks would be: own_networks: [{shown}]{tables}{careful}"
            )
    if back and (not config.own_networks or any(map(_has_loopback, config.own_networks))):
        named = "is in own_networks" if config.own_networks else "must stay out of own_networks"
        yield (
            f"loopback {named}, and {back}: mail of strangers comes to the milter from"
            f" 127.0.0.1 and would all pass unjudged"
        )


def _has_loopback(network: Network) -> bool:
    kind = "127.0.0.1" if network.version == 4 else "::1"
    return ipaddress.ip_address(kind) in network


def _comes_back(postfix: Mapping[str, str], services: str) -> str:
    """Say by what mail of strangers comes from loopback, "" if by nothing that can be seen."""
    if postfix.get("content_filter"):
        return f"content_filter = {postfix['content_filter']} hands mail back from there"
    found = re.search(r"(content_filter|smtpd_proxy_filter)\s*=\s*(\S+)", services)
    if found:
        return f"{found[1]}={found[2]} in master.cf hands mail back from there"
    for program in _FETCHERS:
        if shutil.which(program):
            return f"{program} is installed and hands mail over from there"
    return ""


def _networks(text: str) -> tuple[list[Network], list[str]]:
    found: list[Network] = []
    unread: list[str] = []
    for word in filter(None, _WORDS.split(text)):
        try:
            network = read_network(word, strict=False)
        except ValueError:
            unread.append(word)
            continue
        if network.prefixlen and network not in found:
            found.append(network)
    return found, unread


def _about_programs(config: Config, postfix: Mapping[str, str]) -> Iterator[str]:
    address = parse(config.socket)
    match address:
        case UnixSocket(path):
            ours = path.rpartition("/")[2]
        case InetSocket():
            ours = f":{address.port}"
        case _:
            ours = ""
    others = postfix.get("non_smtpd_milters", "")
    if ours and ours in others:
        yield (
            "non_smtpd_milters names coldstop: mail of programs on this host passes it unjudged;"
            " leave it out there"
        )


def _about_reports(config: Config, postfix: Mapping[str, str]) -> Iterator[str]:
    words = _WORDS.split(postfix.get("smtpd_discard_ehlo_keywords", "").lower())
    if "dsn" in words or postfix.get("smtpd_discard_ehlo_keyword_address_maps"):
        return
    if config.mode is Mode.OBSERVE and config.headers is Headers.VERDICT:
        return
    what = "the score" if config.headers is Headers.FULL else "the verdict"
    yield (
        f"a sender who asks for a success report (NOTIFY=SUCCESS RET=HDRS) reads {what} in it:"
        f" set smtpd_discard_ehlo_keyword_address_maps as in deploy/postfix/main.cf"
        + ("" if config.headers is Headers.VERDICT else ", or headers: verdict here")
    )


def _about_domains(config: Config, postfix: Mapping[str, str]) -> Iterator[str]:
    if not config.own_domains:
        return
    names = ("mydestination", "virtual_mailbox_domains", "virtual_alias_domains")
    here = [word for name in names for word in _WORDS.split(postfix.get(name, ""))]
    missing = [
        word
        for word in dict.fromkeys(map(ascii_domain, here))
        if re.fullmatch(r"[a-z0-9.-]+", word)
        and word.partition(".")[0] != "localhost"
        and not config.owns(word)
    ]
    if missing:
        shown = ", ".join(missing[:_SHOWN]) + (", ..." if len(missing) > _SHOWN else "")
        yield (
            f"Postfix delivers mail for {shown} here, and it is not judged: add it to own_domains,"
            f" or to domain_aliases if its mailboxes are those of another domain"
        )


def _about_local_domains(config: Config, postfix: Mapping[str, str]) -> Iterator[str]:
    """All of mydestination has the same mailboxes, so a sender could choose the policy by it."""
    words = map(ascii_domain, _WORDS.split(postfix.get("mydestination", "")))
    local = [word for word in dict.fromkeys(words) if re.fullmatch(r"[a-z0-9.-]+", word)]
    named = {*config.domains, *(canonical(box).domain for box in config.mailboxes)}
    targets = [word for word in local if word in named]
    others = [word for word in local if word not in named and word not in config.domain_aliases]
    if targets and others:
        lines = ", ".join(f"{word}: {targets[0]}" for word in others[:_SHOWN])
        yield (
            f"Postfix delivers {others[0]} into the mailboxes of {targets[0]}, by another policy:"
            f" write domain_aliases: {{{lines}}}"
        )


def _about_subaddresses(config: Config, postfix: Mapping[str, str]) -> Iterator[str]:
    marks = postfix.get("recipient_delimiter", "")
    if config.recipient_delimiter[0] not in marks:
        yield (
            f"filing: subaddress writes user{config.recipient_delimiter[0]}Folder@, but Postfix's"
            f" recipient_delimiter is {marks or 'empty'}: such mail would bounce"
        )
    if set(marks) != set(config.recipient_delimiter) and config.recipient_delimiter[0] in marks:
        yield (
            f"Postfix's recipient_delimiter is {marks}, ours {config.recipient_delimiter}:"
            f" write recipient_delimiter: {marks!r}"
        )
    spread = set(_WORDS.split(postfix.get("propagate_unmatched_extensions", "")))
    if spread & {"virtual", "alias", "canonical"} and not config.rewrite.only:
        yield (
            "an alias that forwards elsewhere takes the folder with it, and bounces:"
            " set propagate_unmatched_extensions = (empty) in Postfix, or name the mailboxes here"
            " under rewrite: {only: [...]}"
        )
