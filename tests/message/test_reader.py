"""The reader's promises on ordinary and on broken structure."""

from __future__ import annotations

import base64

import pytest

from coldstop.message.limits import LIMITS
from coldstop.message.model import Defect, Envelope, Header, Message, Part
from coldstop.message.reader import read, read_fields

_HEAD = b"From: a@b.example\nMIME-Version: 1.0\n"


def texts(message: Message) -> list[tuple[str, str]]:
    """Kind and stripped text of every part that holds anything."""
    return [(p.kind[5:], p.text.decode().strip()) for p in message.parts if p.text.strip()]


def multipart(boundary: str, body: str, kind: str = "mixed") -> bytes:
    """A multipart message with the given body."""
    return _HEAD + f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{body}'.encode()


def test_a_message_keeps_its_fields_in_order_and_its_size() -> None:
    """Fields come in order with lower-case names and raw folded values."""
    raw = b"Received: one\r\n\ttwo\r\nFROM: a@b.example\r\nfrom: c@d.example\r\n\r\nhello\r\n"
    message = read(raw)
    assert message.headers == (
        Header("received", b"one\n\ttwo"),
        Header("from", b"a@b.example"),
        Header("from", b"c@d.example"),
    )
    assert message.size == len(raw)
    assert message.parts == (Part("text/plain", b"hello\n"),)
    assert message.header("Received") == ("one two",)
    assert message.has("From")
    assert not message.has("Cc")
    assert message.header("Cc") == ()
    assert message.defects == ()
    assert message.envelope == Envelope()


@pytest.mark.parametrize("mbox", [b"From a@b Mon Jan 1\n", b">From a@b Mon Jan 1\n"])
def test_a_leading_mbox_line_is_dropped(mbox: bytes) -> None:
    """An mbox separator is no field."""
    message = read(mbox + b"Subject: x\n\nhello\n")
    assert message.header("subject") == ("x",)
    assert message.defects == ()
    assert read(b"From ").parts == (Part("text/plain", b""),)


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n", b"\0", b"\r", b":", b"a", b"--", b"\n\n\n"])
def test_nearly_nothing_is_still_a_message(raw: bytes) -> None:
    """Empty and one-byte messages read."""
    message = read(raw)
    assert len(message.parts) == 1
    assert message.addresses("from") == ()


def test_a_message_that_begins_with_a_blank_line_is_all_body() -> None:
    """No header is no reason to lose the text."""
    assert texts(read(b"\nSubject: x\n\ntok\n")) == [("plain", "Subject: x\n\ntok")]
    assert texts(read(b"\r\ntok\r\n")) == [("plain", "tok")]


