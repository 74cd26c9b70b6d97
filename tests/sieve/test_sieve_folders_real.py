"""A script files into the folder that the policy means, whatever a host has for a separator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop.policy.load import load_text
from coldstop.publish.folders import quoted
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.namings import FOLDERS, HOSTS, host_for, naming_of
from support.policies import message, wanting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.sievehosts import SieveHost

pytestmark = pytest.mark.real


@pytest.fixture(scope="module", params=HOSTS)
def named(request: pytest.FixtureRequest) -> Iterator[tuple[str, SieveHost]]:
    """A host, with its name."""
    with host_for(request.param) as host:
        yield request.param, host


def script(name: str, separator: str | None, prefix: str | None, **more: bool) -> str:
    """A script that does what the mail says."""
    target = load_target("pigeonhole" if name.startswith("dovecot") else "cyrus")
    made = compile_policy(
        load_text(wanting()), target.named(separator, prefix), today=TODAY, **more
    )
    return made.text


def filed(host: SieveHost, *mails: bytes) -> dict[str, int]:
    """How many of these mails lie in which folder, by LIST."""
    host.deliver("alice", mails)
    found = {name: len(mails) for name, mails in host.stored("alice").items()}
    host.empty_mail("alice")
    return found


def test_each_verdict_is_filed(named: tuple[str, SieveHost]) -> None:
    """Built with the host's separator and prefix, every folder is the policy's own."""
    name, host = named
    naming = naming_of(name)
    host.activate("alice", script(name, naming.separator, naming.prefix))
    found = filed(host, *map(message, FOLDERS), message("keep"))
    assert found == {"INBOX": 1, **{naming.of(folder): 1 for folder in FOLDERS.values()}}


def test_headers_of_the_milter_are_filed(named: tuple[str, SieveHost]) -> None:
    """Behind the milter a script takes the folder of the header, which is the host's own name."""
    name, host = named
    naming = naming_of(name)
    host.activate("alice", script(name, naming.separator, naming.prefix, behind_milter=True))
    told = [
        message(
            extra=f"X-Coldstop-Verdict: {verdict}\r\nX-Coldstop-Folder: {naming.of(folder)}\r\n"
        )
        for verdict, folder in FOLDERS.items()
    ]
    found = filed(host, *told, message(extra="X-Coldstop-Verdict: trash\r\n"))
    wanted = {naming.of(folder): 1 for folder in FOLDERS.values()}
    assert found == {**wanted, naming.of("Trash"): 2}


@pytest.mark.parametrize("name", ["dovecot-dot", "dovecot-dot-inbox", "cyrus-neither"])
def test_without_the_settings_it_is_not(name: str) -> None:
    """With another host's spelling it files elsewhere, or nowhere: Dovecot then says 451."""
    with host_for(name) as host:
        host.activate("alice", script(name, None, None))
        assert naming_of(name).of("Recruiters/Later") not in filed(host, message("later"))


@pytest.mark.parametrize("name", ["dovecot-slash", "cyrus-alt-unix"])
def test_characters_that_a_host_takes_in_no_folder(name: str) -> None:
    """What the target says of a host is what its CREATE says."""
    target = load_target("pigeonhole" if name.startswith("dovecot") else "cyrus")
    with host_for(name) as host:
        client = host.imap("alice")
        taken = {
            one
            for one in "!#$&'()+,-.:;<=>?@[]_`{|}\"\\"
            if client.create(quoted(f"a{one.replace('&', '&-')}b"))[0] == "OK"
        }
        client.logout()
    assert not taken & set(target.never_in_folders)
    policy = load_text(wanting(extra="folders: {trash: 'a.b!'}\n"))
    lost = [str(one) for one in compile_policy(policy, target, today=TODAY).loss if not one.rule]
    assert any("mail for 'a.b!' then stays in the inbox" in line for line in lost)
