"""Differences that are known, each with its reason; whatever else differs is a fault.

On mail without defects there are two, both of Cyrus. On the torture corpus (defective mail) every
file that differs is named, and each name must still differ; so are the oddities that hide a part
from a script altogether.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coldstop.message.reader import read

if TYPE_CHECKING:
    from differential.engines import Result

CASE: Final = (
    "the compact script for Cyrus lets the comparator ignore case, which folds `&NBSP;` and `É`, "
    "too; the judge folds ASCII words only"
)
GROUP: Final = "Cyrus counts a group in From as three addresses, so it is nobody's identity"

_FOLDED: Final = re.compile(rb"&(?!nbsp;|rsquo;|amp;|apos;)(?i:nbsp|rsquo|amp|apos);|[^\x00-\x7f]")
_HIDDEN: Final = "the transfer encoding is unknown: the host shows scripts no such part"
_BROKEN: Final = "the Content-Type is broken: the host shows scripts no such part"
_ENCODING: Final = "mikel-mail__spec_fixtures_emails_error_emails_content_transfer_encoding_"
_BOTH: Final = {
    "php-mime-mail-parser-php-mime-mail-parser__tests_mails_issue126.eml": "two Content-Type "
    "fields: the judge reads the body as one text, too",
    "zbateson-mail-mime-parser__tests__data_emails_m3007.eml": _HIDDEN,
}
TORTURE: Final = {
    "pigeonhole": {
        **_BOTH,
        "python-cpython-3-13-0__Lib_test_test_email_data_msg_38.eml": "a line in a part's header "
        "that is no field: the judge reads the part as if the header ended there, too",
        "mikel-mail__spec_fixtures_emails_.gitattributes.eml": "no header at all, a text whose "
        "first line is no field: the host sees no body",
        **{
            f"{_ENCODING}{name}.eml": _HIDDEN
            for name in ("empty", "plain", "qp_with_space", "spam", "with_8bits")
        },
    },
    "cyrus": {
        **_BOTH,
        **{f"{_ENCODING}{name}.eml": _HIDDEN for name in ("plain", "spam", "with_8bits")},
        "python-cpython-3-13-0__Lib_test_test_email_data_msg_38.eml": "a line that begins with a "
        "boundary and goes on ends no part for Cyrus",
    },
}
"""By engine: the file's name and why the script of the policy `words` sees less than the judge."""

_ENCODINGS: Final = ("x-uuencode", '"base64"', "8-bit", "none", "base64 foo", "unknown", "plain")
HIDDEN: Final = {
    "pigeonhole": {
        **{f"micro encoding {name!r}": _HIDDEN for name in (*_ENCODINGS, "7 bit", "utf-8")},
        **{
            f"micro type {name!r}": _BROKEN
            for name in (
                *("text", "plain", '"text/plain"'),
                *("text/plain charset=us-ascii", "text/plain, charset=utf-8"),
            )
        },
    },
    "cyrus": {f"micro encoding {name!r}": _HIDDEN for name in (*_ENCODINGS, "utf-8")},
}
"""By engine: the oddity of `micro`, and why a script sees nothing where the judge reads."""


def reason(result: Result) -> str:
    """Say why a difference on mail without defects is no fault; empty where it is one."""
    message = read(result.stored)
    cyrus = result.side.target.runs == "cyrus"
    if cyrus and result.side.target.letters == "casemap":
        texts = [part.text for part in message.parts]
        texts += [value.encode() for value in message.header("subject")]
        if any(_FOLDED.search(text) for text in texts):
            return CASE
    senders = " ".join(message.header("from"))
    return GROUP if cyrus and ":" in senders and ";" in senders else ""
