"""Authentication-Results as mail servers write them.

`SPELLINGS`: everyday fields of known software for a friend at `friend.example`, each with what a
script can say of it. What senders would like to stand there: `support.forgeries`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ID: Final = "mx.home.example"
FRIEND: Final = "friend.example"
F: Final = FRIEND


@dataclass(frozen=True, slots=True)
class Spelling:
    """One field, or several, of one kind of software."""

    software: str
    fields: tuple[str, ...]
    """Values of the fields, topmost first."""
    script: bool
    """Whether scripts believe it."""
    together: bool = False
    """It needs `foreign: removed`."""


def _one(software: str, results: str, *, script: bool = False, server: str = ID) -> Spelling:
    return Spelling(software, (f"{server};{results}",), script)


QUOTED_B: Final = 'header.b="hJQ0fY8R"'
SPELLINGS: Final = (
    _one("OpenDMARC", f" dmarc=pass (p=none dis=none) header.from={F}", script=True),
    _one("OpenDMARC folded", f"\n\tdmarc=pass (p=reject dis=none)\n\theader.from={F}", script=True),
    _one(
        "OpenDMARC sp", f" dmarc=pass (p=none sp=quarantine dis=none) header.from={F}", script=True
    ),
    _one(
        "OpenDMARC with a job's number",
        f" dmarc=pass (p=none dis=none) header.from={F}",
        script=True,
        server=f"{ID}/4ZbQ1x2abc",
    ),
    _one("plain DMARC", f" dmarc=pass header.from={F}", script=True),
    _one("DMARC in capitals", f" DMARC=Pass header.from={F}", script=True),
    _one("DMARC, domain in capitals", f" dmarc=pass header.from={F.title()}", script=True),
    _one("DMARC quoted", f' dmarc=pass header.from="{F}"', script=True),
    _one("id in capitals", f" dmarc=pass header.from={F}", script=True, server=ID.upper()),
    _one("id with a version", f" dmarc=pass header.from={F}", script=True, server=f"{ID} 1"),
    _one("id in quotes", f" dmarc=pass header.from={F}", script=True, server=f'"{ID}"'),
    _one("id with a comment", f" dmarc=pass header.from={F}", script=True, server=f"{ID} (border)"),
    _one("id with any comment", f" dmarc=pass header.from={F}", server=f"{ID} (a (b) c)"),
    _one("Zoho", f"\n\tdmarc=pass(p=none dis=none)  header.from={F}", script=True),
    _one("Proton DMARC", f" dmarc=pass (p=quarantine dis=none)\n header.from={F}", script=True),
    _one(
        "rspamd, DMARC first",
        f"\n\tdmarc=pass (policy=none) header.from={F};\n\tdkim=pass header.d={F} header.s=s1 "
        f'{QUOTED_B};\n\tspf=pass ({ID}: domain of "b+r=h.example@{F}" designates 192.0.2.9 as permitted '
        f'sender) smtp.mailfrom="b+r=h.example@{F}"',
        script=True,
    ),
    _one(
        "rspamd, DKIM first",
        f"\n\tdkim=pass header.d={F} header.s=s1 {QUOTED_B};\n\tspf=pass ({ID}: domain of b@{F} "
        f"designates 192.0.2.9 as permitted sender) smtp.mailfrom=b@{F};\n\tdmarc=pass "
        f"(policy=reject) header.from={F}",
    ),
    _one(
        "rspamd, sender in quotes",
        f'\n\tspf=pass ({ID}: domain of "b c"@{F} designates 192.0.2.9 as permitted sender) '
        f'smtp.mailfrom="b c"@{F};\n\tdmarc=pass (policy=none) header.from={F}',
    ),
    _one(
        "OpenDKIM 2.10",
        f"\n\tdkim=pass (2048-bit key; unprotected) header.d={F} header.i=@{F} {QUOTED_B};\n"
        "\tdkim-atps=neutral",
        script=True,
    ),
    _one(
        "OpenDKIM 2.10, subdomain",
        f"\n\tdkim=pass (1024-bit key; secure) header.d=m.{F} header.i=ann@m.{F} {QUOTED_B}",
        script=True,
    ),
    _one("OpenDKIM 2.0", f" dkim=pass (1024-bit key) header.i=@{F}", script=True),
    _one("a key and a domain", f" dkim=pass (2048-bit key; unprotected) header.d={F}", script=True),
    _one(
        "OpenDKIM 2.11",
        f"\n\tdkim=pass (2048-bit key;\n\t unprotected) header.d={F} header.i=@{F}\n"
        "\t header.a=rsa-sha256 header.s=k1 header.b=hJQ0fY8R;\n\tdkim-atps=neutral",
    ),
    _one(
        "OpenDKIM, two signatures",
        f"\n\tdkim=pass (2048-bit key; unprotected) header.d=esp.example header.i=@esp.example {QUOTED_B};"
        f"\n\tdkim=pass (2048-bit key; unprotected) header.d={F} header.i=@{F} {QUOTED_B}",
    ),
    _one(
        "OpenDKIM, one of two fails",
        '\n\tdkim=fail reason="signature verification failed" (1024-bit key; unprotected) '
        f"header.d=esp.example header.i=@esp.example {QUOTED_B};\n\tdkim=pass (2048-bit key; "
        f"unprotected) header.d={F} header.i=@{F} {QUOTED_B}",
    ),
    _one(
        "amavis",
        f" dkim=pass (2048-bit key) header.d={F}",
        script=True,
        server=f"{ID} (amavisd-new)",
    ),
    _one(
        "amavis with a reason",
        f' dkim=pass (1024-bit key)\n reason="pass (just generated, assumed good)" header.d={F}',
        server=f"{ID} (amavisd-new)",
    ),
    _one(
        "policyd-spf",
        f" spf=pass (sender SPF authorized) smtp.mailfrom={F} (client-ip=192.0.2.9; "
        f"helo=m.{F}; envelope-from=a@{F}; receiver=ray@home.example)",
    ),
    _one("policyd-spf, short", f" spf=pass (mailfrom) smtp.mailfrom={F}"),
    _one("OpenDMARC's own SPF", f" spf=pass smtp.mailfrom={F}"),
    _one("sid-milter", f" sender-id=pass header.from=a@{F}; spf=pass smtp.mfrom=a@{F}"),
    _one(
        "Exim",
        f"\n\tiprev=pass (m.{F}) smtp.remote-ip=192.0.2.9;\n\tspf=pass smtp.mailfrom={F};\n"
        f"\tdkim=pass header.d={F} header.s=s header.a=rsa-sha256;\n\tdmarc=pass header.from={F};\n"
        "\tarc=none",
    ),
    _one(
        "Haraka",
        f" iprev=pass; spf=pass smtp.mailfrom=a@{F}; dkim=pass header.i=@{F} header.d={F} "
        "header.a=rsa-sha256 header.s=k",
    ),
    _one(
        "Halon",
        f" dkim=pass header.d={F} header.s=k header.a=rsa-sha256; spf=pass smtp.mailfrom=a@{F}; "
        f"dmarc=pass header.from={F}",
    ),
    _one(
        "Gmail",
        f"\n       dkim=pass header.i=@{F} header.s=k header.b=AbC/+12;\n       spf=pass "
        f"(google.com: domain of ann@{F} designates 192.0.2.9 as permitted sender) "
        f"smtp.mailfrom=ann@{F};\n       dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from={F};\n"
        f"       dara=pass header.i=@home.example",
    ),
    _one(
        "Microsoft 365",
        f" spf=pass (sender IP is 192.0.2.9)\n smtp.mailfrom={F}; dkim=pass (signature was "
        f"verified)\n header.d={F};dmarc=pass action=none\n header.from={F};compauth=pass reason=100",
    ),
    _one(
        "Microsoft 365, best guess",
        f" spf=pass (sender IP is 192.0.2.9) smtp.mailfrom={F}; dkim=none (message not signed) "
        f"header.d=none;dmarc=bestguesspass action=none header.from={F};compauth=pass reason=109",
    ),
    _one("Microsoft 365, DMARC first", f" dmarc=pass action=none header.from={F}", script=True),
    _one(
        "Yahoo",
        f"\n dkim=pass header.i=@{F} header.s=s1;\n spf=pass smtp.mailfrom={F};\n "
        f"dmarc=pass(p=REJECT) header.from={F};",
    ),
    _one(
        "Fastmail",
        "\n    arc=none (no signatures found);\n    bimi=skipped (DMARC Policy is not at "
        f"enforcement);\n    dkim=pass (2048-bit rsa key sha256) header.d={F} header.i=@{F} "
        "header.b=abc header.a=rsa-sha256 header.s=s x-bits=2048;\n    dmarc=pass "
        "policy.published-domain-policy=none policy.applied-disposition=none "
        f"policy.evaluated-disposition=none (p=none,d=none,d.eval=none) policy.policy-from=p header.from={F};\n"
        f"    iprev=pass smtp.remote-ip=192.0.2.9 (m.{F});\n    spf=pass smtp.mailfrom=a@{F} "
        f"smtp.helo=m.{F};\n    x-google-dkim=pass (2048-bit rsa key) header.d=1e100.net",
    ),
    _one(
        "authentication_milter, DMARC first",
        "\n    arc=none (no signatures found);\n    dmarc=pass policy.published-domain-policy=none "
        "policy.applied-disposition=none policy.evaluated-disposition=none "
        f"(p=none,d=none,d.eval=none) policy.policy-from=p header.from={F}",
        script=True,
    ),
    _one(
        "Stalwart",
        f"\n\tdkim=pass header.d={F} header.s=s header.b=abc;\n\tspf=pass ({ID}: domain of a@{F} "
        f"designates 192.0.2.9 as permitted sender) smtp.mailfrom=a@{F} smtp.helo=m.{F};\n"
        f"\tiprev=pass policy.iprev=192.0.2.9;\n\tdmarc=pass header.from={F} policy.dmarc=none",
    ),
    _one(
        "Proton DKIM",
        f" dkim=pass (2048-bit key) header.d={F} header.i=@{F} {QUOTED_B}",
        script=True,
    ),
    _one(
        "IPv6 and a URL",
        f" iprev=pass smtp.remote-ip=2001:db8::1; bimi=pass "
        f"policy.authority-uri=https://{F}/a?b=c; dmarc=pass header.from={F}",
    ),
    _one("null sender", f" spf=none smtp.mailfrom=; dkim=pass header.d={F} header.b=a+/="),
    _one(
        "comments everywhere", f" (a) dmarc (b) = (c) pass (d (e) f) header.from (g) = (h) {F} (i)"
    ),
    _one("a nested comment behind", f" dmarc=pass header.from={F}; x=y (a (b) c)", script=True),
    _one(
        "results behind",
        f' dmarc=pass header.from={F}; dkim=fail reason="no; key" header.d={F}',
        script=True,
    ),
    Spelling(
        "OpenDMARC above OpenDKIM",
        (
            f"{ID}; dmarc=none (p=none dis=none) header.from={F}",
            f"{ID}; dkim=pass (2048-bit key; unprotected) header.d={F} header.i=@{F} {QUOTED_B}",
        ),
        script=True,
        together=True,
    ),
    Spelling(
        "OpenDKIM above policyd-spf and OpenDMARC",
        (
            f"{ID}; dkim=none",
            f"{ID}; spf=softfail (x) smtp.mailfrom=esp.example",
            f"{ID}; dmarc=pass (p=none dis=none) header.from={F}",
        ),
        script=True,
        together=True,
    ),
)
