"""Messages: which parameters are translated with the sentence, and which stay as people wrote them."""

import pytest

from crm_platform.errors import FieldError, Text, ValidationError, render

CHINESE = {
    "{label} of {name}: {reason}": "{name} 的{label}：{reason}",
    "one of {choices}": "以下之一：{choices}",
    "Status": "状态",
    "Open": "待处理",
    "Too late.": "太晚了。",
    "{label} is missing.": "缺少{label}。",
    ", ": "、",
}


def chinese(msgid: str) -> str:
    return CHINESE.get(msgid, msgid)


def test_labels_are_translated_and_names_are_not() -> None:
    params = {"label": "Status", "name": "Status", "reason": "Too late."}
    assert render("{label} of {name}: {reason}", params, chinese) == "Status 的状态：太晚了。"
    assert render("{label} of {name}: {reason}", params) == "Status of Status: Too late."


def test_a_tuple_is_a_list_of_words_of_the_product() -> None:
    params = {"choices": ("Open", "甲")}
    assert render("one of {choices}", params, chinese) == '以下之一："待处理"、"甲"'
    assert render("one of {choices}", params) == 'one of "Open", "甲"'


@pytest.mark.parametrize(
    "message",
    [
        Text("{label} is missing.", {"label": "Status"}),
        FieldError("status", "{label} is missing.", params={"label": "Status"}),
        ValidationError("{label} is missing.", label="Status"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_inside_a_message_is_rendered(message: Text | FieldError | ValidationError) -> None:
    outer = ValidationError("{label} of {name}: {reason}", label="Status", name="王", reason=message)
    assert outer.message(chinese) == "王 的状态：缺少状态。"
    assert str(outer) == "Status of 王: Status is missing."


def test_a_text_without_parameters_may_hold_braces() -> None:
    assert render("Write {} here.", {}) == "Write {} here."
