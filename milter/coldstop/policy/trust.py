"""`trust`: whose word on authentication counts (H11, RFC 8601).

    trust:
      authserv: [mx.home.example, "*.mx.example.org"]
      foreign: removed
      fields: 3

Refuses `fields` above 1 without `foreign: removed`: the second field could be the sender's.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from coldstop.policy.values import Int, Model, Texts

USUAL_FIELDS: Final = 3
"""OpenDKIM's, OpenDMARC's and an SPF policy server's."""


class Foreign(StrEnum):
    """What the border does with Authentication-Results from outside, whatever their id."""

    KEPT = "kept"
    REMOVED = "removed"


class Trust(Model):
    """Whose word on authentication counts."""

    authserv: Texts
    """The authserv-id that the own mail server writes into Authentication-Results;
    `*.mx.example.org` is any host of that farm."""
    foreign: Foreign = Foreign.KEPT
    """Whether the border removes every Authentication-Results from outside. Only then are several
    of them read together; else the topmost counts alone. One that goes by the id leaves fields
    whose id is an encoded word, which scripts read as ours."""
    fields: Annotated[Int, Field(ge=1, le=10)] | None = None
    """With `foreign: removed`: how many of the topmost fields may be ours; 3 if left out."""

    @model_validator(mode="after")
    def _alone(self) -> Self:
        if self.fields not in (None, 1) and not self.together:
            raise ValueError(
                "several fields are read together only with 'foreign: removed', for the second "
                "one may be the sender's"
            )
        return self

    @property
    def together(self) -> bool:
        """Several fields are read together."""
        return self.foreign is Foreign.REMOVED

    @property
    def topmost(self) -> int:
        """How many of the topmost fields are read together."""
        return (self.fields or USUAL_FIELDS) if self.together else 1


NOBODY: Final = Trust.model_construct(authserv=(), foreign=Foreign.KEPT, fields=None)
"""The trust of a policy that says nothing about it."""
