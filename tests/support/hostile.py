"""Hostile messages, generated: what costs other readers seconds, memory or their life.

Each is a whole message with LF line ends, about 1 MB. They serve the reader's tests, the judge's
and the milter's: whoever reads or judges one must stay within the time that its test states.
"""

from __future__ import annotations

import base64

MEGABYTE = 1_000_000

_HEAD = b"From: Bob Jones <bob@agency.example>\nTo: ray@reader.example\nSubject: A role\n"
_HTML = _HEAD + b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
_PLAIN = _HEAD + b"\n"


def _fill(head: bytes, unit: bytes, size: int = MEGABYTE) -> bytes:
    return head + unit * ((size - len(head)) // len(unit))


def _multipart(boundary: bytes = b"b") -> bytes:
    return (
        _HEAD
        + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="'
        + boundary
        + b'"\n\n'
    )


def _encoded(encoding: bytes, kind: bytes = b"text/plain; charset=utf-8") -> bytes:
    return _HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n"


def _nested_multiparts(depth: int) -> bytes:
    out = [_HEAD, b"Content-Type: multipart/mixed; boundary=b0\n\n"]
    out += [
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1)
        for level in range(depth)
    ]
    out.append(b"--b%d\n\nthe innermost words\n" % depth)
    out += [b"--b%d--\n" % level for level in range(depth, -1, -1)]
    return b"".join(out)


def _many_parts(count: int, unit: bytes) -> bytes:
    return _multipart() + unit * count + b"--b--\n"


def _prefix_boundaries() -> bytes:
    """Nest boundaries that begin alike, over a body of their common beginning."""
    out = [_HEAD, b"Content-Type: multipart/mixed; boundary=b\n\n"]
    for level in range(18):
        out.append(b"--b%s\n" % (b"x" * level))
        out.append(b"Content-Type: multipart/mixed; boundary=b%s\n\n" % (b"x" * (level + 1)))
    return _fill(b"".join(out), b"--\n--b-\n-")


def _wrong_boundaries() -> bytes:
    """Two hundred multiparts, the boundary of none of which ever comes."""
    unit = b"--b\nContent-Type: multipart/mixed; boundary=never%d\n\nx\n"
    parts = b"".join(unit % number for number in range(190))
    return _fill(_multipart() + parts, b"-- never\n")


def _header(name: bytes, unit: bytes, size: int = MEGABYTE) -> bytes:
    return b"To: ray@reader.example\n" + _fill(name + b": ", unit, size) + b"\n\nhello\n"


def _every_header(unit: bytes) -> bytes:
    """Spread one flood over all fields that a judge asks for."""
    names = (b"From", b"To", b"Cc", b"Subject", b"Reply-To")
    return b"".join(_fill(name + b": ", unit, 200_000) + b"\n" for name in names) + b"\nhello\n"


def _short_headers(names: tuple[bytes, ...], value: bytes, count: int) -> bytes:
    lines = b"".join(names[number % len(names)] + b": " + value for number in range(count))
    return lines + b"\nhello\n"


