"""Short statements about where one works, and what somebody in Albany makes of them (T4, S25).

`remote` means full-time remote that cancels distance; `move` that one would have to move (the
condition of the shipped rule `relocation`, less the sender's standing).
"""

from __future__ import annotations

from typing import Final

POLICY: Final = """
coldstop: 1
name: modes
extends: [lexicon/english.yaml, lists/platforms.yaml]
pitch: {threshold: 1}
reader: {commute: {from: "HOME", miles: 40}}
lists:
  # Not in every vocabulary yet; what is there twice does no harm.
  remote:
    - "work from anywhere"
    - "remote within"
  remote-limits:
    remove: ["must (reside|live|be located|be local)"]
    add:
      - "cannot be {0-2 words} remote"
      - "not a {0-2 words} remote"
      - "(mostly|largely) remote"
      - "(on-site|onsite|in-office) {0-2 words} (one|two|three|four|{number 1-4}) (day|days)"
  remote-residency:
    - "must (reside|live|be located|be based|be local|be a resident|sit)"
    - "(us|usa|uk|u.k.|eu|canada|india|texas|tx|california) (only|residents)"
    - "residents of {1-3 words} only"
    - "remote (in|within) (the)? (us|usa|united|uk|eu|europe|canada|india|germany|texas|california)"
    - "residency {0-2 words} required"
  must-move:
    - "will relocate you"
  no-move:
    - "not {0-3 words} to relocate"
    - "won't (need|have) to relocate"
rules:
  everything: {when: {not: {header: X-Never}}, pitch: 1}
  remote: {when: {work: remote}, points: 1}
  move:
    when:
      all:
        - any: [{place: far}, {text: "@must-move"}]
        - not: {text: "@no-move"}
        - not: {work: remote}
    points: 1
ladder: {0: keep}
"""

REMOTE: Final = "remote"
MOVE: Final = "move"
NEITHER: Final = ""

STATEMENTS: Final = {
    # Full-time remote.
    "This is a fully remote position.": REMOTE,
    "100% remote.": REMOTE,
    "100% remote (US only)": REMOTE,
    "Remote within the US.": REMOTE,
    "The role is remote within the United States.": REMOTE,
    "Fully remote, must reside in the US.": REMOTE,
    "Fully remote, must be located in the United States.": REMOTE,
    "Fully remote; must live in New York.": REMOTE,
    "Remote, full-time": REMOTE,
    "You would work from home full-time.": REMOTE,
    "Location: Remote": REMOTE,
    "The position is remote, anywhere in the USA.": REMOTE,
    "Full-time remote, company in Austin, TX": REMOTE,
    "Location: Austin, TX (100% remote)": REMOTE,
    "A remote role for a company located in Plano, TX": REMOTE,
    "Completely remote. Relocation assistance available if you want to move.": REMOTE,
    "Entirely remote, with some travel to client sites.": REMOTE,
    "Work from anywhere.": REMOTE,
    # Remote, but only for those who live elsewhere.
    "Remote - must reside in TX": NEITHER,
    "Remote role - must reside in TX": NEITHER,
    "Location: Austin, TX. Remote - must reside in TX": MOVE,
    "Fully remote, must be located in Texas": NEITHER,
    "100% remote (UK only)": NEITHER,
    "100% remote (Canada only)": NEITHER,
    "Remote role, residents of California only": NEITHER,
    "This position is remote within Germany": NEITHER,
    "Remote position, Texas residents only": NEITHER,
    "Fully remote. Texas residency is required.": NEITHER,
    "Fully remote; you must be local to Dallas, TX": MOVE,
    "Location: Dallas, TX. Fully remote; you must be local.": MOVE,
    # Not remote, or not all of the time.
    "Remote until the office opens.": NEITHER,
    "Remote until further notice; location: Plano, TX": MOVE,
    "Initially remote.": NEITHER,
    "Initially remote, then onsite in Plano, TX": MOVE,
    "No remote.": NEITHER,
    "Not remote.": NEITHER,
    "This is not a remote position; location: Chicago, IL": MOVE,
    "This role cannot be fully remote.": NEITHER,
    "Remote for the first 3 months.": NEITHER,
    "Remote for the first 3 months; based in Boston, MA": MOVE,
    "Remote position, onsite 3 days a week": NEITHER,
    "Remote role with 2 days a week in the office in Dallas, TX": MOVE,
    "Hybrid": NEITHER,
    "Hybrid remote role, two days per week": NEITHER,
    "Hybrid role based in Denver, CO": MOVE,
    "Hybrid in Albany, NY": NEITHER,
    "Temporarily remote": NEITHER,
    "Partially remote job": NEITHER,
    "Mostly remote": NEITHER,
    "Remote but must come to the office in Reston, VA": MOVE,
    "Remote or onsite": NEITHER,
    "You will start remote and return to the office later.": NEITHER,
    "Remote to start, then location: Houston, TX": MOVE,
    "Onsite in Plano, TX": MOVE,
    "Onsite in Albany, NY": NEITHER,
    "On-site only": NEITHER,
    # Moving.
    "You must relocate; the candidate must be willing to relocate.": MOVE,
    "Must relocate to Dallas, TX": MOVE,
    "Relocation is required.": MOVE,
    "Relocation required": MOVE,
    "Relocation assistance available.": MOVE,
    "We offer a relocation package.": MOVE,
    "Are you open to relocation?": MOVE,
    "The company will relocate you.": MOVE,
    "No relocation needed.": NEITHER,
    "No relocation required.": NEITHER,
    "Relocation is not required.": NEITHER,
    "Relocation not required": NEITHER,
    "You will not need to relocate.": NEITHER,
    "You won't have to relocate.": NEITHER,
    "This does not require relocation.": NEITHER,
    "Without relocation": NEITHER,
    # Travel is neither a move nor a pass.
    "Travel to client sites, 25% travel.": NEITHER,
    "Some travel to client sites; location: Plano, TX": MOVE,
    "Up to 50% travel, onsite in Dallas, TX": MOVE,
}


def policy(home: str = "Albany, NY") -> str:
    """Write the policy of somebody who lives there."""
    return POLICY.replace("HOME", home)
