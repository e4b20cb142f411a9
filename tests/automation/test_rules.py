"""Validation Rules: what breaks one is not saved, with its author's sentence; one that cannot work is refused."""

from __future__ import annotations

import pytest

from crm_platform.automation.examination import broken
from crm_platform.automation.rules import check_rule
from crm_platform.documents.context import Context
from crm_platform.errors import ExpressionError, ValidationError
from support.automation import Desk

SENTENCE = "金额 {amount} 必须大于零"


def rule(desk: Desk, name: str = "Positive", **values: object) -> None:
    body = {"document_type": "Request", "condition": "doc.amount > 0", "message": SENTENCE, "field": "amount"}
    desk.site.insert("Validation Rule", rule_name=name, **{**body, **values})


def test_what_breaks_a_rule_is_refused_with_its_sentence_beside_the_field(desk: Desk) -> None:
    rule(desk)
    assert desk.site.insert("Request", title="ok", amount=1).amount == 1
    with pytest.raises(ValidationError) as refused:
        desk.site.insert("Request", title="broken", amount=0)
    assert str(refused.value) == SENTENCE, "braces in a sentence are text"
    (fault,) = refused.value.errors
    assert (fault.field, fault.message()) == ("amount", SENTENCE)
    assert refused.value.title == "Positive"


def test_a_change_is_checked_like_a_new_document_and_other_doctypes_are_left_alone(desk: Desk) -> None:
    name = desk.site.insert("Request", title="old", amount=0).name
    rule(desk)
    with pytest.raises(ValidationError):
        desk.site.update("Request", name, title="still broken")
    assert desk.site.update("Request", name, amount=2).amount == 2
    desk.site.insert("Visit", title="other")


def test_a_rule_that_is_switched_off_or_deleted_does_not_count(desk: Desk) -> None:
    rule(desk)
    desk.site.update("Validation Rule", "Positive", enabled=0)
    desk.site.insert("Request", title="t", amount=0)
    desk.site.update("Validation Rule", "Positive", enabled=1)
    desk.site.write(lambda ctx: ctx.store.delete("Validation Rule", "Positive"))
    desk.site.insert("Request", title="t", amount=0)


def test_fields_that_automation_sets_are_checked(desk: Desk) -> None:
    rule(desk)
    values = '{"amount": {"expression": "doc.amount - 10"}}'
    desk.rule("Less", "Request", "Created", {"action": "Set Fields", "field_values": values})
    with pytest.raises(ValidationError, match="金额"):
        desk.site.insert("Request", title="t", amount=5)


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"condition": "doc.amount >"}, ExpressionError, "is not understood"),
        ({"condition": "__import__('os')"}, ExpressionError, "not a function"),
        ({"field": "no_field"}, ValidationError, "Request has no field no_field"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(
    quiet_desk: Desk, values: dict[str, str], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        rule(quiet_desk, **values)


def test_a_broken_record_stops_nothing_and_doctor_names_it(desk: Desk) -> None:
    rule(desk)

    def spoil(ctx: Context) -> None:
        meta = ctx.definitions["Validation Rule"]
        ctx.connection.update_row(meta, "Positive", {"condition": "doc.amount >"})
        check = ctx.store.get("Validation Rule", "Positive")
        with pytest.raises(ExpressionError):
            check_rule(ctx, check)

    desk.site.system(spoil)
    desk.site.site.runtime.model = None
    assert desk.site.insert("Request", title="t", amount=0).amount == 0
    (found,) = desk.site.system(lambda ctx: list(broken(ctx)))
    assert found[0] == "Validation Rule Positive"
