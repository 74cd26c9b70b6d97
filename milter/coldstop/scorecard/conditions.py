"""Conditions to nodes: one `match` over every kind of condition that a policy can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from coldstop.policy import model
from coldstop.scorecard.node import Node, all_of, any_of, negated
from coldstop.scorecard.tests.address import compile_address
from coldstop.scorecard.tests.answers import compile_answers
from coldstop.scorecard.tests.asked_to_stop import compile_asked_to_stop
from coldstop.scorecard.tests.authenticated import compile_authenticated
from coldstop.scorecard.tests.differs import compile_differs
from coldstop.scorecard.tests.greets import compile_greets
from coldstop.scorecard.tests.header import compile_header
from coldstop.scorecard.tests.labels import compile_labels
from coldstop.scorecard.tests.letters import compile_letters
from coldstop.scorecard.tests.pay import compile_pay
from coldstop.scorecard.tests.place import compile_place
from coldstop.scorecard.tests.profile import compile_profile
from coldstop.scorecard.tests.relationship import compile_relationship
from coldstop.scorecard.tests.role import compile_role
from coldstop.scorecard.tests.search import compile_date, compile_search
from coldstop.scorecard.tests.text import compile_text
from coldstop.scorecard.tests.verdicts import compile_kind, compile_rule
from coldstop.scorecard.tests.work import compile_work

if TYPE_CHECKING:
    from coldstop.scorecard.context import Context


def compile_condition(condition: model.Condition, context: Context) -> Node:
    """Make one condition, and all below it, ready to run."""
    match condition:
        case model.All():
            return all_of(tuple(compile_condition(one, context) for one in condition.all))
        case model.AnyOf():
            return any_of(tuple(compile_condition(one, context) for one in condition.any))
        case model.Not():
            return negated(compile_condition(condition.not_, context))
        case model.TextTest():
            return compile_text(condition, context)
        case model.HeaderTest():
            return compile_header(condition, context)
        case model.AddressTest():
            return compile_address(condition, context)
        case model.LabelsTest():
            return compile_labels(condition, context)
        case model.PlaceTest():
            return compile_place(condition, context)
        case model.RoleTest():
            return compile_role(condition, context)
        case model.WorkTest():
            return compile_work(condition, context)
        case model.RelationshipTest():
            return compile_relationship(condition, context)
        case model.AuthenticatedTest():
            return compile_authenticated(condition)
        case model.AskedToStopTest():
            return compile_asked_to_stop(condition, context)
        case model.SearchTest():
            return compile_search(condition, context)
        case model.DateTest():
            return compile_date(condition)
        case model.KindTest():
            return compile_kind(condition)
        case model.LettersTest():
            return compile_letters(condition, context)
        case model.PayTest():
            return compile_pay(condition, context)
        case model.GreetsTest():
            return compile_greets(condition, context)
        case model.DiffersTest():
            return compile_differs(condition)
        case model.AnswersTest():
            return compile_answers(condition)
        case model.ProfileTest():
            return compile_profile(condition, context)
        case model.RuleTest():
            return compile_rule(condition)
        case _:
            assert_never(condition)
