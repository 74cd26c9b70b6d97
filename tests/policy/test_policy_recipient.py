"""One form for every spelling of a recipient, as Postfix and Dovecot would deliver it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coldstop.policy.recipient import (
    BadAddress,
    Recipient,
    canonical,
    completed,
    read_domain,
    read_mailbox,
    unrouted,
    untagged,
)

SPELLINGS = [
    '"kim.lee"@home.example',
    "<kim.lee@home.example>",
    "<<kim.lee@home.example>>",
    '<"kim\\.lee"@home.example>',
    "<k\\im.lee@home.example>",
    "\\kim.lee@home.example",
    '"k\\im"."lee"@home.example',
    "<@one.example,@two.example:kim.lee@home.example>",
    "<@one.example:kim.lee@home.example>",
    "Kim.LEE@Home.EXAMPLE.",
    "kim.lee(at (the) \\) office)@home.example",
    "kim.lee@(\\()home.example",
    "kim.lee @ home.example",
    "kim.lee@home\\.example",
    '"kim.lee"@"home.example"',
    '"kim.lee@home.example"',
    "Kim Lee <kim.lee@home.example>",
    "team:kim.lee@home.example;",
    "kim.lee@home.example,",
    "home.example!kim.lee",
    "kim.lee%home.example",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_recipient(spelling: str) -> None:
    """Quotes, escapes, routes, names, comments, blanks, bangs and case make no difference."""
    assert canonical(spelling) == ("kim.lee", "home.example")


def test_what_is_another_mailbox_stays_another() -> None:
    """A blank inside quotes, a dot or a tag is part of the name."""
    others = ['"kim lee"@h.example', "kim..lee@h.example", "kim.lee@h.example", "kim@lee.h.example"]
    assert len({canonical(other) for other in others}) == len(others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GRÜSSE.example", "xn--grsse-lva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え\u3002テスト", "xn--r8jz45g.xn--zckzah"),
        ("\uff48ome.example", "home.example"),
        ("u\u0308ber.example", "XN--BER-GOA.example."),
    ],
)
def test_a_domain_has_one_form(one: str, other: str) -> None:
    """U-labels and A-labels are equal, composed or not; sharp s stays one (RFC 5895)."""
    assert canonical(f"kim@{one}") == canonical(f"kim@{other}")
    assert canonical(f"kim@{one}").domain.isascii()


@settings(max_examples=500)
@given(st.text(alphabet=st.characters() | st.sampled_from('@."\\<>(),:;!%+ \udcff'), max_size=40))
@example("<")
@example("a@" + "ü" * 5000)
@example('"' * 99)
@example("(" * 99)
@example("İ@İ.example")
def test_any_text_has_a_form_that_stays(text: str) -> None:
    """Nothing raises, and the form of the form is the form."""
    form = canonical(text)
    assert canonical(form.text) == form


_ATOMS = st.text(alphabet="abcXYZ019.-_'&", min_size=1, max_size=12)


@given(st.data(), _ATOMS, st.sampled_from(["home.example", "bücher.example", "h.x"]))
def test_what_is_delivered_alike_is_one_key(data: st.DataObject, local: str, domain: str) -> None:
    """Any mix of case, quotes, escapes, comments and routes gives the key of the plain address."""
    plain = canonical(f"{local}@{domain}")
    spelled = data.draw(st.sampled_from([local, local.upper(), local.swapcase()]))
    if data.draw(st.booleans()):
        spelled = "".join(
            "\\" + letter if data.draw(st.booleans()) else letter for letter in spelled
        )
    spelled = f'"{spelled}"' if data.draw(st.booleans()) else spelled
    comment = data.draw(st.sampled_from(["", "(x)", "(\\))", " "]))
    host = domain.upper() if data.draw(st.booleans()) else domain
    dot = data.draw(st.sampled_from(["", "."]))
    route = data.draw(st.sampled_from(["", "@r.example:", "@r.example,@s.example:"]))
    address = f"{route}{spelled}{comment}@{comment}{host}{dot}"
    assert canonical(address) == plain
    assert canonical(f"<{address}>") == plain


@pytest.mark.parametrize(
    ("address", "resolved", "found"),
    [
        ("kim", "kim@home.example", ("kim", "home.example")),
        ("kim%home.example@relay.example", "kim@home.example", ("kim", "home.example")),
        ("kim", "", ("kim", "")),
        # Not about this address: left over from another recipient, or an alias.
        ("kim", "bob@home.example", ("kim", "")),
        ("kim@home.example", "bob@other.example", ("kim", "home.example")),
    ],
)
def test_the_server_completes_addresses(
    address: str, resolved: str, found: tuple[str, str]
) -> None:
    """What only the server's settings say comes from its {rcpt_addr}, and nothing else does."""
    assert completed(canonical(address), resolved) == found


