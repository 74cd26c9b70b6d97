"""Address fields: the address is found, whatever stands around it."""

from __future__ import annotations

import pytest

from coldstop.message.limits import LIMITS
from coldstop.message.model import Address, Defect, Envelope
from coldstop.message.reader import read

BOB = ("Bob", "bob@d.example")

# (raw field, [(display, spec)], broken?). Where Pigeonhole differs, all of them broken, a comment
# says what it finds.
_FIELDS: list[tuple[bytes, list[tuple[str, str]], bool]] = [
    (b"Bob <bob@d.example>", [BOB], False),
    (b"bob@d.example", [("", "bob@d.example")], False),
    (b"<bob@d.example>", [("", "bob@d.example")], False),
    (b"bob@d.example (Bob)", [BOB], False),
    (b"bob@d.example (Bob (the \\) builder))", [("Bob (the ) builder)", "bob@d.example")], False),
    (b"Bob (x) <bob@d.example>", [BOB], False),
    (b'"Bob" <BOB@D.Example>', [BOB], False),
    (b'"Jones, Bob" <bob@d.example>', [("Jones, Bob", "bob@d.example")], False),
    (b'"Bob \\"B\\" Jones" <bob@d.example>', [('Bob "B" Jones', "bob@d.example")], False),
    (b"Mr. Bob <bob@d.example>", [("Mr. Bob", "bob@d.example")], False),
    (b"Bob\n <bob@d.example>", [BOB], False),
    (b"=?utf-8?q?B=C3=B6b?= <bob@d.example>", [("Böb", "bob@d.example")], False),
    (b'"=?utf-8?q?B=C3=B6b?=" <bob@d.example>', [("Böb", "bob@d.example")], False),
    (b"=?utf-8?q?evil=40e.example=2C?= <a@x.example>", [("evil@e.example,", "a@x.example")], False),
    (b"=?utf-8?q?=3Ce=40e.example=3E?= <a@x.example>", [("<e@e.example>", "a@x.example")], False),
    (b"Team: a@x.example, b@y.example;", [("", "a@x.example"), ("", "b@y.example")], False),
    (b"Team: a@x.example;, bob@d.example", [("", "a@x.example"), ("", "bob@d.example")], False),
    (b"undisclosed-recipients:;", [], False),
    (b"<@a,@b:bob@d.example>", [("", "bob@d.example")], False),
    (b'"a b"@x.example', [("", "a b@x.example")], False),
    (b'"x, a@x.example" <b@y.example>', [("x, a@x.example", "b@y.example")], False),
    (b'"bob@d.example" <a@x.example>', [("bob@d.example", "a@x.example")], False),
    (b"a@x.example, b@y.example", [("", "a@x.example"), ("", "b@y.example")], False),
    (b"a@x.example,, b@y.example,", [("", "a@x.example"), ("", "b@y.example")], False),
    (b"bob(c)@(d)d.example", [("d", "bob@d.example")], False),
    (b"Bob <bob @ d.example>", [BOB], False),
    (b"<bob@\n d.example>", [("", "bob@d.example")], False),
    (b"bob @ d.example", [("", "bob@d.example")], False),
    (b"bob@d.example.", [("", "bob@d.example")], True),  # no address in Pigeonhole
    (b"bob@[192.0.2.1]", [("", "bob@[192.0.2.1]")], False),
    (b"bob@xn--bcher-kva.example", [("", "bob@xn--bcher-kva.example")], False),
    ("bob@bücher.example".encode(), [("", "bob@bücher.example")], True),
    (b"Bob Jones bob@d.example", [("Bob Jones", "bob@d.example")], True),  # no address
    (b"a@x.example; b@y.example", [("", "a@x.example"), ("", "b@y.example")], True),  # the first
    (b"a@x.example b@y.example", [("", "a@x.example"), ("", "b@y.example")], True),  # the first
    (b"<bob@d.example", [("", "bob@d.example")], True),  # no address
    (b"bob@d.example>", [("", "bob@d.example")], True),
    (b"<<bob@d.example>>", [("", "bob@d.example")], True),  # no address
    (b"bob@d.example <a@x.example>", [("bob@d.example", "a@x.example")], True),  # bob@d.example
    (b"Bob <bob@d.example> <a@x.example>", [BOB], True),
    (b"Bob @ Acme <bob@d.example>", [("Bob @ Acme", "bob@d.example")], True),  # Bob@Acme
    (b"[Bob] <bob@d.example>", [("[Bob]", "bob@d.example")], True),  # no address
    (b'"Bob <bob@d.example>', [BOB], True),  # no address
    (b"Bob <mailto:bob@d.example>", [BOB], True),  # no address
    (b"mailto:bob@d.example", [("", "bob@d.example")], True),
    (b"((( bob@d.example", [("", "bob@d.example")], True),  # no address
    (b"(a) b) bob@d.example", [("b)", "bob@d.example")], True),
    (b"'bob@d.example'", [("", "bob@d.example")], True),
    (b'"bob@d.example"', [("", "bob@d.example")], True),
    (b"b@y.example@x.example", [("", "b@y.example")], True),
    (b"<b@y.example@x.example>", [("", "b@y.example")], True),
    (b"<Bob Jones@d.example>", [("", "bobjones@d.example")], True),
    (b".b@y.example", [("", ".b@y.example")], True),
    (b"Bob, Jr <bob@d.example>", [("Jr", "bob@d.example")], True),
    (b"bob", [], True),
    (b"<bob>", [], True),
    (b"<>", [], False),
    (b"", [], False),
    (b'"a b" @x.example', [("", "a b@x.example")], False),
    (b'<"a b"@x.example>', [("", "a b@x.example")], False),
    (b"Bob <bob@d . example>", [BOB], False),
    (b"@", [], True),
    (b"@d.example", [], True),
    (b"bob@", [], True),
    (b"<@d.example>", [], True),
    (b"\\", [], True),
    (b'"', [], True),
    (b"(", [], True),
]


