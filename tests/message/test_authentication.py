"""Authentication-Results: ours are believed, forgeries are not."""

from __future__ import annotations

import pytest

from coldstop.message.authentication import Trusted, aligned, authenticated_domain
from coldstop.message.limits import LIMITS
from coldstop.message.reader import read
from coldstop.message.results import Result, parse_results
from support.authresults import FRIEND, ID, SPELLINGS, Spelling
from support.forgeries import FIRM, forgeries

_ID = "mx.reader.example"
_OURS = Trusted().and_also(["mx.reader.example", "MX2.reader.example"])


def vouched(head: str, *, own_hops: int = 1) -> str:
    """What the header is vouched for."""
    return authenticated_domain(read(head.encode() + b"\n\nx\n"), _OURS, own_hops=own_hops)


_AR = f"Authentication-Results: {_ID};"
_FROM = "From: Bob <bob@firm.example>"

_TRUSTED = [
    f"{_AR} dmarc=pass (p=none dis=none) header.from=firm.example",
    f"{_AR} dmarc=pass header.from=Firm.Example.",
    f"Authentication-Results: {_ID.upper()} 1; dmarc=pass header.from=firm.example",
    "Authentication-Results: mx2.reader.example; dmarc=pass header.from=firm.example",
    f'Authentication-Results: "{_ID}"; dmarc=pass header.from="firm.example"',
    f"Authentication-Results: (c) {_ID} (d) 1 (e); dmarc/1 = pass (x;y) header.from = firm.example",
    f"{_AR}\n\tdkim=pass (2048-bit key) header.d=firm.example header.i=@firm.example",
    f"{_AR} dkim=pass header.i=@mail.firm.example header.s=s1 header.b=ab+/=",
    f"{_AR} dkim=fail header.d=x.example; dkim=pass header.d=firm.example",
    f"{_AR} spf=pass smtp.mailfrom=bounce@m.firm.example",
    f"{_AR} spf=pass smtp.mailfrom=prvs=0123=bob@firm.example",
    f"{_AR} spf=pass smtp.mailfrom=firm.example",
    f'{_AR} spf=pass reason="good; really" smtp.mailfrom=firm.example',
    f"{_AR} dmarc=none header.from=firm.example; dkim=pass header.d=firm.example;",
    f"Received: by us\n{_AR} dmarc=pass header.from=firm.example\nReceived: b",
    f"Authentication-Results: o.example; dmarc=fail\n{_AR} dmarc=pass header.from=firm.example",
    f"AUTHENTICATION-RESULTS: {_ID}; x-new=odd policy.x=y; dmarc=pass header.from=firm.example",
    f'{_AR} dmarc=pass (a "quoted" comment) header.from=firm.example',
]


@pytest.mark.parametrize("field", _TRUSTED)
def test_our_own_results_are_believed(field: str) -> None:
    """A pass by our own server for the From domain gives that domain."""
    assert vouched(f"{field}\n{_FROM}") == "firm.example"


_VOUCH = "dmarc=pass header.from=firm.example"

