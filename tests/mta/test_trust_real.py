"""OpenDKIM and OpenDMARC say who a mail is from; friends are kept, forgers are not.

One Postfix asks OpenDKIM, OpenDMARC and coldstop's milter in this order, and hands the mail to
Dovecot. alice has no script: the milter's own header says how it judged. bob has the same policy as
a script. The client's address is a public one (XCLIENT), as it is for mail from outside.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.demo.servers import Milter, Postfix, short_folder
from coldstop.message.hops import own_hops
from coldstop.message.model import Envelope
from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from coldstop.trust.propose import propose
from coldstop.trust.survey import look
from support.border import OpenDkim, OpenDmarc, Zone
from support.dkim import make_key, public_record, sign
from support.judging import TODAY
from support.mta import until
from support.sievehosts import DovecotHost

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real

_POLICY = """\
coldstop: 1
extends: presets/passive.yaml
trust: {authserv: mail.test}
reader: {names: [Alice]}
lists:
  people: [kim@friend.example, kim@plain.example]
"""
_DOC = (Path(__file__).parents[2] / "docs" / "trust.md").read_text("utf-8")
_NUMBERS = itertools.count(1)
# OpenDKIM undoes the quoting of `i=` (RFC 6376 §2.11) before it writes it into its result.
_WORD = "=?utf-8?q?x=3Bdmarc=3Dpass_header.from=3Dfriend.example_?="
_CLAIMS = (
    b"Received: from localhost (localhost [127.0.0.1])\r\n"
    b"\tby mail.test (Postfix) with ESMTP id 4ZZ\r\n"
    b"Authentication-Results: mail.test; dmarc=pass header.from=friend.example\r\n"
    b"Authentication-Results: mail.test; dkim=pass header.d=friend.example\r\n"
    b"Authentication-Results: mail.test; spf=pass smtp.mailfrom=friend.example\r\n"
)


@dataclass
class Keys:
    """Who can sign for whom."""

    friend: Path
    evil: Path


@pytest.fixture(scope="module")
def keys() -> Iterator[Keys]:
    """Keys of a friend and of a forger."""
    folder = short_folder()
    try:
        yield Keys(make_key(folder, "friend"), make_key(folder, "evil"))
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def zone(keys: Keys) -> Iterator[Zone]:
    """What DNS says: `plain.example` signs, but has no DMARC policy."""
    records = {
        "s1._domainkey.friend.example": public_record(keys.friend),
        "s1._domainkey.plain.example": public_record(keys.friend),
        "s1._domainkey.evil.example": public_record(keys.evil),
        "_dmarc.friend.example": "v=DMARC1; p=none",
        "_dmarc.evil.example": "v=DMARC1; p=none",
    }
    with Zone(records=records) as server:
        yield server


@dataclass
class Border:
    """The chain of servers, and one policy in all its forms."""

    postfix: Postfix
    dovecot: DovecotHost
    policy: str

    def send(self, user: str, raw: bytes, *, sender: str = "kim@friend.example") -> bytes:
        """Hand a mail over as a stranger's server does; give it as delivered, wherever it lies."""
        mark = b"X-Number: %d" % next(_NUMBERS)
        client = self.postfix.smtp()
        try:
            client.ehlo()
            assert client.docmd("XCLIENT", "NAME=mail.sender.example ADDR=203.0.113.9")[0] == 220
            client.ehlo("localhost")
            assert client.docmd("MAIL", f"FROM:<{sender}>")[0] == 250
            assert client.rcpt(f"{user}@mail.test")[0] == 250
            assert client.data(raw.replace(b"\r\n\r\n", b"\r\n" + mark + b"\r\n\r\n", 1))[0] == 250
        finally:
            client.close()
        return self._find(user, mark)

    def _find(self, user: str, mark: bytes) -> bytes:
        found: list[bytes] = []

        def arrived() -> bool:
            everything = self.dovecot.everywhere(user)
            found[:] = [one for kept in everything.values() for one in kept if mark in one]
            return bool(found)

        until(arrived, f"{mark!r}; {self.postfix.log()[-600:]}")
        return found[0]

    def kept(self, raw: bytes) -> dict[str, bool]:
        """Say who kept a mail: the milter, the judge of the delivered file, the script."""
        for_alice = self.send("alice", raw)
        verdict = re.search(rb"^X-Coldstop-Verdict: (\w+)", for_alice, re.MULTILINE)
        assert verdict, for_alice.decode()
        judged = judge(read(for_alice), resolve(load_text(self.policy)), today=TODAY)
        for_bob = self.send("bob", raw)
        return {
            "milter": verdict[1] == b"keep",
            "judge": judged.verdict == "keep",
            "script": for_bob in self.dovecot.messages("bob"),
        }


@contextlib.contextmanager
def _removal() -> Iterator[str]:
    """Give the line for main.cf that docs/trust.md has, with its table."""
    pattern, setting = re.findall(r"^(?:/\^Auth.*IGNORE|header_checks = .*)$", _DOC, re.MULTILINE)
    folder = short_folder()
    (folder / "checks").write_text(pattern + "\n", "utf-8")
    yield setting.replace("/etc/postfix/foreign_results", str(folder / "checks")) + "\n"
    shutil.rmtree(folder)