@pytest.mark.parametrize(
    ("address", "remembered"),
    [
        ("@one.example:Kim@Home.example", "Kim@Home.example"),
        ("Kim Lee <kim@home.example>", "kim@home.example"),
        ('team:"kim lee"@home.example;', '"kim lee"@home.example'),
        ('"kim"@home.example', ""),
        ("kim@home.example", ""),
        ("one:two", ""),
    ],
)
def test_a_route_is_not_what_the_server_remembers(address: str, remembered: str) -> None:
    """Only what Postfix would not find by its own spelling has another one."""
    assert unrouted(address) == remembered


@pytest.mark.parametrize(
    ("local", "delimiters", "name"),
    [
        ("kim+x", "+", "kim"),
        ("kim-x+y", "+-", "kim"),
        ("kim+x-y", "-+", "kim"),
        ("+kim", "+", "+kim"),
        ("kim+", "+", "kim"),
        ("kim+x", "", "kim+x"),
        ("owner-list", "-", "owner-list"),
        ("list-request", "-", "list-request"),
        ("owner-list+x", "+", "owner-list"),
    ],
)
def test_tags(local: str, delimiters: str, name: str) -> None:
    """A tag begins at the first of the delimiters, but not in list owners (split_addr)."""
    assert untagged(local, delimiters) == name


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("*.firm.example", "such as firm.example"),
        ("*@firm.example", "such as firm.example"),
        (".firm.example", "such as firm.example"),
        ("@firm.example", "write firm.example"),
        ("<firm.example>", "write firm.example"),
        ("kim@firm.example", "write firm.example"),
        ("firm..example", "home.example"),
        ("a.*.example", "no wildcards"),
        ("", "home.example"),
    ],
)
def test_domains_that_match_nothing_are_refused(text: str, instead: str) -> None:
    """An entry that no recipient can be equal to is refused with what to write."""
    with pytest.raises(BadAddress) as caught:
        read_domain(text)
    assert instead in caught.value.hint


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("*@firm.example", "under 'domains': firm.example"),
        ("@firm.example", "under 'domains': firm.example"),
        ("kim@*.firm.example", "under 'domains': firm.example"),
        ("<kim@firm.example>", "kim@firm.example"),
        ("Kim <kim@firm.example>", "kim@firm.example"),
        ("%@firm.example", "ray@home.example"),
        ("kim", "ray@home.example"),
        ("kim@", "ray@home.example"),
    ],
)
def test_mailboxes_that_match_nothing_are_refused(text: str, instead: str) -> None:
    """The same for mailboxes; a whole domain belongs under `domains`."""
    with pytest.raises(BadAddress) as caught:
        read_mailbox(text)
    assert instead in caught.value.hint


def test_good_entries_get_the_same_form_as_recipients() -> None:
    """A U-label in a map is the A-label in RCPT TO, and a quoted mailbox the plain one."""
    assert read_domain(" BÜCHER.example ") == canonical("a@xn--bcher-kva.example").domain
    assert read_mailbox('"Kim"@bücher.example') == Recipient("kim", "xn--bcher-kva.example")
