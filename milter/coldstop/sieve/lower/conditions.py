"""Conditions to tests: one `match` over every kind of condition that a policy can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from coldstop.policy import model
from coldstop.sieve.lower.address import lower_address
from coldstop.sieve.lower.answers import lower_answers
from coldstop.sieve.lower.asked_to_stop import lower_asked_to_stop
from coldstop.sieve.lower.authenticated import lower_authenticated
from coldstop.sieve.lower.differs import lower_differs
from coldstop.sieve.lower.greets import lower_greets
from coldstop.sieve.lower.header import lower_header
from coldstop.sieve.lower.labels import lower_labels
from coldstop.sieve.lower.letters import lower_letters
from coldstop.sieve.lower.meaning import First, Meaning, Sum
from coldstop.sieve.lower.pay import lower_pay
from coldstop.sieve.lower.place import lower_place
from coldstop.sieve.lower.profile import lower_profile
from coldstop.sieve.lower.relationship import lower_relationship
from coldstop.sieve.lower.role import lower_role
from coldstop.sieve.lower.search import lower_date, lower_search
from coldstop.sieve.lower.text import lower_text
from coldstop.sieve.lower.verdicts import lower_kind, lower_rule
from coldstop.sieve.lower.work import lower_work
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.sieve.lower.context import Lowering


def lower_condition(condition: model.Condition, lowering: Lowering) -> Meaning:
    """Lower one condition and all below it."""
    match condition:
        case model.All():
            inner = [lower_condition(one, lowering) for one in condition.all]
            return Meaning(
                every(one.test for one in inner), lambda: Sum(tuple(one.count() for one in inner))
            )
        case model.AnyOf():
            inner = [lower_condition(one, lowering) for one in condition.any]
            return Meaning(
                some(one.test for one in inner),
                lambda: First(tuple((one.test, one.count()) for one in inner)),
            )
        case model.Not():
            return Meaning(negated(lower_condition(condition.not_, lowering).test))
        case model.TextTest():
            return lower_text(condition, lowering)
        case model.HeaderTest():
            return lower_header(condition, lowering)
        case model.AddressTest():
            return lower_address(condition, lowering)
        case model.LabelsTest():
            return lower_labels(condition, lowering)
        case model.PlaceTest():
            return lower_place(condition, lowering)
        case model.RoleTest():
            return lower_role(condition, lowering)
        case model.WorkTest():
            return lower_work(condition, lowering)
        case model.RelationshipTest():
            return lower_relationship(condition, lowering)
        case model.AuthenticatedTest():
            return lower_authenticated(condition, lowering)
        case model.AskedToStopTest():
            return lower_asked_to_stop(condition, lowering)
        case model.SearchTest():
            return lower_search(condition, lowering)
        case model.DateTest():
            return lower_date(condition, lowering)
        case model.KindTest():
            return lower_kind(condition, lowering)
        case model.LettersTest():
            return lower_letters(condition, lowering)
        case model.PayTest():
            return lower_pay(condition, lowering)
        case model.GreetsTest():
            return lower_greets(condition, lowering)
        case model.DiffersTest():
            return lower_differs(condition, lowering)
        case model.AnswersTest():
            return lower_answers(condition, lowering)
        case model.ProfileTest():
            return lower_profile(condition, lowering)
        case model.RuleTest():
            return lower_rule(condition, lowering)
        case _ as never:
            assert_never(never)
