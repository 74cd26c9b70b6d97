"""Our session's methods as libmilter's callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldstop.daemon.binding import CONTINUE, milter
from coldstop.daemon.session import ACTIONS, Session

if TYPE_CHECKING:
    from coldstop.daemon.mail import Runtime


def register(runtime: Runtime) -> None:
    """Tell libmilter about our callbacks. Once a process, before the socket is opened."""

    def begin(ctx: Any) -> Session:
        session = Session(runtime)
        session._setctx(ctx)  # noqa: SLF001 - pymilter's own way to attach a session
        return session

    def connected(ctx: Any, host: str, family: int, address: Any) -> int:
        session = ctx.getpriv() or begin(ctx)  # a server too old to negotiate
        code: int = session.connect(host, family, address)
        return code

    def closed(ctx: Any) -> int:
        session: Session | None = ctx.getpriv()
        if session is None:
            return CONTINUE
        try:
            return session.close()
        finally:
            session._setctx(None)  # noqa: SLF001 - releases the C object

    milter.set_exception_policy(CONTINUE)
    milter.set_flags(ACTIONS)
    milter.set_connect_callback(connected)
    milter.set_envfrom_callback(lambda ctx, *words: ctx.getpriv().envfrom(*words))
    milter.set_envrcpt_callback(lambda ctx, *words: ctx.getpriv().envrcpt(*words))
    milter.set_header_callback(lambda ctx, name, value: ctx.getpriv().header(name, value))
    milter.set_body_callback(lambda ctx, chunk: ctx.getpriv().body(chunk))
    milter.set_eom_callback(lambda ctx: ctx.getpriv().eom())
    milter.set_abort_callback(lambda ctx: ctx.getpriv().abort())
    milter.set_close_callback(closed)
    milter.register("coldstop", negotiate=lambda ctx, opts: begin(ctx).negotiate(opts))
