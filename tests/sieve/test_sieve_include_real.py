"""What Cyrus hands on between included scripts, and how many it holds: docs/decisions/0007."""

from __future__ import annotations

import pytest

from coldstop.demo.process import ServerError
from support.sievehosts import CyrusHost

FIRST = """\
require ["imap4flags", "variables"];
set "tally" "xxx";
addflag ["$one", "$two"];
"""
SECOND = """\
require ["imap4flags", "variables", "relational", "comparator-i;ascii-numeric", "fileinto"];
if string :is "${tally}" "xxx" { addflag "$variable"; }
if hasflag :count "ge" :comparator "i;ascii-numeric" "2" { fileinto "Counted"; stop; }
"""
WRAPPER = """\
require "include";
include :personal "first";
include :personal "second";
"""
MAIL = b"From: a@example.org\nSubject: hello\nMessage-ID: <1@example.org>\n\nhello\n"


def _crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


@pytest.mark.real
def test_a_tally_would_survive_include_on_cyrus() -> None:
    """Flags do (RFC 5232 has them on the message), and so do variables, which RFC 6609 forbids."""
    with CyrusHost() as host:
        with host.sieve("alice") as sieve:
            for name, text in (("first", FIRST), ("second", SECOND), ("wrapper", WRAPPER)):
                sieve.put(name, _crlf(text))
            sieve.activate("wrapper")
        host.deliver("alice", [MAIL])
        (stored,) = host.stored("alice")["Counted"]
    assert stored.flags == {"$one", "$two", "$variable"}


@pytest.mark.real
def test_of_five_scripts_none_can_be_replaced() -> None:
    """Cyrus counts the script that would be replaced, so four is what a host of five holds."""
    with CyrusHost(max_script_kb=32, max_scripts=5) as host, host.sieve("alice") as sieve:
        for name in "abcd":
            sieve.put(name, b"keep;\r\n")
        sieve.put("a", b"stop;\r\n")
        sieve.put("e", b"keep;\r\n")
        with pytest.raises(ServerError, match="only allowed 5 scripts"):
            sieve.put("a", b"keep;\r\n")
