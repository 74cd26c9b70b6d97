"""From judgements to one outcome: modes, several recipients, sub-addresses, SMTP text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.daemon.config import Config, Filing, Headers, Mode, Quarantine, Rewrite
from coldstop.daemon.headers import no_verdict
from coldstop.daemon.limits import LIMITS
from coldstop.daemon.replies import Action, Reroute, decide, reply_text, subaddress
from coldstop.policy.model import Verdict
from coldstop.policy.recipient import Recipient
from coldstop.scorecard.judgement import Judgement

ENFORCE = Config(policy="any", mode=Mode.ENFORCE)
BY_ADDRESS = replace(ENFORCE, filing=Filing.SUBADDRESS, own_domains=("x.test",))
FOLDERS = {
    Verdict.LATER: "Later",
    Verdict.FILE: "Recruiters",
    Verdict.QUARANTINE: "Junk",
    Verdict.TRASH: "Trash",
}


def judged(verdict: Verdict, policy: str = "p") -> Judgement:
    """Make a judgement with a verdict."""
    folder = FOLDERS.get(verdict, "")
    return Judgement(True, 9, "job", 1, 0, 1, verdict, folder, (), (), policy, "0" * 12)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.TAG])
def test_without_enforcing_there_are_headers_only(mode: Mode, verdict: Verdict) -> None:
    """In observe and tag no verdict does anything but write headers."""
    config = replace(BY_ADDRESS, mode=mode, quarantine=Quarantine.HOLD)
    outcome = decide({"a@x.test": judged(verdict)}, config)
    assert outcome.action is Action.DELIVER
    assert not outcome.reroutes
    told = dict(outcome.headers)["X-Coldstop-Verdict"]
    assert told == (f"observe; would={verdict}" if mode is Mode.OBSERVE else verdict)


@pytest.mark.parametrize(
    ("verdict", "action"),
    [
        (Verdict.KEEP, Action.DELIVER),
        (Verdict.TAG, Action.DELIVER),
        (Verdict.LATER, Action.DELIVER),
        (Verdict.FILE, Action.DELIVER),
        (Verdict.QUARANTINE, Action.HOLD),
        (Verdict.TRASH, Action.DELIVER),
        (Verdict.REJECT, Action.REJECT),
        (Verdict.DISCARD, Action.DISCARD),
    ],
)
def test_enforcing_does_what_the_verdict_says(verdict: Verdict, action: Action) -> None:
    """Only reject, discard and a held quarantine touch the message as a whole."""
    config = replace(ENFORCE, quarantine=Quarantine.HOLD)
    assert decide({"a@x.test": judged(verdict)}, config).action is action


@pytest.mark.parametrize(
    ("verdict", "new"),
    [
        (Verdict.KEEP, None),
        (Verdict.TAG, None),
        (Verdict.LATER, "a+Later@x.test"),
        (Verdict.FILE, "a+Recruiters@x.test"),
        (Verdict.QUARANTINE, "a+Junk@x.test"),
        (Verdict.TRASH, "a+Trash@x.test"),
    ],
)
def test_filing_by_subaddress(verdict: Verdict, new: str | None) -> None:
    """Verdicts with a folder replace the recipient, the others leave it alone."""
    outcome = decide({"a@x.test": judged(verdict)}, BY_ADDRESS)
    assert outcome.reroutes == ((Reroute("a@x.test", new),) if new else ())
    assert dict(outcome.headers)["X-Coldstop-Verdict"] == verdict


def test_recipients_judged_alike_get_headers_as_for_one() -> None:
    """The same judgement for everyone is told."""
    same = judged(Verdict.FILE)
    outcome = decide({"a@x.test": same, "b@x.test": same}, ENFORCE)
    assert outcome.word == "file"
    assert dict(outcome.headers)["X-Coldstop-Verdict"] == "file"


def test_different_policies_tell_nothing() -> None:
    """Even with equal verdicts the names of two policies are not told to each other."""
    mail = {"a@x.test": judged(Verdict.KEEP, "one"), "b@x.test": judged(Verdict.KEEP, "two")}
    for config in (ENFORCE, BY_ADDRESS, replace(ENFORCE, mode=Mode.OBSERVE)):
        outcome = decide(mail, config)
        assert outcome.headers == no_verdict()
        assert outcome.word == "split"


def test_opposite_verdicts_are_filed_one_by_one() -> None:
    """Each recipient's copy goes its own way by sub-address, and no header says so."""
    mail = {
        "a@x.test": judged(Verdict.KEEP),
        "b@x.test": judged(Verdict.FILE),
        "c@x.test": judged(Verdict.DISCARD),
        "d@x.test": judged(Verdict.REJECT),
    }
    outcome = decide(mail, BY_ADDRESS)
    assert outcome.action is Action.DELIVER
    assert outcome.headers == no_verdict()
    assert outcome.reroutes == (
        Reroute("b@x.test", "b+Recruiters@x.test"),
        Reroute("c@x.test", ""),
        Reroute("d@x.test", "d+Junk@x.test"),
    )


