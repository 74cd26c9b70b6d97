"""Charsets: any labelled bytes to UTF-8 bytes, never failing.

Refuses every codec that is not a charset (`idna` is quadratic, `zlib` inflates, `rot13` is none),
by holding a table of the allowed ones: a name from a message never reaches `codecs.lookup`, which
would try to import it and remember every miss for ever (H7).

An unknown charset is read as UTF-8, as Pigeonhole does; ISO-8859-1 with bytes that are controls
there as windows-1252, as mail programs do (WHATWG Encoding Standard §4.2). A byte that the charset
does not have becomes U+FFFD. ASCII survives in every charset that contains it. Plain words under
the label of a charset that cannot hold them are read as written, too: `misread`.
"""

from __future__ import annotations

from encodings import aliases
from typing import TYPE_CHECKING, Final

from coldstop.message.defects import Defect

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_UTF8: Final = "utf-8"

# Codecs in which ASCII bytes may mean something else.
STATEFUL: Final = frozenset(
    {
        "utf_7",
        "utf_16",
        "utf_16_be",
        "utf_16_le",
        "utf_32",
        "utf_32_be",
        "utf_32_le",
        "hz",
        "cp864",
        "cp875",
        "cp037",
        "cp273",
        "cp424",
        "cp500",
        "cp1026",
        "cp1140",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_jp_2004",
        "iso2022_jp_3",
        "iso2022_jp_ext",
        "iso2022_kr",
        # Not for Python, but for hosts: cp1258 composes, GB_2312-80 has no ASCII.
        "cp1258",
        "gb2312",
    }
)
# Python's aliases name these too; none of them is a charset.
_NO_CHARSETS: Final = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
    | {"mbcs", "oem", "idna", "punycode"}
)
# Senders write a subset's name and use the superset; some names Python does not know.
_OVERRIDES: Final = {
    "": _UTF8,
    "ascii": _UTF8,
    "us-ascii": _UTF8,
    "utf-8": _UTF8,
    "utf8": _UTF8,
    "unicode-1-1-utf-8": _UTF8,
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "x-sjis": "cp932",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "ks-c-5601-1987": "cp949",
    "x-windows-949": "cp949",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "iso-2022-jp-ms": "iso2022_jp",
}


# What Pigeonhole (iconv) and Cyrus read as coldstop does, down to the last character (measured).
_PORTABLE: Final = frozenset(
    {f"iso-8859-{number}" for number in range(1, 16) if number != 12}
    | {f"{name}125{number}" for name in ("windows-", "cp") for number in range(8)}
    | {"latin1", "latin2", "latin9", "iso8859-1", "iso8859-2", "iso8859-15"}
    | {"utf-8", "utf8", "utf-16", "utf-16be", "utf-16le", "gb18030", "big5"}
    | {"koi8-r", "koi8-u", "iso-2022-jp", "shift-jis", "euc-jp", "euc-kr", "macintosh", "tis-620"}
)
_ASCII: Final = frozenset(
    {"", "ascii", "us-ascii"}
    | {name.replace("_", "-") for name, codec in aliases.aliases.items() if codec == "ascii"}
)
# Codecs without ASCII: what is words before decoding, and without NUL, is nothing but words.
_NEVER_ASCII: Final = frozenset(
    name
    for name in STATEFUL
    if name.startswith(("utf_16", "utf_32", "cp037", "cp1026", "cp1140", "cp273", "cp424"))
    or name in ("cp500", "cp875")
)
# Codecs that read words behind a mere `+` or `~{` as something else.
_SHIFTING: Final = frozenset({"utf_7", "hz"})
_C1: Final = bytes(range(0x80, 0xA0))


def _table() -> dict[str, str]:
    names = {
        alias.replace("_", "-"): codec
        for alias, codec in aliases.aliases.items()
        if codec not in _NO_CHARSETS
    }
    names.update({codec.replace("_", "-"): codec for codec in list(names.values())})
    for codec in ("cp874", "cp856", "cp1006", "koi8_u", "cp720", "cp737", "cp875"):
        names[codec.replace("_", "-")] = codec
    names.update({name: _UTF8 for name, codec in names.items() if codec in ("utf_8", "ascii")})
    for number in range(1, 17):
        if number not in (1, 12):
            names[f"iso-8859-{number}"] = f"iso8859_{number}"
    names.update({name.replace("_", "-"): codec for name, codec in _OVERRIDES.items()})
    return names


_CODECS: Final = _table()


def codec_of(charset: str) -> str:
    """Name the Python codec of a charset, or give "" where there is none.

    `charset` is the label as written; case, blanks and `_` for `-` do not matter.
    """
    return _CODECS.get(_name(charset), "")


def reservation(charset: str) -> Defect | None:
    """Name the defect that text of this label has as soon as it leaves ASCII; None for most.

    None, too, for labels without a codec: `to_utf8` has a defect of its own for those.
    """
    name = _name(charset)
    if name in _PORTABLE or name not in _CODECS:
        return None
    return Defect.UNLABELLED_8BIT if name in _ASCII else Defect.UNCOMMON_CHARSET


def _name(charset: str) -> str:
    return charset.strip().lower().replace("_", "-")


def is_ascii_superset(codec: str) -> bool:
    """Say whether ASCII text in this codec is the same bytes in UTF-8."""
    return codec not in STATEFUL


def to_utf8(data: bytes, codec: str, defects: set[Defect], note: Defect | None = None) -> bytes:
    """Recode `data` from `codec` ("" = unknown) to UTF-8, marking what does not decode.

    `note` is the label's `reservation`.
    """
    if not codec:
        defects.add(Defect.UNKNOWN_CHARSET)
        codec = _UTF8
    if codec not in STATEFUL and data.isascii():
        return data
    if note is not None:
        defects.add(note)
    if codec == "latin_1" and len(data.translate(None, _C1)) < len(data):
        defects.add(Defect.C1_CONTROLS)
        codec = "cp1252"  # what is meant, and what mail programs show
    try:
        text = data.decode(codec)
    except UnicodeError:
        defects.add(Defect.UNDECODABLE_TEXT)
        text = data.decode(codec, "replace")
    else:
        if codec == _UTF8:
            return data
    # UTF-7 can smuggle lone surrogates, which UTF-8 does not have.
    return text.encode(_UTF8, "replace")


def misread(data: bytes, codec: str, defects: set[Defect]) -> bool:
    """Say whether `data` may be plain words, whatever its stateful codec makes of them.

    Mail programs that do not know UTF-7 show what is written; some disbelieve a label that cannot
    be true.
    """
    if codec in _SHIFTING:
        return True
    if codec not in _NEVER_ASCII or b"\0" in data or not data.strip():
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    defects.add(Defect.UNDECODABLE_TEXT)
    return True


def known_codecs() -> AbstractSet[str]:
    """Give every codec that a message can select (the tests walk them)."""
    return frozenset(_CODECS.values())
