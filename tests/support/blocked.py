"""Mail of people who are blocked, in all the places that name them; and mail of others."""

from __future__ import annotations

from typing import Final

POLICY: Final = """\
coldstop: 1
pitch: {threshold: 1}
ladder: {0: keep, 9: tag}
lists: {never_again: [bob@oak.example, "o'neil@oak.example", blast.example, xn--bcher-kva.example]}
rules:
  blocked: {when: {address: any-sender, in: "@never_again"}, points: 9, always: true}
  mail: {when: {header: X-Number}, pitch: 1}
"""
_LIST: Final = "From: Bob via Hikers <hikers@lists.example>\n"

BLOCKED: Final = [
    "From: bob@oak.example\n",
    "From: Bob <BOB@Oak.Example>\n",
    "From: Bob <bob+jobs@oak.example>\n",
    'From: "bob"@oak.example\n',
    'From: Bob <"bob+x"@oak.example>\n',
    "From: Bob O'Neil <o'neil@oak.example>\n",
    "From: Blast <x@mail.blast.example>\n",
    "From: Zoë <zoë@blast.example>\n",
    "From: zoë@news.blast.example\n",
    "From: bob (x) @oak.example\n",
    "From: [EXT] Bob <bob@oak.example>\n",
    'From: "Bob <bob@oak.example>\n',
    "From: x@elm.example, Bob <bob@oak.example>\n",
    "From: " + "Bob " * 1500 + "<bob@oak.example>\n",
    _LIST + "Reply-To: Bob <bob@oak.example>\n",
    _LIST + "Reply-To: hikers@lists.example, bob@oak.example\n",
    _LIST + "Sender: bob@oak.example\n",
    _LIST + "X-Original-From: Bob <bob@oak.example>\n",
    _LIST + "X-Original-Sender: bob+list@oak.example\n",
    _LIST + "Original-From: =?utf-8?q?Bob?= <x@blast.example>\n",
    _LIST + 'Author: "Bob" <bob@oak.example>\n',
    "From: \"'bob@oak.example' via Hikers\" <hikers@lists.example>\n",
    "From: =?utf-8?q?bob=40oak.example_via_Hikers?= <hikers@lists.example>\n",
    "From: x@blast.example.\n",
    "From: x@xn--bcher-kva.example\n",
    "From: Büro <x@mail.bücher.example>\n",
]
OTHERS: Final = [
    _LIST,
    "From: rob@oak.example\n",
    "From: notbob@oak.example\n",
    "From: x.bob@oak.example\n",
    "From: x+bob@oak.example\n",
    "From: bob@mail.oak.example\n",
    "From: bob@oak.example.net\n",
    "From: bob@oak.examples\n",
    "From: x@notblast.example\n",
    "From: x@blast.example.net\n",
    "From: x@blast.example-two.net\n",
    "From: blast.example <x@elm.example>\n",
    "From: x@elm.example\nTo: bob@oak.example\n",
    "From: x@elm.example\nX-Other: bob@oak.example\n",
]
