"""What `coldstop sieve plan` is to publish, as soon as the server is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from coldstop.policy.folders import Naming
    from coldstop.publish.plan import Offer
    from coldstop.publish.session import Session


@dataclass(frozen=True, slots=True)
class Folders:
    """What is said of folders, and whom to ask."""

    separator: str | None
    prefix: str | None
    asked: Callable[[], tuple[Naming | None, str]]
    """Gives how the server writes them, or why that is not known."""


def wanted(
    policy: str,
    script: Path | None,
    target: str | None,
    *,
    behind_milter: bool,
    trace: bool,
    trim: bool,
    today: dt.date,
    fixed: bool,
    folders: Folders,
) -> Callable[[Session], Offer]:
    """Read the policy or script, which fails early where it can, and say how to go on."""
    from coldstop.policy.load import load_policy
    from coldstop.publish import compiling

    if script is not None:
        offer = compiling.from_file(script)
        return lambda _session: offer
    loaded = load_policy(policy)

    def offered(session: Session) -> Offer:
        # Asked once ManageSieve has taken the password: a wrong one is tried once only.
        server, unknown = folders.asked()
        made = compiling.compiled(
            loaded,
            target or compiling.detect(session.implementation, session.account.host),
            session.extensions,
            today=today,
            fixed=fixed,
            behind_milter=behind_milter,
            trace=trace,
            trim=trim,
            separator=folders.separator,
            prefix=folders.prefix,
            server=server,
        )
        if unknown and (folders.separator is None or folders.prefix is None):
            how = f"folders are written with {made.naming}; the server was not asked ({unknown})"
            made = replace(made, notes=(*made.notes, f"{how}: --separator and --prefix say it"))
        return made

    return offered
