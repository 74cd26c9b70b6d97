"""Every kind of test, by what makes it hold and what does not."""

from __future__ import annotations

import datetime as dt

import pytest

from coldstop.policy.model import Tier
from coldstop.scorecard.standing import Standing
from coldstop.scorecard.tests.asked_to_stop import end_of_grace
from support.judging import card, fired, judged, mail, quotes, rules

TRUSTED = "mx.test; dmarc=pass header.from={}"


def holds(condition: str, raw: bytes, **about: object) -> bool:
    """Whether a condition holds for a mail."""
    scorecard = rules(f"it: {{when: {condition}, points: 1, sieve: approximate}}")
    return "it" in fired(judged(raw, scorecard, **about))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "subject", "text", "expected"),
    [
        ("", "gold", "", True),
        ("", "", "gold", True),
        (", zone: subject", "gold", "", True),
        (", zone: subject", "", "gold", False),
        (", zone: all", "gold", "", False),
        (", zone: all", "", "> gold", True),
        (", zone: own", "", "gold", True),
        (", zone: own", "", "silver\n\nOn Monday Bob wrote:\n> gold\n", False),
    ],
)
def test_text_looks_in_its_zone(zone: str, subject: str, text: str, expected: bool) -> None:
    """Subject, all text, or the sender's own words."""
    assert holds(f"{{text: gold{zone}}}", mail(text, subject)) is expected


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("{header: X-A}", "anything", True),
        ("{header: x-a}", "anything", True),
        ("{header: X-B}", "anything", False),
        ("{header: [X-B, X-A]}", "anything", True),
        ("{header: X-A, is: [bulk, list]}", "BULK", True),
        ("{header: X-A, is: bulk}", "bulk mail", False),
        ("{header: X-A, contains: lk ma}", "Bulk Mail", True),
        ("{header: X-A, phrase: bulk mail}", "so: bulk  mail!", True),
        ("{header: X-A, phrase: bulk}", "bulky", False),
    ],
)
def test_header_compares_without_case(condition: str, value: str, expected: bool) -> None:
    """Presence, whole value, part of it, or a phrase."""
    assert holds(condition, mail(X_A=value)) is expected


@pytest.mark.parametrize(
    ("entry", "sender", "expected"),
    [
        ("firm.example", "a@firm.example", True),
        ("firm.example", "A <a@Jobs.FIRM.example>", True),
        ("firm.example", "a@myfirm.example", False),
        ("firm.example", "a@firm.example.evil.example", False),
        ("a@firm.example", "A@FIRM.example", True),
        ("a@firm.example", "b@firm.example", False),
    ],
)
def test_a_domain_covers_its_subdomains(entry: str, sender: str, expected: bool) -> None:
    """An address is compared whole, a domain with all below it, and never by its letters."""
    assert holds(f'{{address: from, in: ["{entry}"]}}', mail(sender=sender)) is expected


def test_labels_count_at_the_start_of_a_line() -> None:
    """A label counts once, in its own case, with its colon, where a line begins."""
    form = "Location: Plano\r\n * Duration :6 months\r\nThe Rate: 60\r\nclient: none\r\nRole\r\n"
    scorecard = rules(
        "it: {when: {labels: [Location, Duration, Rate, Client, Role]}, points_each: 1, cap: 9}"
    )
    found = judged(mail(form), scorecard)
    assert quotes(found, "it") == ["Location:", "Duration:"]


def test_labels_stand_behind_tags_too() -> None:
    """In HTML a label begins behind a tag, never inside one."""
    html = '<p style="x"><b>Location</b>: Plano</p><td>Duration:</td><a title="Rate: 5">x</a>'
    scorecard = rules(
        "it: {when: {labels: [Location, Duration, Rate], at_least: 2}, points_each: 1, cap: 9}"
    )
    assert fired(judged(mail("see html", html=html), scorecard)) == {"it": 2}


