"""What the log says of one judged message: one line, without content."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldstop.daemon.mail import Mail
    from coldstop.daemon.replies import Outcome
    from coldstop.message.model import Message
    from coldstop.scorecard.judgement import Judgement


def told(
    mail: Mail,
    message: Message,
    judgements: Mapping[str, Judgement],
    outcome: Outcome,
    started: int,
) -> dict[str, object]:
    """Give the line's fields after the queue id. A split message shows no single judgement."""
    fields: dict[str, object] = {
        "mode": mail.snapshot.config.mode,
        "verdict": outcome.word,
        "outcome": outcome.action,
    }
    if outcome.verdicts:
        fields["verdicts"] = outcome.verdicts
    distinct = {id(judgement): judgement for judgement in judgements.values()}
    if len(distinct) == 1:
        (judgement,) = distinct.values()
        fields |= {
            "score": judgement.score,
            "pitch": judgement.pitch,
            "kind": judgement.kind,
            "rules": ",".join(rule.name for rule in judgement.fired),
            "policy": judgement.policy,
            "revision": judgement.revision,
        }
    fields |= {
        "recipients": len(mail.recipients) + mail.outside,
        "rerouted": len(outcome.reroutes),
        "forged": mail.forged.total,
        "bytes": mail.field_bytes + mail.body_bytes,
        "generation": mail.snapshot.generation,
        "us": (time.perf_counter_ns() - started) // 1000,
        "defects": ",".join(message.defects),
    }
    return fields
