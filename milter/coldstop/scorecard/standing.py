"""What memory knows about a sender for this mailbox.

Until a ledger exists, standing comes from the policy's own lists: an empty `Standing()` says
"ask the lists". Policy tests and `--as` set it outright.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldstop.policy.model import Tier


@dataclass(frozen=True, slots=True)
class Standing:
    """Knowledge from outside the message; None means that nothing is known here."""

    tier: Tier | None = None
    """How the reader stands to the sender; None: the policy's lists decide."""
    authenticated: bool | None = None
    """Whether the From domain is authenticated; None: Authentication-Results decide."""


UNKNOWN = Standing()
