"""What can be wrong with a message: a closed list.

A defect never stops the reading. It says that this message left the ground on which Sieve engines
and coldstop are promised to agree, and why.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Defect(StrEnum):
    """One way in which a message is broken or exceeds a limit."""

    MESSAGE_OVER_LIMIT = "message-over-limit"
    """Longer than `Limits.message_bytes`, or cut short by the milter; read as far as that."""

    TEXT_OVER_LIMIT = "text-over-limit"
    """The decoded texts exceed `Limits.text_bytes`; the last one kept is cut."""

    HEADERS_OVER_LIMIT = "headers-over-limit"
    """Too many or too long header fields; the later ones are dropped."""

    VALUE_OVER_LIMIT = "value-over-limit"
    """A field that was asked for is longer than `Limits.value_bytes`; it is cut."""

    TOO_MANY_PARTS = "too-many-parts"
    """More MIME entities than `Limits.parts`; the rest is read as one plain text."""

    TOO_DEEP = "too-deep"
    """Nested deeper than `Limits.depth`; what lies deeper is read as one plain text."""

    TOO_MANY_ENCODED_WORDS = "too-many-encoded-words"
    """More RFC 2047 words than `Limits.encoded_words`; later ones stay undecoded."""

    TOO_MANY_ADDRESSES = "too-many-addresses"
    """More addresses in one field than `Limits.addresses`, or a longer field than allowed."""

    BAD_HEADER_LINE = "bad-header-line"
    """A line in a header that is neither a field nor a fold; skipped (Pigeonhole does too)."""

    BARE_CR = "bare-cr"
    """A CR without LF in a header; for some mail programs it ends a line, so it is read so, too."""

    BAD_CONTENT_TYPE = "bad-content-type"
    """`Content-Type` breaks RFC 2045 §5.1, or a parameter has two values; Pigeonhole hides such a
    part, coldstop reads it in every sense; a multipart as one plain text, too."""

    REPEATED_CONTENT_FIELD = "repeated-content-field"
    """More than one `Content-Type` or `Content-Transfer-Encoding` in one header; each is tried,
    and a multipart is read as one plain text, too."""

    MISSING_BOUNDARY = "missing-boundary"
    """A multipart without a boundary, or whose boundary never occurs; read as one plain text."""

    MISSING_FINAL_BOUNDARY = "missing-final-boundary"
    """A multipart that does not end; its last part reaches to the end."""

    ODD_DELIMITER = "odd-delimiter"
    """A line that begins with a boundary and goes on; a delimiter, but not for Cyrus; read as if it
    were none, too."""

    UNKNOWN_ENCODING = "unknown-encoding"
    """An unknown transfer encoding; hosts hide such a part, coldstop reads it as 8bit and as
    what the name may mean."""

    BAD_BASE64 = "bad-base64"
    """Base64 with foreign characters or text after its padding; words in it stay words."""

    ENCODED_MESSAGE = "encoded-message"
    """A `message/rfc822` in base64 or quoted-printable (RFC 2046 §5.2.1 forbids); decoded."""

    UNKNOWN_CHARSET = "unknown-charset"
    """Text in a charset without a decoder; read as UTF-8."""

    UNCOMMON_CHARSET = "uncommon-charset"
    """Text beyond ASCII in a charset, or under a name of one, that not every Sieve host knows."""

    UNLABELLED_8BIT = "unlabelled-8bit"
    """Bytes beyond ASCII where the charset is ASCII or missing; read as UTF-8 (Cyrus: not)."""

    C1_CONTROLS = "c1-controls"
    """Bytes 0x80-0x9F in ISO-8859-1, which has controls there; read as windows-1252, as Cyrus and
    mail programs do; Pigeonhole reads controls."""

    UNDECODABLE_TEXT = "undecodable-text"
    """Bytes that their charset does not have; each became U+FFFD. Or plain words under the label of
    a charset without ASCII."""

    NUL_IN_TEXT = "nul-in-text"
    """A NUL in a text; it is read up to there, as in a Sieve engine, and whole without its NULs."""

    RAW_8BIT_HEADER = "raw-8bit-header"
    """A field with bytes that are no UTF-8; read as Latin-1."""

    BAD_ENCODED_WORD = "bad-encoded-word"
    """An RFC 2047 word of unknown charset or broken coding; decoded as far as it goes."""

    BAD_ADDRESS = "bad-address"
    """An address field that breaks RFC 5322 §3.4; the addresses in it were found nevertheless."""