@pytest.mark.parametrize(("raw", "expected", "broken"), _FIELDS)
def test_fields(raw: bytes, expected: list[tuple[str, str]], *, broken: bool) -> None:
    """Every form of field gives the addresses written in the table."""
    message = read(b"From: " + raw + b"\n\nx\n")
    assert [(a.display, a.spec) for a in message.addresses("from")] == expected
    assert (Defect.BAD_ADDRESS in message.defects) == broken


def test_every_instance_counts() -> None:
    """The addresses of all fields of a name come together."""
    message = read(b"To: a@x.example\nto: B <B@y.Example>\n\n")
    assert message.addresses("To") == (
        Address("", "a", "x.example"),
        Address("B", "B", "y.example"),
    )


def test_address_limit() -> None:
    """A field name has at most a hundred addresses, over all its instances."""
    field = b"To: " + b"a@x.example, " * (LIMITS.addresses - 1) + b"b@x.example\n"
    message = read(field + b"\n")
    assert len(message.addresses("to")) == LIMITS.addresses
    assert message.defects == ()
    for more in (b"To: c@x.example\n", b"To: C <c@x.example>, d@x.example\n"):
        message = read(field + more + b"\n")
        assert len(message.addresses("to")) == LIMITS.addresses
        assert message.defects == (Defect.TOO_MANY_ADDRESSES,)


def test_address_field_limit() -> None:
    """A longer field is cut before it is parsed."""
    field = b"To: " + b"," * (LIMITS.address_bytes - 11) + b"a@x.example"
    assert len(read(field + b"\n\n").addresses("to")) == 1
    message = read(field[:4] + b"," + field[4:] + b"\n\n")
    assert [a.spec for a in message.addresses("to")] == ["a@x.exampl"]
    assert message.defects == (Defect.TOO_MANY_ADDRESSES,)


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ('"bob"@x.example', "bob@x.example"),
        ('"b\\ob.j"@x.example', "bob.j@x.example"),
        ('"bob j"@x.example', '"bob j"@x.example'),
        ('"bob."@x.example', '"bob."@x.example'),
        ('""@x.example', '""@x.example'),
        ('"', '"'),
        ("bob@x.example", "bob@x.example"),
        ("", ""),
    ],
)
def test_needless_quotes_of_the_envelope_sender(given: str, sender: str) -> None:
    """Quotes that change nothing vanish, as they do on hosts; those that are needed stay."""
    assert Envelope(given).sender == sender
