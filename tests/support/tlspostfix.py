"""A private Postfix with TLS: STARTTLS on both ports, and a port that begins so."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldstop.demo.process import free_port
from coldstop.demo.servers import Postfix
from support.sievewire import authority

if TYPE_CHECKING:
    from collections.abc import Sequence

TLS = """\
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {folder}/srv.pem
smtpd_tls_key_file = {folder}/srv.key
"""
MORE = """\
tlsmgr unix - - n 1000? 1 tlsmgr
{host}:{port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
"""


@dataclass
class TlsPostfix(Postfix):
    """Postfix with TLS: STARTTLS on both ports, and a port that begins so."""

    submissions_port: int = field(default_factory=free_port)

    def _spawn(self, command: Sequence[str], **options: object) -> None:
        authority().issue(self.folder, ("localhost",), address=False)
        main = TLS.format(folder=self.folder) + ("" if self.milter else "smtpd_milters =\n")
        more = MORE.format(host="127.0.0.1", port=self.submissions_port)
        for name, text in (("main.cf", main), ("master.cf", more)):
            path = self.folder / "etc" / name
            before = path.stat().st_mtime
            path.write_text(path.read_text("utf-8") + text, "utf-8")
            os.utime(path, (before, before))
        Postfix._spawn(self, command, **options)