_FORGED = {
    "nothing": _FROM,
    "foreign-id": f"Authentication-Results: mx.evil.example; {_VOUCH}\n{_FROM}",
    "id-is-suffix": f"Authentication-Results: a.{_ID}; {_VOUCH}\n{_FROM}",
    "id-is-prefix": f"Authentication-Results: {_ID}.evil.example; {_VOUCH}\n{_FROM}",
    "id-in-comment": f"Authentication-Results: ({_ID}) evil.example; {_VOUCH}\n{_FROM}",
    "id-in-comment-only": f"Authentication-Results: ({_ID}); {_VOUCH}\n{_FROM}",
    "no-id": f"Authentication-Results: {_VOUCH}\n{_FROM}",
    "two-ids": f"Authentication-Results: evil.example {_ID}; {_VOUCH}\n{_FROM}",
    "empty": f"Authentication-Results:\n{_FROM}",
    "below-ours": f"{_AR} none\n{_AR} {_VOUCH}\n{_FROM}",
    "below-our-dkim": f"{_AR} dkim=none\n{_AR} {_VOUCH}\n{_FROM}",
    "below-our-broken-one": f"{_AR} dkim=none (open\n{_AR} {_VOUCH}\n{_FROM}",
    "below-the-border": f"Received: by us\nReceived: by them\n{_AR} {_VOUCH}\n{_FROM}",
    "pass-in-comment": f"{_AR} dmarc=fail (x; {_VOUCH})\n{_FROM}",
    "pass-in-nested-comment": f"{_AR} none (a (b) ; {_VOUCH} )\n{_FROM}",
    "pass-in-quotes": f'{_AR} spf=fail reason="; {_VOUCH}"\n{_FROM}',
    "quote-closed-by-value": f'{_AR} spf=fail reason="a\\"; {_VOUCH}"\n{_FROM}',
    "lone-quote-in-comment": f'{_AR} {_VOUCH} (a "comment)\n{_FROM}',
    "comment-joins-words": f"{_AR} dmarc=pass()header.from=firm.example\n{_FROM}",
    "comment-clings-to-value": f"{_AR} dkim=pass header.d=firm.example(.evil.example s=k)\n{_FROM}",
    "bare-cr": f"{_AR} dmarc=pass\rheader.from=firm.example\n{_FROM}",
    "dkim-d-twice": f"{_AR} dkim=pass header.d=evil.example header.d=evil.example "
    f"header.i=@firm.example\n{_FROM}",
    "dkim-d-empty": f'{_AR} dkim=pass header.d="" header.i=@firm.example\n{_FROM}',
    "dkim-i-not-below-d": f"{_AR} dkim=pass header.d=firm.example header.i=@evil.example\n{_FROM}",
    "dmarc-hardfail": f"{_AR} dmarc=hardfail header.from=firm.example; "
    f"dkim=pass header.d=firm.example\n{_FROM}",
    "spf-twice": f"{_AR} spf=pass smtp.mailfrom=a@firm.example; "
    f"spf=fail smtp.mailfrom=e@evil.example\n{_FROM}",
    "dmarc-within-dkim": f"{_AR} dkim=pass header.d=evil.example header.i=x; {_VOUCH}; dkim=pass "
    f"header.i=x@evil.example header.a=rsa-sha256\n{_FROM}",
    "dkim-within-identity": f"{_AR} dkim=pass (2048-bit key; unprotected) header.d=evil.example "
    "header.i=@evil.example header.s=k; dkim=pass (2048-bit key; unprotected) header.d=firm.example"
    "; dkim=fail header.d=x.example header.i=x@evil.example header.a=rsa-sha256 header.s=k"
    f"\n{_FROM}",
    "dmarc-within-identity": f"{_AR} dkim=pass header.d=evil.example header.i=@evil.example; "
    f"{_VOUCH}; x-y=pass policy.x=y@evil.example header.a=rsa-sha256 header.s=k\n{_FROM}",
    "unclosed-comment": f"{_AR} {_VOUCH} (\n{_FROM}",
    "unclosed-quote": f'{_AR} {_VOUCH}; x="\n{_FROM}',
    "stray-parenthesis": f"{_AR} spf=none x) ; {_VOUCH}\n{_FROM}",
    "junk-before": f"{_AR} spf=none who knows; {_VOUCH}\n{_FROM}",
    "blank-in-value": f"{_AR} spf=fail smtp.mailfrom=a b@x; {_VOUCH}\n{_FROM}",
    "backslash": f"{_AR} spf=none \\; {_VOUCH}\n{_FROM}",
    "encoded-word": f"{_AR} spf=none smtp.mailfrom="
    f"=?utf-8?q?x=3B_dmarc=3Dpass_header=2Efrom=3Dfirm=2Eexample?=\n{_FROM}",
    "future-version": f"Authentication-Results: {_ID} 2; {_VOUCH}\n{_FROM}",
    "future-method": f"{_AR} dmarc/2=pass header.from=firm.example\n{_FROM}",
    "dmarc-fail": f"{_AR} dmarc=fail header.from=firm.example; "
    f"dkim=pass header.d=firm.example\n{_FROM}",
    "dmarc-twice": f"{_AR} {_VOUCH}; dmarc=fail header.from=firm.example\n{_FROM}",
    "dmarc-of-another": f"{_AR} dmarc=pass header.from=evil.example\n{_FROM}",
    "dmarc-without-domain": f"{_AR} dmarc=pass\n{_FROM}",
    "dmarc-two-domains": f"{_AR} {_VOUCH} header.from=evil.example\n{_FROM}",
    "dmarc-bestguess": f"{_AR} dmarc=bestguesspass header.from=firm.example\n{_FROM}",
    "dkim-of-another": f"{_AR} dkim=pass header.d=evil.example\n{_FROM}",
    "dkim-lookalike": f"{_AR} dkim=pass header.d=notfirm.example\n{_FROM}",
    "dkim-two-domains": f"{_AR} dkim=pass header.d=firm.example header.d=evil.example\n{_FROM}",
    "dkim-top-level": f"{_AR} dkim=pass header.d=example\n{_FROM}",
    "dkim-odd-domain": f'{_AR} dkim=pass header.d="x firm.example"\n{_FROM}',
    "dkim-i-local-part": f"{_AR} dkim=pass header.i=firm.example@evil.example\n{_FROM}",
    "spf-helo": f"{_AR} spf=pass smtp.helo=firm.example\n{_FROM}",
    "spf-of-another": f"{_AR} spf=pass smtp.mailfrom=a@evil.example\n{_FROM}",
    "spf-local-part": f'{_AR} spf=pass smtp.mailfrom="a@firm.example"@evil.example\n{_FROM}',
    "spf-softfail": f"{_AR} spf=softfail smtp.mailfrom=firm.example\n{_FROM}",
    "arc": f"{_AR} arc=pass header.from=firm.example\n{_FROM}",
    "arc-field": f"ARC-Authentication-Results: i=1; {_ID}; {_VOUCH}\n{_FROM}",
    "x-field": f"X-Authentication-Results: {_ID}; {_VOUCH}\n{_FROM}",
    "two-from-fields": f"{_AR} {_VOUCH}\n{_FROM}\n{_FROM}",
    "two-from-fields-one-spaced": f"{_AR} {_VOUCH}\nFrom : evil@evil.example\n{_FROM}",
    "two-from-addresses": f"{_AR} {_VOUCH}\nFrom: bob@firm.example, evil@evil.example",
    "two-angles": f"{_AR} {_VOUCH}\nFrom: <bob@firm.example> <evil@evil.example>",
    "bare-and-bare": f"{_AR} {_VOUCH}\nFrom: bob@firm.example e@evil.example",
    "address-in-display": f"{_AR} {_VOUCH}\nFrom: bob@firm.example <evil@evil.example>",
    "address-in-quoted-display": f'{_AR} {_VOUCH}\nFrom: "bob@firm.example" <evil@evil.example>',
    "address-in-encoded-display": f"{_AR} {_VOUCH}\n"
    "From: =?utf-8?q?bob=40firm=2Eexample=3E?= <evil@evil.example>",
    "address-in-comment": f"{_AR} {_VOUCH}\nFrom: evil@evil.example (bob@firm.example)",
    "route": f"{_AR} {_VOUCH}\nFrom: <@firm.example:evil@evil.example>",
    "two-ats": f"{_AR} {_VOUCH}\nFrom: <bob@firm.example@evil.example>",
    "broken-from": f"{_AR} {_VOUCH}\nFrom: <bob@firm.example",
    "nul-in-from": f"{_AR} {_VOUCH}\nFrom: bob@firm.example\0.evil.example",
    "no-from": f"{_AR} {_VOUCH}\nSender: bob@firm.example",
    "no-address": f"{_AR} {_VOUCH}\nFrom: undisclosed:;",
    "literal": f"{_AR} dmarc=pass header.from=[192.0.2.1]\nFrom: bob@[192.0.2.1]",
    "from-cut-off": f"{_AR} {_VOUCH}\n{_FROM}\n"
    + "X: y\n" * LIMITS.header_fields
    + "From: evil@evil.example",
    "too-long": f"{_AR} {_VOUCH}; " + "x=y; " * LIMITS.results_bytes + f"\n{_FROM}",
}