@contextlib.contextmanager
def border(zone: Zone, policy: str, *, dmarc: bool, more: str = "") -> Iterator[Border]:
    """Start the chain; without `dmarc`, OpenDKIM alone stands before coldstop."""
    with contextlib.ExitStack() as stack:
        filters: list[OpenDkim | OpenDmarc | Milter] = [stack.enter_context(OpenDkim(zone=zone))]
        if dmarc:
            filters.append(stack.enter_context(OpenDmarc(zone=zone)))
        settings = {"policy": "p.yaml", "mode": "enforce"}
        ours = Milter(settings=settings, files={"p.yaml": policy})
        filters.append(stack.enter_context(ours))
        dovecot = stack.enter_context(DovecotHost())
        postfix = stack.enter_context(
            Postfix(
                milter=" }, { ".join(one.address for one in filters),
                lmtp_socket=dovecot.lmtp_socket,
                auth_socket=dovecot.auth_socket,
                settings=f"smtpd_authorized_xclient_hosts = 127.0.0.0/8\n{more}",
            )
        )
        target = load_target("pigeonhole")
        dovecot.activate("bob", compile_policy(load_text(policy), target, today=TODAY).text)
        yield Border(postfix, dovecot, policy)


@pytest.fixture(scope="module")
def both(zone: Zone) -> Iterator[Border]:
    """OpenDKIM and OpenDMARC; the topmost field alone is read."""
    with border(zone, _POLICY, dmarc=True) as servers:
        yield servers


@pytest.fixture(scope="module")
def several(zone: Zone) -> Iterator[Border]:
    """OpenDKIM and OpenDMARC; Postfix removes all foreign fields, so both are read together."""
    removed = "trust: {authserv: mail.test, foreign: removed, fields: 2}"
    policy = _POLICY.replace("trust: {authserv: mail.test}", removed)
    with _removal() as setting, border(zone, policy, dmarc=True, more=setting) as servers:
        yield servers


@pytest.fixture(scope="module")
def alone(zone: Zone) -> Iterator[Border]:
    """OpenDKIM alone: one field."""
    with border(zone, _POLICY, dmarc=False) as servers:
        yield servers


def pitch(sender: str = "kim@friend.example", top: bytes = b"") -> bytes:
    """Write what no stranger is kept for."""
    lines = (
        f"From: Kim Sample <{sender}>",
        "To: Alice <alice@mail.test>",
        "Subject: Job opportunity: senior Java developer in Plano, TX (onsite)",
        f"Message-ID: <{next(_NUMBERS)}@friend.example>",
        "",
        "I am a technical recruiter with an urgent requirement. My client is looking for a",
        "senior Java developer.",
        "",
        "Location: Plano, TX",
        "Duration: 12 months contract",
        "Rate: $60/hr on C2C",
        "",
        "Please send your updated resume and your expected rate.",
        "",
    )
    return top + "\r\n".join(lines).encode()


def _forgeries(keys: Keys) -> dict[str, bytes]:
    signed = sign(pitch(), "friend.example", keys.friend)
    quoted = _WORD.replace("=", "=3D") + "@evil.example"
    return {
        "no-signature": pitch(),
        "changed-afterwards": signed.replace(b"$60/hr", b"$95/hr"),
        "wrong-key": sign(pitch(), "friend.example", keys.evil),
        "own-signature": sign(pitch(), "evil.example", keys.evil),
        "encoded-word-in-identity": sign(pitch(), "evil.example", keys.evil, identity=quoted),
        "raw-encoded-word": sign(
            pitch(), "evil.example", keys.evil, identity=f"{_WORD}@evil.example"
        ),
        "claims": pitch(top=_CLAIMS),
        "claims-and-own-signature": sign(pitch(top=_CLAIMS), "evil.example", keys.evil),
    }


_KEPT = {"milter": True, "judge": True, "script": True}
_NOT = dict.fromkeys(_KEPT, False)
_NAMES = (
    "no-signature",
    "changed-afterwards",
    "wrong-key",
    "own-signature",
    "encoded-word-in-identity",
    "raw-encoded-word",
    "claims",
    "claims-and-own-signature",
)


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("chain", ["both", "alone", "several"])
def test_forgers_are_strangers(
    request: pytest.FixtureRequest, keys: Keys, chain: str, name: str
) -> None:
    """Who writes a friend's address, but cannot sign for it, is judged as a stranger."""
    servers: Border = request.getfixturevalue(chain)
    assert servers.kept(_forgeries(keys)[name]) == _NOT


def test_the_encoded_word_is_in_the_true_result(both: Border, keys: Keys) -> None:
    """OpenDKIM does write the forger's words into our own field: there is something to resist."""
    delivered = both.send("alice", _forgeries(keys)["encoded-word-in-identity"])
    assert f" header.d=evil.example header.i={_WORD}@evil.example".encode() in delivered