# (name, message, expected texts, expected defects). Those with defects are what Pigeonhole hides
# or reads in another way; see the decisions in the modules.
_STRUCTURE = [
    ("no-mime-headers", b"From: a@b.example\n\ntok\n", [("plain", "tok")], []),
    (
        "attached",
        multipart("b", "--b\nContent-Disposition: attachment\nContent-Type: text/html\n\nt\n--b--"),
        [("html", "t")],
        [],
    ),
    ("image", _HEAD + b"Content-Type: image/png\n\ntok", [], []),
    ("unknown-text", _HEAD + b"Content-Type: text/x-foo\n\ntok", [], []),
    (
        "no-mime-version",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nt\n--b--\n",
        [("plain", "t")],
        [],
    ),
    ("preamble", multipart("b", "tok1\n--b\n\nt\n--b--\ntok3\n"), [("plain", "t")], []),
    (
        "after-close",
        multipart("b", "--b\n\nt\n--b--\nfoo\n--b\n\ntok2\n"),
        [("plain", "t")],
        [],
    ),
    (
        "blank-after-boundary",
        multipart("b", "--b  \n\nt\n--b\t\n\nu\n--b--  \ntok3\n"),
        [("plain", "t"), ("plain", "u")],
        [],
    ),
    (
        "indented-boundary-is-text",
        multipart("b", "--b\n\nt\n --b\n\nu\n--b--\n"),
        [("plain", "t\n --b\n\nu")],
        [],
    ),
    (
        "line-that-begins-like-the-boundary",
        multipart("b", "--b\nContent-Type: text/html\n\nt\n--bxyz\n\nu\n--b--\n"),
        [("html", "t"), ("plain", "u"), ("html", "t\n--bxyz\n\nu")],
        [Defect.ODD_DELIMITER],
    ),
    (
        "nested-same-boundary",
        multipart(
            "b",
            "--b\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\n\nt\n--b--\nepi\n--b\n\nu\n--b--",
        ),
        [("plain", "t"), ("plain", "u")],
        [],
    ),
    (
        "outer-is-prefix-of-inner",
        multipart(
            "b",
            "--b\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\n\nt\n--b1\n\nu\n--b1--\n"
            "--b\n\nv\n--b--\n",
        ),
        [("plain", "t"), ("plain", "u"), ("plain", "v")],
        [],
    ),
    (
        "inner-is-prefix-of-outer",
        multipart(
            "b1",
            "--b1\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nt\n--b\n\nu\n--b--\n"
            "--b1\n\nv\n--b1--\n",
        ),
        [("plain", "t"), ("plain", "u"), ("plain", "v")],
        [],
    ),
    (
        "outer-delimiter-ends-inner",
        multipart(
            "o",
            "--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nt\n--o\n\nv\n--o--\n",
        ),
        [("plain", "t"), ("plain", "v")],
        [Defect.MISSING_FINAL_BOUNDARY],
    ),
    (
        "boundary-that-ends-in-dashes",
        multipart("b--", "--b--\n\nt\n--b----\n\nu\n"),
        [("plain", "t")],
        [],
    ),
    (
        "long-boundary",
        multipart("x" * 100, f"--{'x' * 100}\n\nt\n--{'x' * 100}--\n"),
        [("plain", "t")],
        [],
    ),
    (
        "digest",
        multipart("b", "--b\n\nSubject: x\nContent-Type: text/html\n\nt\n--b--\n", "digest"),
        [("html", "t")],
        [],
    ),
    (
        "digest-of-text",
        multipart("b", "--b\nContent-Type: text/plain\n\nt\n--b--\n", "digest"),
        [("plain", "t")],
        [],
    ),
    (
        "embedded-message",
        _HEAD + b"Content-Type: message/rfc822\n\nContent-Type: text/html\n\nt\n",
        [("html", "t")],
        [],
    ),
    (
        "embedded-multipart",
        multipart(
            "b",
            "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n"
            "--c\n\nt\n--c--\nepi\n--b\n\nu\n--b--\n",
        ),
        [("plain", "t"), ("plain", "u")],
        [],
    ),
    ("delivery-status", _HEAD + b"Content-Type: message/delivery-status\n\nA: b\n\nt\n", [], []),
    ("message-global", _HEAD + b"Content-Type: message/global\n\nA: b\n\nt\n", [], []),
    (
        "encoded-multipart-is-not-decoded",
        multipart("b", "--b\n\nt\n--b--\n").replace(
            b"\n\n", b"\nContent-Transfer-Encoding: x\n\n", 1
        ),
        [("plain", "t")],
        [Defect.UNKNOWN_ENCODING],
    ),
    (
        "nul-ends-a-part-but-not-its-second-reading",
        _HEAD + b"\nt\0u\n",
        [("plain", "t"), ("plain", "tu")],
        [Defect.NUL_IN_TEXT],
    ),
    ("nul-at-the-end", _HEAD + b"\nt\0\0", [("plain", "t")], [Defect.NUL_IN_TEXT]),
    (
        "nul-ends-its-part-only",
        multipart("b", "--b\n\nt\0u\n--b\n\nv\n--b--\n"),
        [("plain", "t"), ("plain", "v"), ("plain", "tu")],
        [Defect.NUL_IN_TEXT],
    ),
    (
        "no-final-boundary",
        multipart("b", "--b\n\nt\n"),
        [("plain", "t")],
        [Defect.MISSING_FINAL_BOUNDARY],
    ),
    (
        "no-boundary-parameter",
        _HEAD + b"Content-Type: multipart/mixed\n\n--b\n\nt\n--b--\n",
        [("plain", "--b\n\nt\n--b--")],
        [Defect.MISSING_BOUNDARY],
    ),
    (
        "wrong-boundary",
        multipart("c", "--b\n\nt\n--b--\n"),
        [("plain", "--b\n\nt\n--b--")],
        [Defect.MISSING_BOUNDARY],
    ),
    (
        "wrong-inner-boundary",
        multipart("o", "--o\nContent-Type: multipart/mixed; boundary=i\n\nt\n--o\n\nu\n--o--\n"),
        [("plain", "t"), ("plain", "u")],
        [Defect.MISSING_BOUNDARY],
    ),
    (
        "no-semicolon",
        _HEAD + b"Content-Type: TEXT/PLAIN charset=US-ASCII\n\nt\n",
        [("plain", "t")],
        [Defect.BAD_CONTENT_TYPE],
    ),
    (
        "multipart-without-semicolon",
        _HEAD + b'Content-Type: multipart/mixed boundary="b"\n\n--b\n\nt\n--b--\n',
        [("plain", "t"), ("plain", "--b\n\nt\n--b--")],
        [Defect.BAD_CONTENT_TYPE],
    ),
    (
        "unclosed-quote",
        _HEAD + b'Content-Type: multipart/mixed; boundary="b\n\n--b\n\nt\n--b--\n',
        [("plain", "t"), ("plain", "--b\n\nt\n--b--")],
        [Defect.BAD_CONTENT_TYPE],
    ),
    (
        "junk-parameter",
        _HEAD + b"Content-Type: multipart/mixed; foo; boundary=b\n\n--b\n\nt\n--b--\n",
        [("plain", "t"), ("plain", "--b\n\nt\n--b--")],
        [Defect.BAD_CONTENT_TYPE],
    ),
    (
        "double-semicolon",
        _HEAD + b"Content-Type: multipart/mixed;; boundary=b\n\n--b\n\nt\n--b--\n",
        [("plain", "t"), ("plain", "--b\n\nt\n--b--")],
        [Defect.BAD_CONTENT_TYPE],
    ),
    (
        "two-types-of-text-both-count",
        _HEAD + b"Content-Type: text/html\nContent-Type: text/plain\n\nt\n",
        [("plain", "t"), ("html", "t")],
        [Defect.REPEATED_CONTENT_FIELD],
    ),
    (
        "two-types-cannot-hide-text",
        _HEAD + b"Content-Type: text/plain\nContent-Type: image/png\n\nt\n",
        [("plain", "t")],
        [Defect.REPEATED_CONTENT_FIELD],
    ),
    (
        "two-encodings-both-count",
        _HEAD + b"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\ndG9r\n",
        [("plain", "tok"), ("plain", "dG9r")],
        [Defect.REPEATED_CONTENT_FIELD],
    ),
    (
        "encoding-plain",
        _HEAD + b"Content-Transfer-Encoding: plain\n\nt\n",
        [("plain", "t")],
        [Defect.UNKNOWN_ENCODING],
    ),
    (
        "encoding-empty",
        _HEAD + b"Content-Transfer-Encoding:\n\nt\n",
        [("plain", "t")],
        [Defect.UNKNOWN_ENCODING],
    ),
    (
        "uuencode-stays",
        _HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 600 a\nend\n",
        [("plain", "begin 600 a\nend")],
        [Defect.UNKNOWN_ENCODING],
    ),
    (
        "encoding-with-comment",
        _HEAD + b"Content-Transfer-Encoding: (x) base64 (y)\n\ndG9r\n",
        [("plain", "tok")],
        [],
    ),
    (
        "encoded-message",
        _HEAD
        + b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"Content-Type: text/html\n\nt"),
        [("html", "t")],
        [Defect.ENCODED_MESSAGE],
    ),
    (
        "line-without-colon-is-skipped-or-ends-the-header",
        _HEAD + b"garbage\nContent-Type: text/html\n\nt\n",
        [("html", "t"), ("plain", "garbage\nContent-Type: text/html\n\nt")],
        [Defect.BAD_HEADER_LINE],
    ),
    (
        "header-without-blank-line",
        _HEAD + b"Content-Type: text/html\nthe text\n",
        [("html", "the text")],
        [Defect.BAD_HEADER_LINE],
    ),
    (
        "part-without-blank-line",
        multipart("b", "--b\nContent-Type: text/html\nthe text\n--b--\n"),
        [("html", "the text")],
        [Defect.BAD_HEADER_LINE],
    ),
    (
        "boundary-ends-a-header",
        multipart("b", "--b\nContent-Type: text/html\n--b\n\nt\n--b--\n"),
        [("plain", "t")],
        [],
    ),
    ("blank-line-of-blanks-is-a-fold", _HEAD + b"X: y\n \nt: u\n\nv\n", [("plain", "v")], []),
]