ROLES = """
lists:
  role-cues: ["(position|looking) for (a|an)?", hiring]
  role-labels: ["role:"]
  role-nouns: [position, role]
"""


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("Help desk agent wanted", "", True),
        ("", "We have a position for a help desk agent", True),
        ("", "Role: help desk agent", True),
        ("", "a help desk agent position is open", True),
        ("", "you will work with every help desk agent in our team", False),
    ],
)
def test_only_the_offered_role_counts(subject: str, text: str, expected: bool) -> None:
    """T3: a role is a role where it is offered, not wherever its words stand."""
    scorecard = card(
        ROLES
        + """
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  it: {when: {role: help desk agent}, points: 1}
"""
    )
    assert ("it" in fired(judged(mail(text, subject), scorecard))) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is a fully remote role", True),
        ("remote until further notice, then fully remote no more", False),
        ("fully remote, hybrid after a month", False),
        ("on-site", False),
    ],
)
def test_remote_means_full_time_remote(text: str, expected: bool) -> None:
    """S25: hybrid and "remote until" take remote back."""
    scorecard = card("""
extends: base.yaml
rules:
  any: {when: {not: {header: X-Never}}, pitch: 100}
  it: {when: {work: remote}, points: 1}
""")
    assert ("it" in fired(judged(mail(text), scorecard))) is expected


HOME = """
extends: base.yaml
reader: {commute: {from: "Albany, NY", miles: 40}, places: ["New York City, NY"]}
rules:
  any: {when: {not: {header: X-Never}}, pitch: 100}
  far: {when: {place: far}, points: 1}
  near: {when: {place: near}, points: 1}
"""


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("DBA in Plano, TX", "", "far"),
        ("DBA in Plano, Texas", "", "far"),
        ("DBA in Troy, NY", "", "near"),
        ("DBA in Buffalo, NY", "", "far"),
        ("DBA in Nowhereville, NY", "", ""),
        ("DBA in Smallville, KS", "", "far"),
        ("DBA, Albany, NY or Austin, TX", "", "near"),
        ("", "Location: Plano, TX", "far"),
        ("", "The office is located in Schenectady, NY.", "near"),
        ("", "Ann Smith, Plano, TX", ""),
        ("", "Location: 12 Main Street, Plano, TX 75074", ""),
        ("", "location: plano, tx", ""),
    ],
)
def test_places_count_where_they_are_offered(subject: str, text: str, expected: str) -> None:
    """S24: subject, label or cue; a postal code makes an address; one near place outweighs."""
    found = fired(judged(mail(text, subject or "A job"), card(HOME)))
    assert [side for side in ("far", "near") if side in found] == ([expected] if expected else [])


def test_a_relay_has_no_place() -> None:
    """LinkedIn's own address in its footer is not where the job is."""
    raw = mail("Location: Sunnyvale, CA", sender="A <inmail-hit-reply@linkedin.com>")
    assert "far" not in fired(judged(raw, card(HOME)))


def test_without_a_home_nothing_is_far() -> None:
    """A policy that says no commute has no opinion on places."""
    scorecard = card("""
extends: base.yaml
rules:
  any: {when: {not: {header: X-Never}}, pitch: 100}
  far: {when: {place: far}, points: 1}
""")
    assert "far" not in fired(judged(mail("", "DBA in Plano, TX"), scorecard))


CIRCLE = """
trust: {authserv: mx.test}
lists:
  people: [ann@firm.example]
  firms: [firm.example]
  recognised: [heard.example]
  relays: [relay.example]
  connection: [we met]
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  stranger: {when: {relationship: stranger}, points: 1}
  recognised: {when: {relationship: recognised}, points: 1}
  stated: {when: {relationship: stated}, points: 1, sieve: approximate}
  known-firm: {when: {relationship: known-firm}, points: 1}
  known-person: {when: {relationship: known-person}, points: 1}
"""


