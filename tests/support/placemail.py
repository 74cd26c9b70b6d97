"""Small mails that name a place, and where it lies for readers of several countries.

`SAID` is the common ground of the judge's and of the Sieve script's tests: (reader's home, Subject,
text, side). `policy` gives a policy in which every mail is a pitch and each side has its own rule.
"""

from __future__ import annotations

from typing import Final

ALBANY: Final = "Albany, NY"
BERLIN: Final = "Berlin, Germany"
MANCHESTER: Final = "Manchester, UK"
TORONTO: Final = "Toronto, ON"

POLICY: Final = """
coldstop: 1
name: places
pitch: {{threshold: 1}}
reader: {{commute: {{from: "{home}", km: 60}}}}
lists:
  relays: [relay.example]
  place-cues:
    - "(location|job location|office|standort|arbeitsort):"
    - "(located|based|position|role|job|offices|onsite|hybrid) (in|at|near)"
    - "(relocate|relocation|move) to"
rules:
  everything: {{when: {{not: {{header: X-Never}}}}, pitch: 1}}
  near: {{when: {{place: near}}, points: 1}}
  far: {{when: {{place: far}}, points: 2}}
ladder: {{0: keep, 1: tag, 2: file Far}}
"""


def policy(home: str) -> str:
    """Write the policy of somebody who lives there."""
    return POLICY.format(home=home)


SAID: Final[tuple[tuple[str, str, str, str], ...]] = (
    # Berlin
    (BERLIN, "", "Location: Berlin", "near"),
    (BERLIN, "", "Location: Munich, Germany", "far"),
    (BERLIN, "", "Standort: München", "far"),
    (BERLIN, "", "Standort: Muenchen, Bayern", "far"),
    (BERLIN, "", "Arbeitsort: Köln / Düsseldorf", "far"),
    (BERLIN, "", "Location: Cologne", "far"),
    (BERLIN, "", "Location: Potsdam", "near"),
    (BERLIN, "", "Location: Frankfurt", "far"),
    (BERLIN, "", "Standort: Hamburg, Berlin, München", "near"),
    (BERLIN, "", "The role is hybrid in our Berlin office.", "near"),
    (BERLIN, "", "Standort: Großraum Nürnberg", "far"),
    (BERLIN, "", "Location: Berlin, CT", "far"),
    (BERLIN, "", "Location: Austin, TX", "far"),
    (BERLIN, "", "Location: Dublin, Ireland", "far"),
    (BERLIN, "", "Location: Zürich, Schweiz", "far"),
    (BERLIN, "", "We met in Munich last year and Hamburg was cold.", ""),
    (BERLIN, "", "10115 Berlin is our address; 80331 München is theirs.", ""),
    (BERLIN, "Data Engineer, Berlin, Germany", "", "near"),
    (BERLIN, "Data Engineer (Munich, Germany)", "", "far"),
    (BERLIN, "Data Engineer in München", "", "far"),
    (BERLIN, "DATA ENGINEER IN MÜNCHEN", "", "far"),
    (BERLIN, "Data Engineer Munich", "", ""),
    (BERLIN, "Java developer - Austin, TX", "", "far"),
    # Manchester
    (MANCHESTER, "", "Location: Manchester", "near"),
    (MANCHESTER, "", "Location: Manchester, NH", "far"),
    (MANCHESTER, "", "Location: Manchester NH", "far"),
    (MANCHESTER, "", "The team is based in Manchester.", "near"),
    (MANCHESTER, "", "The team is based in London.", "far"),
    (MANCHESTER, "", "Location: London, UK", "far"),
    (MANCHESTER, "", "Location: Stockport, Greater Manchester", "near"),
    (MANCHESTER, "", "Location: London or Manchester", "near"),
    (MANCHESTER, "", "Location: Hybrid - Leeds", "near"),
    (MANCHESTER, "", "Location: Cambridge, MA", "far"),
    (MANCHESTER, "", "The role is based in New York.", ""),
    (MANCHESTER, "", "The position at hand starts in March; the job in March was filled.", ""),
    (MANCHESTER, "Developer - Manchester, England", "", "near"),
    (MANCHESTER, "Developer in Birmingham", "", "far"),
    # Toronto
    (TORONTO, "", "Location: Toronto, ON", "near"),
    (TORONTO, "", "Location: Toronto, Ontario, Canada", "near"),
    (TORONTO, "", "Location: Mississauga", "near"),
    (TORONTO, "", "Location: Montréal, QC", "far"),
    (TORONTO, "", "Location: Montreal", "far"),
    (TORONTO, "", "Location: London, UK", "far"),
    (TORONTO, "", "Location: Vancouver, BC", "far"),
    (TORONTO, "", "Location: Buffalo, NY", "far"),
    (TORONTO, "", "Location: Toronto, OH", "far"),
    (TORONTO, "QA lead - Toronto, ON", "", "near"),
    (TORONTO, "QA lead - Calgary, AB", "", "far"),
    # Albany
    (ALBANY, "", "Location: Schenectady, NY", "near"),
    (ALBANY, "", "Location: Plano, TX", "far"),
    (ALBANY, "", "Location: London, UK", "far"),
    (ALBANY, "", "Location: Toronto, Canada", "far"),
    (ALBANY, "", "Location: Toronto, ON", "far"),
    (ALBANY, "", "Location: Bangalore, India", "far"),
    (ALBANY, "", "Location: Zürich, Switzerland", "far"),
    (ALBANY, "", "Location: Berlin", ""),
    (ALBANY, "", "Location: Albany, NY or London, UK", "near"),
    (ALBANY, "", "The job is located in Santa Fe, New Mexico.", "far"),
    (ALBANY, "Program manager - Dublin, Ireland", "", "far"),
    (ALBANY, "Thanks, Chad", "", ""),
)
