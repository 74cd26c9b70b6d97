"""Differences that are known, each with its reason; whatever else differs is a fault.

On mail without defects there are three, all of Cyrus. On the torture corpus (defective mail) every
file that differs is named, and each name must still differ.
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
QUOTED: Final = "hosts drop needless quotes from the envelope sender's local part"

_FOLDED: Final = re.compile(rb"&(?!nbsp;|rsquo;|amp;|apos;)(?i:nbsp|rsquo|amp|apos);|[^\x00-\x7f]")
_HIDDEN: Final = "the transfer encoding is unknown: the host shows scripts no such part"
_ENCODING: Final = "mikel-mail__spec_fixtures_emails_error_emails_content_transfer_encoding_"
TORTURE: Final = {
    "pigeonhole": {
        "mikel-mail__spec_fixtures_emails_.gitattributes.eml": "no header at all, a text whose "
        "first line is no field: the host sees no body",
        **{
            f"{_ENCODING}{name}.eml": _HIDDEN
            for name in ("empty", "plain", "qp_with_space", "spam", "with_8bits")
        },
    },
    "cyrus": {
        **{f"{_ENCODING}{name}.eml": _HIDDEN for name in ("plain", "spam", "with_8bits")},
        "python-cpython-3-13-0__Lib_test_test_email_data_msg_38.eml": "a line that begins with a "
        "boundary and goes on ends no part for Cyrus",
    },
}
"""By engine: the file's name and why the script of the policy `words` sees less than the judge."""


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
    if cyrus and ":" in senders and ";" in senders:
        return GROUP
    return QUOTED if '"' in result.letter.sender else ""
