"""Small policies, one a kind of test: everything that the shipped ones leave out.

`texts(today)` gives the YAML of each. They are small, so that many of them run in one go.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

_HEAD: Final = "coldstop: 1\nname: {name}\npitch: {{threshold: {threshold}}}\n"
_LADDER: Final = (
    "ladder: {-5: keep, 1: tag, 4: later, 8: file Recruiters/Cold, 12: quarantine, 16: trash}\n"
)
_WORDS: Final = (
    "lists:\n"
    "  offers: [great opportunity, 'job (opening|openings)', 'recruit* for',"
    " '{number}+ openings']\n"
    "  roles: [sales associate, 'help desk (agent|rep)']\n"
    "  role-cues: ['(looking|hiring) for (a|an)']\n"
    "  role-labels: ['(role|title):']\n"
    "  role-nouns: ['(position|role)']\n"
    "  remote: [fully remote, 'work from home']\n"
    "  remote-limits: [hybrid, no remote]\n"
    "  hybrid: [hybrid, '{number} days {0-2 words} office']\n"
    "  onsite: ['(on-site|onsite)', in-office]\n"
    "  place-cues: ['(location|city):', 'located in']\n"
    "  relays: [linkedin.com]\n"
    "  people: [maria@goodfirm.example]\n"
    "  firms: [goodfirm.example]\n"
    "  recognised: [alumni.example, x.example]\n"
    "  connection: ['met {0-3 words} at {0-3 words} meetup', 'we worked together']\n"
)
_PITCH: Final = "  pitch: {when: {text: '@offers'}, pitch: 6, kind: job}\n"


def texts(today: dt.date) -> dict[str, str]:
    """Every small policy as of a day."""
    found = {
        "counts": _policy(
            "counts",
            "  offers: {when: {text: '@offers'}, pitch_each: 3, cap: 7, kind: job}\n"
            "  against: {when: {header: List-Id}, pitch: -4}\n"
            "  labels: {when: {labels: [Location, Job Title, C++ Level, 'Rate'], at_least: 2},"
            " pitch_each: 2, cap: 6, kind: blast}\n"
            "  roles: {when: {role: '@roles'}, points_each: 3, cap: 5}\n"
            "  minus: {when: {text: '@remote', zone: subject}, points_each: -2, cap: 3}\n"
            "  any: {when: {any: [{text: '@hybrid'}, {text: '@onsite'}]}, points_each: 2, cap: 9}\n"
            "  all: {when: {all: [{text: '@hybrid'}, {text: '@offers'}]}, points_each: 1, cap: 9}\n"
            "  not: {when: {not: {text: '@offers'}}, points_each: 2, cap: 9}\n"
            "  header: {when: {header: [X-Words, Subject], phrase: '@offers'},"
            " points_each: 2, cap: 9}\n"
            "  many: {when: {labels: [Location, Job Title, Rate]}, points_each: 1, cap: 2}\n",
            threshold=3,
        ),
        "bounds": _policy(
            "bounds",
            _PITCH + "  cold: {when: {relationship: stranger}, points: 6}\n"
            "  floor: {when: {work: onsite}, at_least: trash}\n"
            "  low-floor: {when: {work: hybrid}, at_least: later}\n"
            "  ceiling: {when: {work: remote}, at_most: tag}\n"
            "  low-ceiling: {when: {text: 'apt inmail'}, at_most: later, points: -2}\n"
            "  always: {when: {header: X-Never}, points: 20, at_least: quarantine, always: true}\n"
            "  asks: {when: {all: [{rule: cold}, {not: {rule: floor}}]}, points: 1}\n"
            "  asks-again: {when: {any: [{rule: asks}, {rule: always}]}, points: 2}\n",
        ),
        "kinds": _policy(
            "kinds",
            "  job: {when: {text: '@offers'}, pitch: 3, kind: job}\n"
            "  form: {when: {labels: [Location, Rate], at_least: 2}, pitch: 3, kind: blast}\n"
            "  mail: {when: {address: from, in: linkedin.com}, pitch: 3, kind: inmail}\n"
            "  nothing: {when: {header: X-Never}, pitch: 0, kind: ats-status}\n"
            "  less: {when: {header: List-Id}, pitch: -1, kind: candidate}\n"
            "  plain: {when: {text: hiring}, pitch: 3}\n"
            + "".join(
                f"  is-{kind}: {{when: {{kind: {kind}}}, points: {points}}}\n"
                for points, kind in enumerate(
                    ("job", "blast", "inmail", "candidate", "ats-status", "connect"), 1
                )
            )
            + "  either: {when: {kind: [blast, inmail]}, points: 7}\n",
            threshold=3,
        ),
        "headers": _policy(
            "headers",
            _PITCH + "  there: {when: {header: [X-One, X-Two]}, points: 1}\n"
            "  is: {when: {header: Precedence, is: [bulk, Junk]}, points: 2}\n"
            "  contains: {when: {header: [X-Words, User-Agent], contains: [Foo bar, ü, '$', '*']},"
            " points: 3}\n"
            "  phrase: {when: {header: X-Words, phrase: ['great opportunity', 'r(é|e)sum(é|e)']},"
            " points: 4}\n"
            "  subject: {when: {header: Subject, contains: opening}, points: 5}\n"
            "  no-to: {when: {not: {header: To}}, points: 6}\n"
            "  undisclosed: {when: {header: To, contains: undisclosed}, points: 7}\n",
        ),
        "addresses": _policy(
            "addresses",
            _PITCH
            + "".join(
                f"  {field}: {{when: {{address: {field}, in: [bob@agency.example, x.example]}},"
                f" points: {points}}}\n"
                for points, field in enumerate(
                    ("from", "sender", "reply-to", "to", "cc", "envelope-from"), 1
                )
            )
            + "  either: {when: {address: [from, reply-to], in: '@firms'}, points: 7}\n",
        ),
        "places": _policy(
            "places",
            _PITCH + "  far: {when: {place: far}, points: 5}\n"
            "  near: {when: {place: near}, points: -3}\n"
            "  move: {when: {all: [{place: far}, {not: {work: remote}}]}, points: 9}\n",
            extra='reader: {commute: {from: "Albany, NY", miles: 40}, places: ["Austin, TX"]}\n',
        ),
        "people": _policy(
            "people",
            _PITCH
            + "".join(
                f"  {tier}: {{when: {{relationship: {tier}}}, points: {points},"
                " sieve: approximate}\n"
                for points, tier in enumerate(
                    ("stranger", "recognised", "stated", "known-firm", "known-person"), 1
                )
            )
            + "  vouched: {when: {authenticated: true}, points: 6}\n"
            "  not-vouched: {when: {authenticated: false}, points: 7}\n",
            extra="trust: {authserv: mx.mail.test}\n",
        ),
        "words": _policy(
            "words",
            "  all: {when: {text: '@offers', zone: all}, pitch: 1}\n"
            "  subject: {when: {text: '@offers', zone: subject}, pitch: 1}\n"
            "  own: {when: {text: '@offers', zone: own}, pitch: 1, sieve: approximate}\n"
            "  quotes: {when: {text: [\"don't\", \"it's\", so-called, 'résumé', 'R&D',"
            " '(co)?-founder', '{number 3-40} people', '{number >= 500}+ connections', 'C++ or C#',"
            " '$\\{name\\}', '\\{\\{name\\}\\}', 'dear $\\{x\\}']}, pitch_each: 1, cap: 20}\n"
            "  gaps: {when: {text: ['the {0-3 words} of', 'a {1-2 words} at', 'in the? of',"
            " 'Role:']}, pitch_each: 1, cap: 20}\n"
            "  common: {when: {text: [you, and, 'free', click here, unsubscribe, 'http:', 'we are',"
            " 'your {0-2 words} mail', font, 'li*']}, pitch_each: 1, cap: 20}\n",
            threshold=2,
        ),
        "dates": _dates(today),
    }
    found["omitted"] = _policy(
        "omitted",
        _PITCH + "  own: {when: {text: '@remote', zone: own}, points: 5, sieve: omit}\n"
        "  asks: {when: {not: {rule: kept}}, points: 2}\n"
        "  kept: {when: {text: '@remote'}, points: 3}\n",
    )
    return found


def _policy(name: str, rules: str, *, threshold: int = 5, extra: str = "") -> str:
    head = _HEAD.format(name=name, threshold=threshold)
    return head + _WORDS + extra + "rules:\n" + rules + _LADDER


def _dates(today: dt.date) -> str:
    """Ranges and times of grace that end yesterday, today and tomorrow."""
    rules, stopped = _PITCH, "stopped:\n"
    points = 0
    for name, days in (("yesterday", -1), ("today", 0), ("tomorrow", 1)):
        day = today + dt.timedelta(days=days)
        points += 1
        rules += f"  until-{name}: {{when: {{date: {{until: {day}}}}}, points: {points}}}\n"
        points += 1
        rules += f"  from-{name}: {{when: {{date: {{from: {day}}}}}, points: {points}}}\n"
        asked = day - dt.timedelta(days=14)
        stopped += f"  - {{who: {name}.example, on: {asked}, times: {days + 2}}}\n"
    stopped += "  - {who: bob@x.example, on: 2020-01-01, grace: 10bd}\n"
    rules += (
        "  breach: {when: {asked_to_stop: true}, points_each: 4, cap: 10, always: true}\n"
        "  clean: {when: {asked_to_stop: false}, points: 1}\n"
        "  passive: {when: {search: passive}, points: 1}\n"
        "  active: {when: {search: [active, none]}, points: 2}\n"
    )
    reader = f"reader: {{search: {{state: active, until: {today}, then: passive}}}}\n"
    return _policy("dates", rules, extra=reader + stopped)