@pytest.mark.parametrize("name", sorted(_FORGED))
def test_forgeries_are_not_believed(name: str) -> None:
    """No forgery earns trust in either chain length, and none hides what ours would say above."""
    assert vouched(_FORGED[name]) in ("", "evil.example")
    assert vouched(_FORGED[name]) != "firm.example"
    assert vouched(_FORGED[name], own_hops=0) != "firm.example"


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda one: one.software)
def test_everyday_fields_are_read(spelling: Spelling) -> None:
    """What known software writes about a friend is read; several fields only where it may be."""
    head = "".join(f"Authentication-Results: {one}\n" for one in spelling.fields)
    message = read(f"{head}From: Kim <kim@{FRIEND}>\n\nx\n".encode())
    alone = Trusted(frozenset({ID}))
    together = Trusted(frozenset({ID}), together=True, fields=3)
    assert authenticated_domain(message, alone) == ("" if spelling.together else FRIEND)
    assert authenticated_domain(message, together) == FRIEND


def test_there_are_enough_spellings() -> None:
    """The table covers what people run."""
    assert len(SPELLINGS) >= 50


@pytest.mark.parametrize("trusted", [Trusted(frozenset({ID})), Trusted(frozenset({ID}), True, 3)])
def test_encoded_words_earn_nothing(trusted: Trusted) -> None:
    """Whatever a sender encodes into what servers repeat of him, nobody vouches for his From."""
    for fields in forgeries(4_000, seed=5):
        head = "".join(f"Authentication-Results: {one}\n" for one in fields)
        message = read(f"{head}From: Bob <bob@{FIRM}>\n\nx\n".encode())
        assert not authenticated_domain(message, trusted), head


