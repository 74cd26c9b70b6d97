"""One oddity a message: charsets, encodings, content types, delimiters, subjects, addresses.

Every text holds the words `great opportunity`, or a character that only some charsets have. Judge
and script must agree on each message on which the reader notes no defect.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from differential.engines import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS: Final = b"great opportunity it's free"
_HEAD: Final = b"From: Bob <bob@agency.example>\nTo: ray@reader.example\n"
_SPECIAL: Final = {
    "apostrophe": "it\u2019s x",
    "no-break-space": "great\u00a0opportunity",
    "accent": "your r\u00e9sum\u00e9 now",
    "hyphen": "so\u2011called",
    "plain": "great opportunity",
}
_LABELS: Final = (
    "",
    "text/plain",
    "text/html",
    *(
        f"text/plain; charset={name}"
        for name in (
            *("us-ascii", "utf-8", "x-foo", '""', "default", "ansi_x3.4-1968", "iso646-us"),
            *("unicode-1-1-utf-7", "x-unknown", "'utf-8'", "utf-8;", "UTF8"),
        )
    ),
)
_CHARSETS: Final = (
    *("iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15", "iso-8859-16", "windows-1250"),
    *("windows-1251", "windows-1252", "windows-1258", "koi8-r", "koi8-u", "utf-7", "utf-16"),
    *("utf-16be", "utf-16le", "utf-32", "gb2312", "gbk", "gb18030", "big5", "iso-2022-jp"),
    *("iso-2022-kr", "shift_jis", "euc-jp", "euc-kr", "macintosh", "cp437", "cp850", "cp866"),
    *("hz-gb-2312", "tis-620", "latin1", "cp1252", "johab"),
)
_CODECS: Final = {"macintosh": "mac_roman", "hz-gb-2312": "hz"}
_EIGHT_BIT: Final = {
    "iso-8859-1": (b"it\x92s x", b"great\x85opportunity great\xa0opportunity"),
    "utf-8": (b"great\xff opportunity\xa0 great\xa0opportunity it\x92s",),
    "windows-1252": (b"great opportunity\x81 great opportunity", b"it\x92s"),
}
_QUOTED: Final = (
    *(b"great=20opportunity", b"great=\nopportunity", b"great =\nopportunity"),
    *(b"great= \n opportunity", b"great=XYopportunity great opportunity", b"great=2opportunity"),
    *(b"=67=72=65=61=74=C2=A0opportunity", b"great=c2=a0opportunity", b"great opportunity="),
    *(b"great=0D=0Aopportunity", b"great=0Aopportunity", b"great=0Dopportunity"),
    *(b"great   \nopportunity", b"great=\r\n\r\nopportunity", b"it=E2=80=99s =3D"),
    *(b"a=b great opportunity=3g", b"great =20=\n opportunity", b"great=00opportunity x"),
)
_ENCODED: Final = base64.b64encode(WORDS)
_BASE64: Final = (
    *(_ENCODED, _ENCODED[:-1], _ENCODED.rstrip(b"="), _ENCODED + b"="),
    *(base64.b64encode(WORDS[:5]) + b"\n" + base64.b64encode(WORDS[5:]), b"\n\n" + _ENCODED),
    *(_ENCODED[:6] + b" " + _ENCODED[6:], _ENCODED[:6] + b"*" + _ENCODED[6:], b"  " + _ENCODED),
    *(_ENCODED + b"\n\n--\na footer\n", base64.b64encode(b"great\r\nopportunity")),
    *(base64.b64encode(b"great\0opportunity great opportunity"), _ENCODED[:5] + b"-_"),
    *(base64.b64encode(b"great\ropportunity"), _ENCODED + base64.b64encode(b" free lunch")),
)
_ENCODINGS: Final = (
    *("7BIT", "Base64", "base64 (c)", " base64", "\n base64", "binary", "x-uuencode", '"base64"'),
    *("quoted-printable;", "8-bit", "7 bit", "none", "base64 foo", "unknown", "plain", "utf-8"),
)
_TYPES: Final = (
    *("TEXT/PLAIN; charset=us-ascii", "text/plain;", "text", "text/plain charset=us-ascii"),
    *("text/plain; charset", "text/plain; charset=", 'text/plain; charset="utf-8', "text / plain"),
    *("text/plain; format=flowed; charset=utf-8; delsp=yes", "text/plain (x); charset=utf-8"),
    *("text/plain;; charset=utf-8", "text/plain, charset=utf-8", "text/enriched", "text/x-plain"),
    *("text/plain; name=a b.txt", "text/plain; charset*=utf-8''utf-8", "\n text/plain", "plain"),
    *("text/plain; charset*0=ut; charset*1=f-8", "text/calendar", "application/octet-stream"),
    *("multipart/mixed", "text/richtext", "message/rfc822", "text/plain;\n\tcharset=utf-8"),
    *('text/plain; x="a;b"; charset=utf-8', "html/text", '"text/plain"'),
    *("text/plain; charset=utf-8\nContent-Type: text/html",),
)
_SUBJECTS: Final = (
    *("great\topportunity", "great\n\topportunity", "great\n opportunity", " great opportunity "),
    *("great\n  \n opportunity", "=?utf-8?q?great_opportunity?=", "=?utf-8?q?great?= opportunity"),
    *("=?utf-8?Q?great?= =?utf-8?q?_opportunity?=", "=?utf-8?q?great?=\n =?utf-8?q?_opportunity?="),
    *("x=?utf-8?q?_great_opportunity?=", '"=?utf-8?q?great_opportunity?="'),
    *("=?UTF-8?B?Z3JlYXQgb3Bwb3J0dW5pdHk=?=", "=?utf-8?b?Z3JlYXQgb3Bwb3J0dW5pdHk?="),
    *("=?x-foo?q?great_opportunity?=", "=?utf-8?q?great=0D=0Aopportunity?="),
    *("=?utf-8?q?great=0Aopportunity?=", "=?utf-8?q?great=00opportunity?="),
    *("=?utf-8?q?great opportunity?=", "=?utf-8?q?it=E2=80?= =?utf-8?q?=99s?=", "it\u2019s"),
    *("great\u00a0opportunity", "=?iso-8859-1?q?r=E9sum=E9?=", "=?iso-8859-1?q?it=92s?="),
    *("=?windows-1252?q?it=92s?=", "=?us-ascii?q?it=E2=80=99s?=", "=?utf-8?q??= great opportunity"),
    *(
        "=?utf-8*en?q?great_opportunity?=",
        "=?utf-8?x?great_opportunity?=",
        "<b>great</b> opportunity",
    ),
    *("=?utf-8?q?great?=opportunity", "great <opportunity", "great&nbsp;opportunity"),
    *("=?utf-8?q?gre?= =?utf-8?q?at_opportunity?=", "=?utf-7?q?it+IBk-s?=", "great\x0copportunity"),
    *("great\x01opportunity great opportunity", "=?utf-8?q?great_opportunity_?=", ""),
)
_PARTS: Final = {
    "preamble": b"great opportunity\n--b\n\nx\n--b--\n",
    "epilogue": b"--b\n\nx\n--b--\ngreat opportunity\n",
    "ends-at-once": b"--b\n\ngreat opportunity\n--b--",
    "no-end": b"--b\n\ngreat opportunity\n",
    "blanks": b"--b  \n\ngreat opportunity\n--b--\n",
    "longer": b"--bx\n\ngreat opportunity\n--b--\n",
    "html": b"--b\nContent-Type: text/html\n\ngreat<br>opportunity\n--b--\n",
    "no-blank-line": b"--b\ngreat opportunity\n--b--\n",
    "bad-line": b"--b\ngreat opportunity\n\nfree\n--b--\n",
    "message": b"--b\nContent-Type: message/rfc822\n\nSubject: x\n\ngreat opportunity\n--b--\n",
    "encoded-message": b"--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    + base64.b64encode(b"Subject: x\n\ngreat opportunity\n")
    + b"\n--b--\n",
    "report": b"--b\nContent-Type: message/delivery-status\n\ngreat opportunity\n--b--\n",
    "headers": b"--b\nContent-Type: text/rfc822-headers\n\ngreat opportunity\n--b--\n",
    "unclosed": b"--b\nContent-Type: multipart/mixed; boundary=c\n\n"
    b"--c\n\ngreat opportunity\n--b--\n",
    "prefix": b"--b\nContent-Type: multipart/mixed; boundary=bb\n\n"
    b"--bb\n\ngreat opportunity\n--bb--\n--b--\n",
    "attached": b"--b\nContent-Disposition: attachment; filename=x\n\ngreat opportunity\n--b--\n",
    "file": b"--b\nContent-Type: application/octet-stream\n\ngreat opportunity\n--b--\n",
    "empty": b"--b\n--b--\n",
    "no-parts": b"great opportunity\n",
    "after-the-end": b"--b\n\nx\n--b--\n--b\n\ngreat opportunity\n--b--\n",
}
_MULTIPART: Final = b"Content-Type: multipart/mixed; boundary=b\n"
_DOUBTS: Final = {
    "preamble of two types": b"Content-Type: text/plain\n"
    + _MULTIPART
    + b"\ngreat opportunity\n--b\n\nx\n--b--\n",
    "epilogue of two types": _MULTIPART + b"Content-Type: text/plain\n"
    b"\n--b\n\nx\n--b--\ngreat opportunity\n",
    "preamble of a broken type": b"Content-Type: multipart/mixed boundary=b\n"
    b"\ngreat opportunity\n--b\n\nx\n--b--\n",
    "between odd delimiters": _MULTIPART
    + b"\n--b\n\nx\n--bx\nContent-Type: image/png\n\ngreat opportunity\n--b--\n",
    "encoded multipart": _MULTIPART
    + b"Content-Transfer-Encoding: base64\n\n"
    + base64.b64encode(b"--b\n\ngreat opportunity\n--b--\n"),
}
_ADDRESSES: Final = (
    *("bob@x.example", "<bob@x.example>", "Bob <bob@x.example>", '"Bob, J" <bob@x.example>'),
    *("BOB@X.EXAMPLE", "bob@x.example (Bob)", "(c) bob@x.example", "Bob (c) <bob@x.example>"),
    *("bob @ x.example", "bob@x.example.", "bob@sub.x.example", "bob@notx.example"),
    *('"bob"@x.example', "a@b.example, bob@x.example", "Team: a@b.example, bob@x.example;"),
    *("undisclosed-recipients:;", "", "Bob Jones bob@x.example", "Bob Jones", "bob@x", "bob", "<>"),
    *("bob@x.example <c@d.example>", "=?utf-8?q?bob=40x.example?= <c@d.example>"),
    *("=?utf-8?q?B=C3=B6b?= <bob@x.example>", "=?utf-8?q?a=2C?= <bob@x.example>"),
    *("<@route.example:bob@x.example>", "bob@[127.0.0.1]", "Bob <bob@x.example>,"),
    *("Bob <bob@x.example>, ,", "bob@x.example; al@y.example", "Bob\n <bob@x.example>"),
    *("bob@\n x.example", "B\u00f6b <bob@x.example>", "bob+tag@x.example", "Bob<bob@x.example>"),
    *("bob@x.example bob@y.example", "mailto:bob@x.example", "'bob@x.example'"),
    *("'Bob' <bob@x.example>", "Bob. J. <bob@x.example>", "Bob [J] <bob@x.example>"),
    *("Bob @ Acme <bob@x.example>", "Bob: <bob@x.example>", '"bob@x.example" <c@d.example>'),
    *("b..ob@x.example", ".bob@x.example", "bob@x..example", "bob@x_y.x.example"),
    *("bob@xn--bcher-kva.x.example", "bob@b\u00fccher.x.example", "<bob@x.example> Bob"),
    *("Bob <bob@x.example> <al@y.example>", "Bob\\, J <bob@x.example>", "O'Neil <bob@x.example>"),
    *("Bob (a (nested) c) <bob@x.example>", "Bob (unclosed <bob@x.example>"),
    *('"unclosed <bob@x.example>', "A:a@b.example;, bob@x.example", "Jones, Bob <bob@x.example>"),
)


def texts() -> list[Letter]:
    """Everything but addresses."""
    return [Letter(f"micro {name}", raw) for name, raw in _texts()]


def subjects() -> list[Letter]:
    """One form of a Subject field each."""
    return [one for one in texts() if one.name.startswith("micro subject")]


def addresses() -> list[Letter]:
    """One form of a From field each, and some envelope senders."""
    found = [
        Letter(
            f"micro from {value!r}",
            f"From: {value}\nCc: {value}\nTo: ray@reader.example\nSubject: x\n\n".encode() + WORDS,
            "someone@sender.example",
        )
        for value in _ADDRESSES
    ]
    bare = b"From: q@q.example\nTo: ray@reader.example\nSubject: x\n\n" + WORDS
    senders = (
        *("bob@x.example", "BOB@X.EXAMPLE", "bob@sub.x.example", "", "a@notx.example"),
        *('"bob"@agency.example', '"b\\ob"@agency.example', '"bob b"@agency.example'),
        *('"bob."@agency.example', '"Bob"@Agency.example'),
    )
    return found + [Letter(f"micro sender {sender!r}", bare, sender) for sender in senders]


def _texts() -> Iterator[tuple[str, bytes]]:
    for label in _LABELS:
        for name, text in _SPECIAL.items():
            yield f"8bit {label} {name}", _mail(label, "8bit", text.encode())
    for charset in _CHARSETS:
        for name, text in _SPECIAL.items():
            data = text.encode(_CODECS.get(charset, charset), "ignore")
            label = f"text/plain; charset={charset}"
            yield f"{charset} {name}", _mail(label, "base64", base64.encodebytes(data))
    for charset, every in _EIGHT_BIT.items():
        for data in every:
            yield f"{charset} {data!r}", _mail(f"text/plain; charset={charset}", "8bit", data)
    for data in _QUOTED:
        yield f"quoted {data!r}", _mail("text/plain; charset=utf-8", "quoted-printable", data)
    for data in _BASE64:
        yield f"base64 {data!r}", _mail("text/plain; charset=utf-8", "base64", data)
    for coding in _ENCODINGS:
        data = _ENCODED if "ase64" in coding else WORDS
        yield f"encoding {coding!r}", _mail("text/plain; charset=utf-8", coding, data)
    for kind in _TYPES:
        yield f"type {kind!r}", _mail(kind, "", WORDS + b"\n\n" + WORDS)
    for subject in _SUBJECTS:
        yield f"subject {subject!r}", _HEAD + f"Subject: {subject}\n\nx\n".encode()
    top = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\nSubject: x\n\n'
    for name, body in _PARTS.items():
        yield f"parts {name}", _HEAD + top + body
    for name, raw in _DOUBTS.items():
        yield f"doubt {name}", _HEAD + b"MIME-Version: 1.0\nSubject: x\n" + raw
    digest = b"Content-Type: multipart/digest; boundary=b\n\n--b\n"
    yield "digest", _HEAD + digest + b"\nSubject: y\n\ngreat opportunity\n--b--\n"
    yield (
        "digest of text",
        _HEAD + digest + b"Content-Type: text/plain\n\ngreat opportunity\n--b--\n",
    )
    yield "two subjects", _HEAD + b"Subject: x\nSubject: great opportunity\n\nx\n"
    yield "no header", b"\ngreat opportunity\n"
    yield "lone CR", _HEAD + b"Subject: x\n\ngreat\ropportunity\n"
    yield "long line", _HEAD + b"Subject: x\n\n" + b"x " * 60_000 + b"great opportunity\n"


def _mail(kind: str, coding: str, data: bytes) -> bytes:
    head = "Subject: hi\n"
    if kind:
        head += f"MIME-Version: 1.0\nContent-Type: {kind}\n"
    if coding:
        head += f"Content-Transfer-Encoding: {coding}\n"
    return _HEAD + head.encode() + b"\n" + data + b"\n"