@pytest.mark.parametrize(
    ("raw", "expected", "defects"),
    [case[1:] for case in _STRUCTURE],
    ids=[case[0] for case in _STRUCTURE],
)
@pytest.mark.parametrize("crlf", [False, True])
def test_structure(
    raw: bytes, expected: list[tuple[str, str]], defects: list[Defect], *, crlf: bool
) -> None:
    """Every form of structure gives the text leaves that its name promises, in either line end."""
    message = read(raw.replace(b"\n", b"\r\n") if crlf else raw)
    assert texts(message) == expected
    assert list(message.defects) == defects


def test_text_comes_with_lf_line_ends() -> None:
    """CRLF, bare LF and CRLF inside base64 all become LF; a lone CR stays."""
    body = base64.encodebytes(b"a\r\nb\nc\rd")
    message = read(b"Content-Transfer-Encoding: base64\r\n\r\n" + body)
    assert message.parts[0].text == b"a\nb\nc\rd"
    assert read(b"A: b\r\n\r\na\r\nb\rc\r\n").parts[0].text == b"a\nb\rc\n"


def test_read_fields_says_the_same_as_read() -> None:
    """What a milter collects gives the same message, folds in either line end."""
    raw = multipart("b", "--b\nContent-Type: text/html\n\nt\n--b--\n")
    head, body = raw.split(b"\n\n", 1)
    pairs = [line.split(b": ", 1) for line in head.split(b"\n")]
    fields = [(name, value) for name, value in pairs] + [(b"X", b" a\r\n\tb")]
    message = read_fields(fields, body, Envelope("s@x.example"))
    assert texts(message) == [("html", "t")]
    assert message.header("x") == ("a b",)
    assert message.envelope.sender == "s@x.example"
    assert message.defects == ()