def test_a_message_is_rejected_only_if_everyone_rejects_it() -> None:
    """One recipient who would take the message is enough to accept it (reject, discard, hold)."""
    hold = replace(ENFORCE, quarantine=Quarantine.HOLD)
    for verdict in (Verdict.REJECT, Verdict.DISCARD, Verdict.QUARANTINE):
        alone = {"a@x.test": judged(verdict, "one"), "b@x.test": judged(verdict, "two")}
        assert decide(alone, hold).action is not Action.DELIVER
        mixed = {**alone, "c@x.test": judged(Verdict.KEEP)}
        assert decide(mixed, hold).action is Action.DELIVER


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(Verdict), st.sampled_from(["one", "two"])), min_size=2, max_size=6
    ),
    st.sampled_from([ENFORCE, BY_ADDRESS, replace(BY_ADDRESS, mode=Mode.TAG)]),
)
def test_no_header_tells_one_recipient_of_another(
    judgements: list[tuple[Verdict, str]], config: Config
) -> None:
    """Either all recipients are judged alike, or the headers are the neutral ones."""
    mail = {f"r{n}@x.test": judged(*what) for n, what in enumerate(judgements)}
    outcome = decide(mail, config)
    if len(set(judgements)) > 1 and outcome.headers:
        assert outcome.headers == no_verdict()
    assert outcome.action is Action.DELIVER or len({what[0] for what in judgements}) == 1


@pytest.mark.parametrize(
    ("recipient", "folder", "new"),
    [
        ("a@x.test", "Recruiters", "a+Recruiters@x.test"),
        ("a+tag@x.test", "Recruiters", "a+Recruiters@x.test"),
        ("a@x.test", "Work/Recruiters", "a+Work/Recruiters@x.test"),
        ("a@x.test", "Cold mail", None),
        ("a@x.test", "Grüße", None),
        ("a@x.test", "", None),
        ("a@x.test", "..", None),
        ('"a b"@x.test', "Recruiters", None),
        ("postmaster", "Recruiters", None),
        ("+tag@x.test", "Recruiters", None),
        ("a" * 60 + "@x.test", "Recruiters", None),
        ("a%b@x.test", "Recruiters", None),
        ("a@x\udcff.test", "Recruiters", None),
    ],
)
def test_subaddresses(recipient: str, folder: str, new: str | None) -> None:
    """A sub-address is written where that is safe, and the recipient left alone elsewhere."""
    assert subaddress(recipient, folder, "+") == new


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Say 100% who you are", "Say 100%% who you are"),
        ("two\r\nlines", "two lines"),
        ("Grüße", "Gr e"),
        ("\x00", "rejected"),
        ("x" * 1000, "x" * LIMITS.reply),
    ],
)
def test_reply_text(text: str, line: str) -> None:
    """The reply is one printable line with doubled percent signs (H17)."""
    assert reply_text(text) == line


def test_what_reads_alike_is_told_to_all() -> None:
    """With brief headers two policies of one verdict and folder read the same, and say so."""
    both = {"a@x.test": judged(Verdict.FILE), "b@x.test": judged(Verdict.FILE, "other")}
    assert decide(both, ENFORCE).headers == no_verdict()
    brief = decide(both, replace(ENFORCE, headers=Headers.VERDICT))
    assert (brief.word, brief.verdicts) == ("file", "")
    assert dict(brief.headers) == {"X-Coldstop-Verdict": "file", "X-Coldstop-Folder": "Recruiters"}


def test_the_verdicts_that_met_are_named_once() -> None:
    """Words only, each once, whatever the recipients' order."""
    met = {
        "a@x.test": judged(Verdict.TRASH),
        "b@x.test": judged(Verdict.KEEP, "other"),
        "c@x.test": judged(Verdict.TRASH, "third"),
    }
    assert decide(met, ENFORCE).verdicts == "keep,trash"


@pytest.mark.parametrize("verdict", Verdict)
def test_recipients_elsewhere_are_left_alone(verdict: Verdict) -> None:
    """Beside them nothing is written, held or discarded as a whole; only a refusal is told."""
    config = replace(BY_ADDRESS, quarantine=Quarantine.HOLD)
    outcome = decide({"a@x.test": judged(verdict)}, config, outside=True)
    assert outcome.headers == ()
    refused = verdict is Verdict.REJECT
    assert outcome.action is (Action.REJECT if refused else Action.DELIVER)
    assert {reroute.old for reroute in outcome.reroutes} <= {"a@x.test"}


def test_only_own_domains_have_subaddresses() -> None:
    """Without own domains, outside of them, and for aliases nothing is rewritten (H26)."""
    trash = {"a+b@x.test": judged(Verdict.TRASH)}
    assert decide(trash, BY_ADDRESS).reroutes == (Reroute("a+b@x.test", "a+Trash@x.test"),)
    alias, other = Recipient("a", "x.test"), Recipient("c", "x.test")
    for config in (
        replace(BY_ADDRESS, own_domains=()),
        replace(BY_ADDRESS, own_domains=("y.test", "sub.x.test")),
        replace(BY_ADDRESS, rewrite=Rewrite(never=(alias,))),
        replace(BY_ADDRESS, rewrite=Rewrite(only=(other,))),
        replace(BY_ADDRESS, rewrite=Rewrite(only=(alias,), never=(alias,))),
    ):
        assert decide(trash, config).reroutes == ()


def test_the_first_delimiter_is_written() -> None:
    """Any of them begins a tag."""
    trash = {"a-b+c@x.test": judged(Verdict.TRASH)}
    for marks, new in (("+-", "a+Trash@x.test"), ("-+", "a-Trash@x.test")):
        config = replace(BY_ADDRESS, recipient_delimiter=marks)
        assert decide(trash, config).reroutes == (Reroute("a-b+c@x.test", new),)
