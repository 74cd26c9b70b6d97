"""A trimmed script on a real Cyrus with default limits: it does what its report says."""

from __future__ import annotations

import re

import pytest

from coldstop.policy.load import load_policy
from coldstop.resources import shipped
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.preview import Held
from coldstop.sieve.remains import remains
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.sievehosts import CyrusHost


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("name", ["passive", "ray"])
def test_cyrus_files_the_samples_as_the_report_says(name: str) -> None:
    """32 KB and five scripts: every shipped sample lies where the preview of the script puts it."""
    policy = load_policy(name)
    compiled = compile_policy(policy, load_target("cyrus"), trim=True, today=TODAY, fixed=True)
    said = {one.name: one.script for one in remains(Held(policy, compiled, TODAY)).samples}
    files = sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    with CyrusHost(max_script_kb=32, max_scripts=5) as host:
        host.activate("alice", compiled.text)
        mails = [b"X-File: %s\n%s" % (file.name.encode(), file.read_bytes()) for file in files]
        assert all(code < 300 for code, _ in host.deliver("alice", mails))
        lies = {
            match[1].decode(): folder
            for folder, group in host.stored("alice").items()
            for one in group
            if (match := re.search(rb"^X-File: (\S+)", one.raw, re.MULTILINE))
        }
    assert lies == {file.name: said[file.name].folder or "INBOX" for file in files}