def hostile_set() -> dict[str, bytes]:
    """Give every hostile message by its name."""
    five = (b"From", b"To", b"Cc", b"Subject", b"Reply-To")
    base64_words = base64.encodebytes(b"opportunity knocks " * 39_000)
    return {
        "br": _fill(_HTML, b"<br>"),
        "less-than": _fill(_HTML, b"<"),
        "greater-than": _fill(_HTML, b">"),
        "open-tags": _fill(_HTML, b"<div "),
        "comments": _fill(_HTML, b"<!-- "),
        "entities": _fill(_HTML, b"&nbsp;"),
        "ampersands": _fill(_HTML, b"&"),
        "html-quotes": _fill(_HTML, b"<blockquote>"),
        "html-closers": _fill(_HTML, b"</blockquote>"),
        "gmail-quotes": _fill(_HTML, b'<div class="gmail_quote">'),
        "one-word": _fill(_PLAIN, b"a"),
        "one-word-repeated": _fill(_PLAIN, b"opportunity "),
        "digits": _fill(_PLAIN, b"1"),
        "spaces": _fill(_PLAIN, b" "),
        "tabs": _fill(_HTML, b"\t"),
        "newlines": _fill(_PLAIN, b"\n"),
        "carriage-returns": _fill(_PLAIN, b"\r"),
        "crlf": _fill(_PLAIN, b"\r\n"),
        "quoted-lines": _fill(_PLAIN, b">\n"),
        "quote-marks": _fill(_PLAIN, b">"),
        "signatures": _fill(_PLAIN, b"-- \n"),
        "wrote-lines": _fill(_PLAIN, b"On x\nOn y wrote\n"),
        "on-flood": _fill(_PLAIN, b"On "),
        "separators": _fill(_PLAIN, b".......\n"),
        "from-sent": _fill(_PLAIN, b"From: x\n"),
        "unsubscribes": _fill(_PLAIN, b"unsubscribe "),
        "nuls": _fill(_PLAIN, b"\0"),
        "nul-header": b"\0" * MEGABYTE,
        "no-newline": b"a" * MEGABYTE,
        "no-newline-colons": b":" * MEGABYTE,
        "no-newline-field": b"Subject: " + b"a" * MEGABYTE,
        "eight-bit": _fill(_PLAIN, b"\xff"),
        "latin1": _fill(_HEAD + b"Content-Type: text/plain; charset=iso-8859-1\n\n", b"\xe9"),
        "cp1252": _fill(_HEAD + b"Content-Type: text/plain; charset=windows-1252\n\n", b"\x93"),
        "utf7": _fill(_HEAD + b"Content-Type: text/plain; charset=utf-7\n\n", b"+AOk-"),
        "utf7-broken": _fill(_HEAD + b"Content-Type: text/plain; charset=utf-7\n\n", b"+"),
        "iso-2022-jp": _fill(
            _HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n", b"\x1b$B\x1b(B"
        ),
        "gb18030": _fill(_HEAD + b"Content-Type: text/plain; charset=gb18030\n\n", b"\x81\x30"),
        "utf-16": _fill(_HEAD + b"Content-Type: text/plain; charset=utf-16\n\n", b"\xd8\x00"),
        "nested-multiparts": _nested_multiparts(3_000),
        "nested-multiparts-deep": _nested_multiparts(14_000),
        "nested-messages": _fill(_HEAD, b"Content-Type: message/rfc822\n\n"),
        "nested-encoded-messages": _encoded(b"base64", b"message/rfc822") + base64_words,
        "parts": _many_parts(20_000, b"--b\n\nsome words of a small part\n"),
        "parts-empty": _many_parts(200_000, b"--b\n"),
        "parts-html": _many_parts(20_000, b"--b\nContent-Type: text/html\n\n<p>words</p>\n"),
        "parts-unlabelled-dashes": _fill(_multipart(), b"--\n"),
        "boundary-prefixes": _prefix_boundaries(),
        "boundaries-that-never-come": _wrong_boundaries(),
        "boundary-lines": _fill(_multipart(), b"--b--\n"),
        "headers": _short_headers((b"X-Field",), b"value of the field number n\n", 20_000),
        "headers-subject": _short_headers((b"Subject",), b"=?utf-8?q?a?=\n", 20_000),
        "headers-from": _short_headers((b"From",), b"a@b.example, c@d.example\n", 20_000),
        "headers-tiny": _short_headers(five, b"\n", 200_000),
        "header-folds": _fill(_HEAD + b"X-Long: a\n", b" b\n") + b"\nhello\n",
        "header-bad-lines": _fill(_HEAD, b"no colon here\n") + b"\nhello\n",
        "part-headers": _multipart() + b"--b\n" + b"Content-Type: text/html\n" * 40_000 + b"\nx\n",
        "base64": _encoded(b"base64") + base64_words,
        "base64-one-line": _encoded(b"base64") + base64_words.replace(b"\n", b""),
        "base64-garbage": _fill(_encoded(b"base64"), b"YQ!*"),
        "base64-padding": _fill(_encoded(b"base64"), b"YQ=="),
        "base64-equals": _fill(_encoded(b"base64"), b"="),
        "base64-nuls": _fill(_encoded(b"base64"), b"AAAA"),
        "quoted-printable": _fill(_encoded(b"quoted-printable"), b"=41=\n"),
        "quoted-printable-equals": _fill(_encoded(b"quoted-printable"), b"="),
        "quoted-printable-blanks": _fill(_encoded(b"quoted-printable"), b"= "),
        "quoted-printable-cr": _fill(_encoded(b"quoted-printable"), b"=\r"),
        "encoded-words": _every_header(b"=?utf-8?q?=41?= "),
        "encoded-words-base64": _header(b"Subject", b"=?utf-8?b?QQ==?="),
        "encoded-words-charsets": _every_header(b"=?utf-8?q?a?= =?latin1?q?b?= "),
        "encoded-words-open": _every_header(b"=?"),
        "encoded-words-half": _every_header(b"=?utf-8?q?"),
        "encoded-words-unknown": _every_header(b"=?x-no-such-charset?q?a?= "),
        "content-type-long": _HEAD
        + _fill(b"Content-Type: text/plain; ", b'a="b"; ', 160_000)
        + b"\n\n"
        + b"x" * 800_000,
        "content-type-quotes": _HEAD
        + _fill(b"Content-Type: text/plain; ", b'"\\', 160_000)
        + b"\n\nhello\n",
        "content-type-comments": _HEAD + _fill(b"Content-Type: ", b"(", 160_000) + b"\n\nhello\n",
        "content-type-sections": _HEAD
        + b"Content-Type: multipart/mixed; "
        + b"".join(b"boundary*%d=a; " % number for number in range(9_000))
        + b"\n\nhello\n",
        "from-commas": b"From: " + b"," * 50_000 + b"\n\n" + b"x" * 900_000,
        "from-addresses": b"From: " + b"a@b.example, " * 15_000 + b"\n\nhello\n",
        "address-commas": _every_header(b","),
        "address-comments": _every_header(b"("),
        "address-comments-nested": b"".join(
            name + b": " + b"(" * 25_000 + b")" * 25_000 + b" a@b.example\n" for name in five
        )
        + b"\nhello\n",
        "address-comment-pairs": _every_header(b"()"),
        "address-angles": _every_header(b"<"),
        "address-angles-at": _every_header(b"<a@b"),
        "address-quotes": _every_header(b'"'),
        "address-backslashes": _every_header(b'"\\'),
        "address-ats": _every_header(b"@"),
        "address-words": _every_header(b"a "),
        "address-word": _every_header(b"a"),
        "address-groups": _every_header(b"a:;"),
        "address-routes": _every_header(b"<@a,@b:"),
        "address-brackets": _every_header(b"["),
    }