def test_a_friend_with_a_policy(both: Border, keys: Keys) -> None:
    """OpenDMARC's `dmarc=pass` stands on top and is enough."""
    assert both.kept(sign(pitch(), "friend.example", keys.friend)) == _KEPT


def test_a_friend_without_a_policy(alone: Border, keys: Keys) -> None:
    """OpenDKIM's aligned `dkim=pass` is enough where it is the only field, but for a script.

    Debian's writes header.s behind header.d, and a word from one to the other would swallow both.
    """
    signed = sign(pitch("kim@plain.example"), "plain.example", keys.friend)
    assert alone.kept(signed) == _KEPT | {"script": False}


def test_a_second_field_counts_for_nothing_unasked(both: Border, keys: Keys) -> None:
    """`dmarc=none` stands above `dkim=pass`: the second field could be the sender's."""
    signed = sign(pitch("kim@plain.example"), "plain.example", keys.friend)
    assert both.kept(signed) == _NOT


def test_a_friend_in_the_second_field(several: Border, keys: Keys) -> None:
    """Where the border removes foreign fields, `dkim=pass` below `dmarc=none` is enough.

    But for a script, as above.
    """
    signed = sign(pitch("kim@plain.example"), "plain.example", keys.friend)
    assert several.kept(signed) == _KEPT | {"script": False}


def test_a_friend_in_both_fields(several: Border, keys: Keys) -> None:
    """`dmarc=pass` above `dkim=pass` is enough as before."""
    assert several.kept(sign(pitch(), "friend.example", keys.friend)) == _KEPT


def test_claims_do_not_complete_our_own_fields(several: Border, keys: Keys) -> None:
    """The sender's `dkim=pass` below our `dmarc=none` is gone before anybody reads it."""
    claims = _CLAIMS.replace(b"friend.example", b"plain.example")
    assert several.kept(pitch("kim@plain.example", claims)) == _NOT
    signed = sign(pitch("kim@plain.example", claims), "evil.example", keys.evil)
    assert several.kept(signed) == _NOT


@pytest.mark.parametrize(
    "name",
    ["=?utf-8?q?mail.test?=", "ma=?utf-8?q?il?=.test", "=?utf-8?b?bWFpbC50ZXN0?=", "mail=2Etest"],
)
def test_an_encoded_id_is_not_ours(several: Border, keys: Keys, name: str) -> None:
    """A border that goes by the id would leave it, and a mail host decodes it for its script."""
    claim = f"Authentication-Results: {name}; dmarc=pass header.from=plain.example\r\n".encode()
    assert several.kept(pitch("kim@plain.example", claim)) == _NOT
    signed = sign(pitch("kim@plain.example", claim), "evil.example", keys.evil)
    assert several.kept(signed) == _NOT


def test_foreign_fields_are_removed(both: Border) -> None:
    """OpenDKIM with RemoveARAll takes the sender's fields with our id away."""
    delivered = both.send("alice", pitch(top=_CLAIMS))
    fields = read(delivered, Envelope()).raw("authentication-results")
    assert [field for field in fields if b"pass" in field] == []


def test_own_hops_as_delivered(both: Border) -> None:
    """Postfix and Dovecot wrote the two topmost Received, the forged third is not counted."""
    delivered = both.send("alice", pitch(top=_CLAIMS))
    message = read(delivered, Envelope())
    assert len(message.raw("received")) == 3
    assert own_hops(message, {"mail.test"}) == 2


def test_what_it_proposes_to_trust(both: Border, keys: Keys) -> None:
    """`coldstop trust` finds our id, both fields and both hops in the mail as delivered."""
    signed = sign(pitch(), "friend.example", keys.friend)
    found = propose([look(both.send("alice", signed)) for _ in range(5)])
    assert found.authserv == ("mail.test",)
    assert (found.fields, found.own_hops) == (2, {2: 5})
    assert found.ids[0].writers == ("OpenDMARC", "OpenDKIM")
    assert found.ids[0].places == {"above": 5, "at": 0, "below": 0}


def test_postfix_removes_foreign_fields(zone: Zone) -> None:
    """`header_checks` as docs/trust.md says: the sender's fields go, the milter's stay."""
    forged = (
        b"Authentication-Results: mail.test; dmarc=pass header.from=friend.example\r\n"
        b"AUTHENTICATION-RESULTS : (x) mail.test; dkim=pass header.d=friend.example\r\n"
        b'Authentication-Results:\r\n\t"mail\\.test"; spf=pass smtp.mailfrom=friend.example\r\n'
    )
    with (
        _removal() as setting,
        OpenDkim(zone=zone, removes=False) as dkim,
        DovecotHost() as dovecot,
        Postfix(
            milter=dkim.address,
            lmtp_socket=dovecot.lmtp_socket,
            auth_socket=dovecot.auth_socket,
            settings=f"smtpd_authorized_xclient_hosts = 127.0.0.0/8\n{setting}",
        ) as postfix,
    ):
        raw = Border(postfix, dovecot, "").send("alice", pitch(top=forged))
    fields = read(raw).raw("authentication-results")
    assert [b"dkim=none" in field for field in fields] == [True]
