"""`reject` files in a script, unless the policy insists."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.policy.complaints import FORBIDDEN
from coldstop.policy.load import load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.loss import State
from coldstop.sieve.quote import DOLLAR
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.policies import message, wanting
from support.sieveanswers import AnsweringHost
from support.sievecheck import Pigeonhole, cyrus_compiles, meaning, read_string
from support.sievehosts import CyrusHost

if TYPE_CHECKING:
    from coldstop.sieve.compile import Compiled

HOSTILE = 'No, "thank you". ${name} \\ ${hex:22}; stop; # é €'


def made(target: str, extra: str = "", capabilities: str | None = None) -> Compiled:
    """A script that gives the verdict that the mail asks for."""
    policy = load_text(wanting(extra=extra))
    return compile_policy(policy, load_target(target, capabilities), today=TODAY)


def insisting(text: str = HOSTILE) -> str:
    """What a policy says that insists."""
    return f"reply: {{sieve: reject, reject: {json.dumps(text, ensure_ascii=False)}}}\n"


def about_reject(compiled: Compiled) -> list[tuple[State, str]]:
    """What the loss report says of it."""
    return [(one.state, one.why[0]) for one in compiled.loss if one.why[:1] and not one.rule]


def test_reject_files_by_default() -> None:
    """A policy that says nothing gets a script that answers nobody."""
    compiled = made("pigeonhole")
    assert not {"reject", "ereject", "vacation"} & set(compiled.requires)
    state, why = about_reject(compiled)[0]
    assert (state, why.startswith("reject files instead")) == (State.APPROXIMATE, True)


@pytest.mark.parametrize(
    ("target", "capabilities", "verb"),
    [
        ("pigeonhole", None, "reject"),
        ("cyrus", None, "reject"),
        ("stalwart", None, "ereject"),
        ("pigeonhole", "fileinto variables reject ereject", "ereject"),
    ],
)
def test_a_policy_that_insists_gets_the_command(
    target: str, capabilities: str | None, verb: str
) -> None:
    """One command with the text as one string, then the end; `ereject` where there is one."""
    compiled = made(target, insisting(), capabilities)
    assert verb in compiled.requires
    commands = re.findall(rf"(?<![\w\"]){verb} ?(?=\")", compiled.text)
    assert len(commands) == 1
    start = compiled.text.index('"', compiled.text.rindex(commands[0]))
    _, end = read_string(compiled.text, start)
    # A short script has short names for variables, but not for this one: strings say it.
    assert re.search(rf'set ?"{DOLLAR}" ?"\$";', compiled.text)
    assert meaning(compiled.text[start:end], {DOLLAR: "$"}) == HOSTILE
    assert re.match(r";\s*stop;", compiled.text[end:])
    assert (State.EXACT, verb) in [
        (state, verb) for state, why in about_reject(compiled) if f"({verb})" in why
    ]


def test_a_host_without_reject_files() -> None:
    """What a host cannot do is filed, and the report says that the policy wanted more."""
    compiled = made("migadu", insisting())
    assert not {"reject", "ereject"} & set(compiled.requires)
    assert any("though the policy insists" in why for _, why in about_reject(compiled))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='"\\ ${}hex:;.\n*/#é€\U0001f600a', min_size=1, max_size=60))
def test_any_text_comes_back(text: str) -> None:
    """Whatever a policy may say, the sender reads just that, in one line."""
    text = FORBIDDEN.sub("", text)
    wanted = " ".join(text.split())
    if not wanted:
        return
    script = made("pigeonhole", insisting(text)).text
    start = script.index('"', script.rindex("\n  reject "))
    _, end = read_string(script, start)
    assert meaning(script[start:end], {DOLLAR: "$"}) == wanted


def test_discard_stands_only_where_it_is_named() -> None:
    """No verdict but `discard` throws mail away."""
    ladder = "ladder: {0: keep, 30: file, 60: reject}\n"
    text = re.sub(r"ladder: .*\n", ladder, wanting(extra=insisting()))
    script = compile_policy(load_text(text), load_target("pigeonhole"), today=TODAY).text
    assert "discard;" not in script
    assert made("pigeonhole").text.count("discard;") == 1


def test_pigeonhole_rejects() -> None:
    """Its own tool shows the reject action with the text, and nothing is kept."""
    with Pigeonhole() as host:
        script = made("pigeonhole", insisting()).text
        assert not host.compile([script])
        shown = host.run(script, message("reject"))
        assert f"reject message with reason: {HOSTILE}" in shown
        assert re.search(r"Implicit keep:\s+\(none\)", shown)
        assert "reject" not in host.run(script, message("trash"))


@pytest.mark.real
def test_dovecot_answers_the_envelope_sender() -> None:
    """Over LMTP the mail is taken and gone, and the envelope sender gets a notice: backscatter."""
    with AnsweringHost() as host:
        host.activate("alice", made("pigeonhole", insisting("No, thank you.")).text)
        (reply,) = host.deliver("alice", [message("reject")], "ann@firm.example")
        assert reply[0] == 250
        assert host.stored("alice") == {}
        (answer,) = host.answers()
        assert answer.recipient == "ann@firm.example"
        assert "No, thank you." in answer.raw


@pytest.mark.real
def test_cyrus_refuses_in_the_session() -> None:
    """Cyrus answers LMTP itself with 550 and the text, so the sender's server tells the sender."""
    text = 'No, "thank you", ${name} \\ stop;'
    script = made("cyrus", insisting(text)).text
    assert not cyrus_compiles(script)
    assert not cyrus_compiles(made("cyrus", insisting()).text)
    with CyrusHost() as host:
        host.activate("alice", script)
        replies = host.deliver("alice", [message("reject"), message("trash")], "ann@firm.example")
        assert replies[0] == (550, f"5.7.1 {text}")
        assert replies[1][0] == 250
        assert set(host.stored("alice")) == {"Trash"}