_PASS = f"dmarc=pass header.from={FRIEND}"


@pytest.mark.parametrize(
    "value",
    [
        f"mx.home.exam\N{KELVIN SIGN}le; {_PASS}",
        f"\N{NO-BREAK SPACE}{ID}; {_PASS}",
        f"{ID}\N{IDEOGRAPHIC SPACE}; {_PASS}",
        f"\x0b{ID}; {_PASS}",
        f'"mx\\.home.example"; {_PASS}',
        f'"{ID} "; {_PASS}',
        f"{ID}/; {_PASS}",
        f"{ID}/4Zb.x; {_PASS}",
        f"{ID}@x; {_PASS}",
        f"x/{ID}; {_PASS}",
        f"\N{KELVIN SIGN}.farm.example; {_PASS}",
        f".farm.example; {_PASS}",
        f"*.farm.example; {_PASS}",
        f"a@b.farm.example; {_PASS}",
        f'"x y;z .farm.example"; {_PASS}',
        f"{ID}\N{NO-BREAK SPACE}1; {_PASS}",
        f"{ID} \N{ARABIC-INDIC DIGIT ONE}; {_PASS}",
        f"{ID}; dmarc=pass\N{NO-BREAK SPACE}header.from={FRIEND}",
        f"{ID}; dmarc=pass\x0cheader.from={FRIEND}",
        f"{ID}; dmarc=pass header.from=friend.exam\N{LATIN SMALL LETTER LONG S}ple",
        f"farm.example; {_PASS}",
        f"x.notfarm.example; {_PASS}",
        f"*.farm.example.evil.example; {_PASS}",
    ],
)
def test_only_what_the_standard_allows_is_our_id(value: str) -> None:
    """Look-alikes of letters and blanks, escapes and neighbours of our ids are not ours."""
    trusted = Trusted().and_also([ID, "*.farm.example"])
    raw = f"Authentication-Results: {value}\nFrom: Kim <kim@{FRIEND}>\n\nx\n".encode()
    assert authenticated_domain(read(raw), trusted) == ""


