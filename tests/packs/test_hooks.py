"""Asking packs: answers in pack order, and every way to answer wrongly named with pack and hook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import PackError, ValidationError
from crm_platform.packs.hooks import Hooks
from support.packs import answering, make_pack
from support.sabotage import defended_by, nothing


def test_contributions_come_in_pack_order_and_from_those_that_implement_the_hook(tmp_path: Path) -> None:
    packs = [make_pack(tmp_path, pack_id, **answering("api_methods", {pack_id: len})) for pack_id in ("b", "a")]
    hooks = Hooks([*packs, make_pack(tmp_path, "silent")])
    assert list(hooks.contributions("api_methods")) == [("b", {"b": len}), ("a", {"a": len})]
    assert list(hooks.contributions("row_filters")) == []
    assert hooks.call("silent", "after_enable", ctx=None) is None


@defended_by("crm_platform.packs.hooks:Mapping", replace_with=object)
@pytest.mark.parametrize("answer", [["validate"], "validate", 7, {1, 2}], ids=["list", "text", "number", "set"])
def test_X18_an_answer_of_the_wrong_type_names_pack_hook_and_what_came(tmp_path: Path, answer: Any) -> None:
    hooks = Hooks([make_pack(tmp_path, **answering("document_events", answer))])
    with pytest.raises(PackError, match=f"trial: the hook document_events .* it gave {type(answer).__name__}"):
        hooks.contributions("document_events")


@defended_by("crm_platform.packs.hooks:_failed", replace_with=lambda pack_id, hook, error: error)
@pytest.mark.parametrize("error", [RuntimeError("坏了"), ValidationError("坏了"), RecursionError("坏了")])
def test_X16_a_contribution_that_raises_names_pack_and_hook(tmp_path: Path, error: Exception) -> None:
    def fail(self: object) -> None:
        raise error

    hooks = Hooks([make_pack(tmp_path, row_filters=fail)])
    with pytest.raises(PackError, match="row_filters of pack trial failed .*坏了") as raised:
        hooks.contributions("row_filters")
    assert (raised.value.params["pack"], raised.value.params["hook"]) == ("trial", "row_filters")


def test_a_hook_may_refuse_with_an_error_of_ours_and_nothing_else_passes(tmp_path: Path) -> None:
    def refuse(self: object, ctx: object) -> None:
        raise ValidationError("Not today.")

    def fail(self: object, ctx: object) -> None:
        raise KeyError("secret")

    hooks = Hooks([make_pack(tmp_path, before_disable=refuse, after_enable=fail)])
    with pytest.raises(ValidationError, match="Not today"):
        hooks.call("trial", "before_disable", ctx=None)
    with pytest.raises(PackError, match="after_enable of pack trial failed"):
        hooks.call("trial", "after_enable", ctx=None)


@defended_by("crm_platform.packs.hooks:_check_names", replace_with=nothing)
@pytest.mark.parametrize(
    "hooks",
    [{"documents_event": lambda self: {}}, {"after_enable": lambda self, context: None}],
    ids=["name", "argument"],
)
def test_X18_a_hook_that_is_not_there_or_takes_other_arguments_is_refused(tmp_path: Path, hooks: Any) -> None:
    with pytest.raises(PackError, match="Pack trial implements a hook wrongly"):
        Hooks([make_pack(tmp_path, **hooks)])


def test_a_hook_without_its_mark_is_told(tmp_path: Path) -> None:
    made = make_pack(tmp_path)
    forgetful = type("Forgetful", (type(made),), {"document_events": lambda self: {}})
    with pytest.raises(PackError, match="document_events has no mark. Put @hookimpl above the method"):
        Hooks([forgetful(made.manifest, tmp_path)])


def test_the_watch_hears_which_hook_of_which_pack_is_at_work(tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    hooks = Hooks([make_pack(tmp_path, **answering("schedules", {}))], lambda *told: heard.append(told))
    hooks.contributions("schedules")
    assert heard == [("trial", "schedules"), ("", "")]
