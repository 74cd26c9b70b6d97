"""Every bound of the reader, in one place.

Nothing in a message can make coldstop read, count or recurse past these figures. Crossing one
never raises: what lies beyond is not read (or is read more plainly) and a defect says so.
The figures come from measured mail and from measured attacks (H1, H7, H19).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of `coldstop.message`; counts, or bytes where the name says so."""

    message_bytes: int = 1 << 20
    """Of a whole message; what follows is not read (the Sieve guard is `size :over 1M`)."""

    text_bytes: int = 1 << 20
    """Of decoded UTF-8 text, all parts of a message together; second readings take what is left."""

    header_fields: int = 1_000
    """Of the message header; of later ones only subjects, content fields and senders are kept
    (H7)."""

    header_bytes: int = 256 << 10
    """Of the message header; of fields that do not lie wholly within only subjects, content
    fields and senders are kept (H7)."""

    vital_fields: int = 100
    """Fields of one name that are kept from beyond those limits: subjects, content fields,
    senders."""

    part_header_bytes: int = 64 << 10
    """Of the header of one inner part; a `Content-Type` beyond does not count."""

    value_bytes: int = 64 << 10
    """Of one field's value that `Message.header` decodes; the rest of the value is cut (H1)."""

    encoded_words: int = 1_000
    """RFC 2047 words decoded in one message; later ones stay as they are written."""

    parts: int = 200
    """MIME entities of any kind; what follows is read as one plain text (H7)."""

    second_readings: int = 32
    """Second readings of what can be read in several ways; then the body is read as plain text."""

    depth: int = 20
    """Nested multiparts and messages; what lies deeper is read as one plain text (H7)."""

    encoded_messages: int = 3
    """`message/rfc822` parts that wear a transfer encoding, one inside the other."""

    content_type_bytes: int = 8 << 10
    """Of a `Content-Type` value; parameters beyond are ignored."""

    boundary_bytes: int = 256
    """Of a boundary (RFC 2046 §5.1.1 allows 70)."""

    base64_runs: int = 10_000
    """Padded base64 runs in one part that are decoded one by one."""

    address_bytes: int = 16 << 10
    """Of one address field's value."""

    addresses: int = 100
    """Addresses of one field name, all its instances together."""

    results_fields: int = 20
    """`Authentication-Results` fields that are read."""

    results_bytes: int = 16 << 10
    """Of one `Authentication-Results` value; a longer one is not believed at all."""

    received_bytes: int = 2 << 10
    """Of one `Received` value; a longer one ends our own hops."""

    own_hops: int = 50
    """`Received` fields that can be our own."""

    own_runs: int = 200
    """Runs of own words in one part; later ones are dropped."""


LIMITS = Limits()
"""The bounds in force."""