@pytest.mark.parametrize("server", ["mx1.farm.example", "a.b.FARM.example", "x.farm.example/1aB"])
def test_a_farm_is_any_of_its_hosts(server: str) -> None:
    """`*.farm.example` is every host below it."""
    raw = f"Authentication-Results: {server}; {_PASS}\nFrom: Kim <kim@{FRIEND}>\n\nx\n".encode()
    assert authenticated_domain(read(raw), Trusted().and_also(["*.farm.example"])) == FRIEND


_SEVERAL = Trusted(frozenset({ID}), together=True, fields=3)
_DKIM = f"Authentication-Results: {ID}; dkim=pass header.d={FRIEND}\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f"Authentication-Results: {ID}; dmarc=none\n{_DKIM}", FRIEND),
        (f"{_DKIM}Authentication-Results: {ID}; dmarc=fail header.from={FRIEND}\n", ""),
        (f"{_DKIM}Authentication-Results: {ID}; spf=none x\n", ""),
        (f"{_DKIM}Authentication-Results: {ID}; dkim=pass header.d==?utf-8?q?x?=\n", ""),
        (f"{_DKIM}Authentication-Results: other.example; dmarc=fail\n", FRIEND),
        (f"Authentication-Results: {ID}; spf=none\n" * 3 + _DKIM, ""),
        (f"Authentication-Results: {ID}; none\nReceived: a\nReceived: b\n{_DKIM}", ""),
    ],
)
def test_several_fields_of_ours(head: str, expected: str) -> None:
    """Where the border removes foreign fields ours are one, and one in doubt is doubt about all."""
    raw = f"{head}From: Kim <kim@{FRIEND}>\n\nx\n".encode()
    assert authenticated_domain(read(raw), _SEVERAL, own_hops=1) == expected


def test_there_are_enough_forgeries() -> None:
    """The list stays as long as it was."""
    assert len(_FORGED) >= 55


def test_only_above_the_border() -> None:
    """How many Received fields are ours decides how far results are believed."""
    head = f"Received: a\n{_AR} {_VOUCH}\nReceived: b\n{_FROM}"
    assert vouched(head) == "firm.example"
    assert vouched(head, own_hops=0) == ""
    assert vouched(f"Received: lmtp\n{head}") == ""
    assert vouched(f"Received: lmtp\n{head}", own_hops=2) == "firm.example"


def test_results_limits() -> None:
    """Fields beyond the count are not read; one up to the length is, a longer one is not."""
    noise = "Authentication-Results: x.example; none\n"
    ours = f"{_AR} {_VOUCH}\n{_FROM}"
    assert vouched(noise * (LIMITS.results_fields - 1) + ours) == "firm.example"
    assert vouched(noise * LIMITS.results_fields + ours) == ""
    field = f"{_ID}; {_VOUCH}; x="
    fits = field + "y" * (LIMITS.results_bytes - len(field))
    assert vouched(f"Authentication-Results: {fits}\n{_FROM}") == "firm.example"
    assert vouched(f"Authentication-Results: {fits}y\n{_FROM}") == ""


def test_results_are_taken_apart() -> None:
    """Methods, versions, reasons, properties and the form without results."""
    assert parse_results(b"a.example; none") == ("a.example", (), True)
    assert parse_results(b"a.example") == ("a.example", (), True)
    assert parse_results(b'A.Example 1; DKIM/1=Pass (ok) reason="a b" header.D=X.example') == (
        "a.example",
        (Result("dkim", "pass", (("reason", "a b"), ("header.d", "X.example"))),),
        True,
    )
    assert parse_results(b"") == ("", (), False)
    assert parse_results(b"\xff(") == ("\xff", (), False)


@pytest.mark.parametrize(
    ("signer", "domain", "expected"),
    [
        ("firm.example", "firm.example", True),
        ("mail.firm.example", "firm.example", True),
        ("firm.example", "mail.firm.example", True),
        ("a.firm.example", "b.firm.example", False),
        ("example", "firm.example", False),
        ("firm.example", "example", False),
        ("irm.example", "firm.example", False),
        ("", "firm.example", False),
    ],
)
def test_alignment(signer: str, domain: str, *, expected: bool) -> None:
    """Equal, or one below the other, with two labels at least."""
    assert aligned(signer, domain) is expected