@pytest.mark.parametrize(
    ("sender", "text", "trusted", "tier"),
    [
        ("ann@firm.example", "", "firm.example", "known-person"),
        ("bob@firm.example", "", "firm.example", "known-firm"),
        ("bob@heard.example", "", "heard.example", "recognised"),
        ("ann@firm.example", "", "", "stranger"),
        ("ann@firm.example", "", "evil.example", "stranger"),
        ("ann@firm.example", "we met", "", "stated"),
        ("eve@else.example", "we met", "", "stated"),
        ("eve@else.example", "x\n\nOn Monday Bob wrote:\n> we met\n", "", "stranger"),
        ("eve@relay.example", "", "relay.example", "stranger"),
        ("ann@firm.example, eve@else.example", "", "firm.example", "stranger"),
    ],
)
def test_relationship_needs_proof(sender: str, text: str, trusted: str, tier: str) -> None:
    """Lists need authentication; a stated connection needs the sender's own words."""
    headers = {"Authentication_Results": TRUSTED.format(trusted)} if trusted else {}
    found = fired(judged(mail(text, sender=sender, **headers), card(CIRCLE)))
    assert list(found) == ["any", tier]


@pytest.mark.parametrize("tier", list(Tier))
def test_standing_overrides_the_lists(tier: Tier) -> None:
    """What memory or a policy test says about the sender counts before the lists."""
    found = judged(mail(), card(CIRCLE), Standing(tier))
    assert list(fired(found)) == ["any", tier.value]


STOPPED = """
stopped:
  - {who: blast.example, on: 2026-05-01, grace: 10bd, times: 3}
  - {who: eve@else.example, on: 2026-05-20, grace: 14d}
rules:
  any: {when: {header: X-Ever}, pitch: 1}
  it: {when: {asked_to_stop: true}, points_each: 4, cap: 9, always: true}
"""


@pytest.mark.parametrize(
    ("sender", "on", "points"),
    [
        ("a@blast.example", dt.date(2026, 5, 15), 0),
        ("a@blast.example", dt.date(2026, 5, 16), 9),
        ("a@mail.blast.example", dt.date(2026, 6, 1), 9),
        ("eve@else.example", dt.date(2026, 6, 3), 0),
        ("eve@else.example", dt.date(2026, 6, 4), 4),
        ("bob@else.example", dt.date(2026, 6, 4), 0),
    ],
)
def test_asked_to_stop_waits_for_the_grace(sender: str, on: dt.date, points: int) -> None:
    """S53: after the time of grace every request counts, up to the cap."""
    found = judged(mail("hello", sender=sender), card(STOPPED), today=on)
    assert fired(found).get("it", 0) == points


def test_business_days_leave_out_weekends() -> None:
    """Ten business days from a Friday end on the Friday of the week after next."""
    assert end_of_grace(dt.date(2026, 5, 1), "10bd") == dt.date(2026, 5, 15)
    assert end_of_grace(dt.date(2026, 5, 1), "0bd") == dt.date(2026, 5, 1)
    assert end_of_grace(dt.date(2026, 5, 1), "14d") == dt.date(2026, 5, 15)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(dt.date(2027, 3, 1), {"passive": 1}), (dt.date(2027, 3, 2), {"none": 1})],
)
def test_the_search_state_ends_with_its_date(day: dt.date, expected: dict[str, int]) -> None:
    """S27: the state holds until its last day, included."""
    scorecard = card("""
reader: {search: {state: passive, until: 2027-03-01, then: none}}
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  passive: {when: {search: passive}, points: 1}
  none: {when: {search: none}, points: 1}
""")
    assert fired(judged(mail(), scorecard, today=day)) == {"any": 1} | expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 5, 31), False),
        (dt.date(2026, 6, 1), True),
        (dt.date(2026, 6, 30), True),
        (dt.date(2026, 7, 1), False),
    ],
)
def test_date_includes_both_ends(day: dt.date, expected: bool) -> None:
    """A range holds on its first and on its last day."""
    assert holds("{date: {from: 2026-06-01, until: 2026-06-30}}", mail(), today=day) is expected


def test_authenticated_asks_our_own_server() -> None:
    """Only the policy's own authserv-id is believed."""
    body = """
trust: {authserv: mx.test}
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  it: {when: {authenticated: true}, points: 1}
"""
    ours = mail(Authentication_Results=TRUSTED.format("firm.example"))
    theirs = mail(Authentication_Results="mx.evil; dmarc=pass header.from=firm.example")
    assert "it" in fired(judged(ours, card(body)))
    assert "it" not in fired(judged(theirs, card(body)))