def test_a_cut_body_is_a_defect() -> None:
    """The milter says when it kept less than came."""
    message = read_fields([(b"A", b"b")], b"hello", Envelope(), truncated=True)
    assert message.defects == (Defect.MESSAGE_OVER_LIMIT,)
    assert texts(message) == [("plain", "hello")]


def test_a_field_value_cannot_bring_in_another_field() -> None:
    """A line break without a fold inside a milter's value stays inside that value."""
    message = read_fields([(b"X", b"a\nFrom: evil@x.example")], b"", Envelope())
    assert message.addresses("from") == ()


def test_message_size_limit() -> None:
    """A message is read up to the limit and not past it."""
    head = b"A: b\n\n"
    fits = head + b"x" * (LIMITS.message_bytes - len(head))
    assert read(fits).defects == ()
    message = read(fits + b"yy")
    assert message.defects == (Defect.MESSAGE_OVER_LIMIT,)
    assert message.size == LIMITS.message_bytes + 2
    assert message.parts == read(fits).parts


def test_text_limit() -> None:
    """The texts of all parts together are cut at the limit, never inside a character."""
    latin1 = b"Content-Type: text/plain; charset=iso-8859-1\n\n"
    message = read(latin1 + b"\xe9" * (LIMITS.text_bytes // 2))
    assert message.defects == ()
    assert len(message.parts[0].text) == LIMITS.text_bytes
    message = read(latin1 + b"a" + b"\xe9" * (LIMITS.text_bytes // 2))
    assert message.defects == (Defect.TEXT_OVER_LIMIT,)
    assert len(message.parts[0].text) == LIMITS.text_bytes - 1
    message.parts[0].text.decode()


def test_header_limits() -> None:
    """Fields past the count or the bytes are dropped but for the vital; the body is found."""
    ok = b"A: b\n" * LIMITS.header_fields
    assert read(ok + b"\nt").defects == ()
    message = read(ok + b"Cc: a@b.example\nFrom: c@d.example\n\nt")
    assert message.defects == (Defect.HEADERS_OVER_LIMIT,)
    assert not message.has("cc")
    assert [one.spec for one in message.addresses("from")] == ["c@d.example"]
    assert texts(message) == [("plain", "t")]
    wide = b"A: " + b"b" * (LIMITS.header_bytes - 4) + b"\n"
    assert read(wide + b"\nt").defects == ()
    message = read(wide + b"Cc: a@b.example\n\nt")
    assert message.defects == (Defect.HEADERS_OVER_LIMIT,)
    assert [header.name for header in message.headers] == ["a"]
    fields = [(b"A", b"b")] * (LIMITS.header_fields + 1)
    assert read_fields(fields[1:], b"t", Envelope()).defects == ()
    message = read_fields(fields, b"t", Envelope())
    assert message.defects == (Defect.HEADERS_OVER_LIMIT,)
    assert len(message.headers) == LIMITS.header_fields


def test_part_header_limit() -> None:
    """An inner header is looked at as far as its limit."""
    filler = "X: " + "y" * (LIMITS.part_header_bytes - 30)
    near = multipart("b", f"--b\n{filler}\nContent-Type: image/png\n\nt\n--b--\n")
    assert texts(read(near)) == []
    far = multipart("b", f"--b\n{filler * 2}\nContent-Type: image/png\n\nt\n--b--\n")
    assert texts(read(far)) == [("plain", "t")]
    assert read(far).defects == (Defect.HEADERS_OVER_LIMIT,)


def test_part_limit() -> None:
    """Two hundred entities are read; the rest becomes one plain text, so nothing is hidden."""
    unit = "--b\n\nt\n"
    message = read(multipart("b", unit * (LIMITS.parts - 1) + "--b--\n"))
    assert message.defects == ()
    assert len(message.parts) == LIMITS.parts - 1
    message = read(multipart("b", unit * (LIMITS.parts + 9) + "--b--\n"))
    assert message.defects == (Defect.TOO_MANY_PARTS,)
    assert len(message.parts) == LIMITS.parts
    assert message.parts[-1].text.count(b"t") == 10


def test_depth_limit() -> None:
    """What lies deeper than the limit is read as one plain text."""

    def nested(depth: int) -> bytes:
        out = "".join(
            f"Content-Type: multipart/mixed; boundary=b{n}x\n\n--b{n}x\n" for n in range(depth)
        )
        return (out + "Content-Type: text/html\n\nt\n").encode()

    message = read(nested(LIMITS.depth))
    assert texts(message) == [("html", "t")]
    assert Defect.TOO_DEEP not in message.defects
    message = read(nested(LIMITS.depth + 1))
    assert Defect.TOO_DEEP in message.defects
    assert [kind for kind, _ in texts(message)] == ["plain"]
    assert texts(message)[0][1].endswith("t")
    embedded = b"Content-Type: message/rfc822\n\n"
    assert Defect.TOO_DEEP not in read(embedded * LIMITS.depth + b"\nt").defects
    assert Defect.TOO_DEEP in read(embedded * (LIMITS.depth + 1) + b"\nt").defects


def test_encoded_message_limit() -> None:
    """Encoded messages inside encoded messages are opened three deep."""

    def wrapped(levels: int) -> bytes:
        data = b"Content-Type: text/html\n\nt"
        for _ in range(levels):
            data = (
                b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
                + base64.encodebytes(data)
            )
        return data

    message = read(wrapped(LIMITS.encoded_messages))
    assert texts(message) == [("html", "t")]
    assert message.defects == (Defect.ENCODED_MESSAGE,)
    message = read(wrapped(LIMITS.encoded_messages + 1))
    assert message.defects == (Defect.ENCODED_MESSAGE, Defect.TOO_DEEP)
