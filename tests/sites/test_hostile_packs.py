"""Packs that fail or are malformed: the request or the pack is stopped and named, the site goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from crm_platform.documents.events import EventTable
from crm_platform.errors import DoesNotExistError, PackError, ValidationError
from crm_platform.testing import TestSite, digest
from support.packs import answering, enabled, make_pack, reopen, thing
from support.sabotage import always, defended_by, nothing

GADGET = thing("Gadget")


def events(doctype: str, event: str, handler: Callable[..., Any]) -> dict[str, Any]:
    return answering("document_events", {doctype: {event: handler}})


def fail(ctx: Any, doc: Any) -> None:
    raise RuntimeError("坏了")


def fire_and_forget(table: EventTable, ctx: Any, doc: Any, event: str) -> None:
    """The sabotage of these tests: whatever a hook raises is swallowed."""
    for listener in table.listeners(doc.doctype, event):
        with suppress(Exception):
            listener.handler(ctx, doc)


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
@pytest.mark.parametrize(
    "event", ["before_insert", "validate", "before_save", "after_insert", "on_update", "on_change"]
)
def test_X16_an_event_that_raises_saves_nothing_and_names_the_hook(site: TestSite, tmp_path: Path, event: str) -> None:
    other = make_pack(tmp_path, "other", thing("Widget"), **events("Widget", "validate", lambda ctx, doc: None))
    enabled(site, make_pack(tmp_path, "trial", GADGET, **events("Gadget", event, fail)), other)
    with pytest.raises(PackError, match=rf"Gadget\.{event} .* of pack trial failed \(RuntimeError\)"):
        site.insert("Gadget", title="坏的")
    assert site.read(lambda ctx: ctx.store.count("Gadget")) == 0
    assert site.insert("Widget", title="好的").title == "好的"
    assert site.insert("Customer", customer_name="北京科技", customer_type="Company").customer_name == "北京科技"


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
def test_X16_what_was_done_before_in_the_request_is_rolled_back(site: TestSite, tmp_path: Path) -> None:
    def insert_and_fail(ctx: Any, doc: Any) -> None:
        ctx.store.insert(ctx.store.new("Gadget", {"title": "副本"}))
        raise KeyError("secret")

    enabled(
        site, make_pack(tmp_path, "trial", GADGET, thing("Widget"), **events("Widget", "on_update", insert_and_fail))
    )
    with pytest.raises(PackError) as raised:
        site.insert("Widget", title="坏的")
    assert "secret" not in str(raised.value)
    counts = site.read(lambda ctx: [ctx.store.count(doctype) for doctype in ("Gadget", "Widget")])
    assert counts == [0, 0]


@defended_by("crm_platform.packs.hooks:Hooks.call", replace_with=nothing)
def test_X16_a_failing_enable_leaves_nothing(site: TestSite, tmp_path: Path) -> None:
    def after_enable(self: object, ctx: Any) -> None:
        ctx.store.insert(ctx.store.new("Gadget", {"title": "第一"}))
        raise RuntimeError("坏了")

    methods = answering("api_methods", {"leak": fail})
    reopen(site, make_pack(tmp_path, "trial", GADGET, after_enable=after_enable, **methods))
    before = digest(site)
    with pytest.raises(PackError, match="after_enable of pack trial"):
        site.enable_pack("trial")
    assert digest(site) == before
    assert [pack for pack, _ in site.site.hooks.contributions("api_methods")] == ["crm"]
    with pytest.raises(DoesNotExistError):
        site.insert("Gadget", title="x")


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
def test_X18_a_saved_document_is_not_changed_by_a_later_event(site: TestSite, tmp_path: Path) -> None:
    def change(ctx: Any, doc: Any) -> None:
        doc.title = "改了"

    enabled(site, make_pack(tmp_path, "trial", GADGET, **events("Gadget", "on_update", change)))
    with pytest.raises(ValidationError, match=r"on_update .* of pack trial changes a document"):
        site.insert("Gadget", title="原来")
    assert site.read(lambda ctx: ctx.store.count("Gadget")) == 0


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
def test_X18_the_stored_state_is_not_changed_by_an_event(sqlite_site: TestSite, tmp_path: Path) -> None:
    def change(ctx: Any, doc: Any) -> None:
        if doc.before is not None:
            doc.before.title = "改了"

    site = enabled(sqlite_site, make_pack(tmp_path, "trial", GADGET, **events("Gadget", "validate", change)))
    name = site.insert("Gadget", title="原来").name
    with pytest.raises(ValidationError, match="of pack trial changes a document"):
        site.update("Gadget", name, title="新的")
    assert site.get("Gadget", name).title == "原来"


MALFORMED = {
    "an unknown event": (events("Gadget", "on_sunday", fail), "unknown document event on_sunday"),
    "no function": (events("Gadget", "validate", "pack.validate"), "document_events must give a mapping of events"),
    "no mapping": (answering("row_filters", ["Gadget"]), "row_filters must give a mapping, it gave list"),
    "a hook that raises": ({"api_methods": lambda self: 1 / 0}, "api_methods of pack trial failed"),
    "an unknown hook": ({"on_sunday": lambda self: {}}, "implements a hook wrongly"),
    "a hook misspelt": ({"document_event": lambda self: {}}, "no hook document_event. Did you mean document_events"),
    "a wrong argument": ({"after_enable": lambda self, site: None}, "implements a hook wrongly"),
    "a button without method": (
        answering("form_actions", {"Gadget": [{"label": "x"}]}),
        "form_actions must give a list",
    ),
    "a button with an unknown part": (
        answering("form_actions", {"Gadget": [{"label": "x", "method": "trial.x", "ask": "Sure?"}]}),
        "form_actions must give a list",
    ),
    "suggestions without fields": (
        answering("form_suggestions", {"Gadget": {"label": "x", "method": "trial.x", "fields": "title"}}),
        "form_suggestions must give a mapping with label, method and the list of fields",
    ),
    "an action without argument": (
        answering(
            "form_suggestions",
            {"Gadget": {"label": "x", "method": "trial.x", "fields": ["title"], "actions": {"Gadget": {"label": "x"}}}},
        ),
        "the list of fields, perhaps actions for Gadget",
    ),
    "a section without columns": (
        answering("overview_sections", {"Gadget": [{"label": "x", "method": "trial.x", "columns": []}]}),
        "overview_sections must give a list of mappings with label, method and columns",
    ),
    "a button's condition": (
        answering("form_actions", {"Gadget": [{"label": "x", "method": "trial.x", "condition": "import os"}]}),
        "has a condition for Gadget that cannot be read",
    ),
    "a button of another's method": (
        answering("form_actions", {"Gadget": [{"label": "x", "method": "crm.close"}]}),
        "form_actions names the API method crm.close, which the pack does not have",
    ),
    "suggestions of a missing method": (
        answering("api_methods", {"near": fail})
        | answering("form_suggestions", {"Gadget": {"label": "x", "method": "trial.nah", "fields": ["title"]}}),
        "form_suggestions names the API method trial.nah, which the pack does not have",
    ),
}
each_malformed = pytest.mark.parametrize(("hooks", "reason"), MALFORMED.values(), ids=list(MALFORMED))


@defended_by("crm_platform.sites.packs:fault_of", replace_with=always(""))
@each_malformed
def test_X18_a_malformed_pack_is_not_enabled(
    sqlite_site: TestSite, tmp_path: Path, hooks: dict[str, Any], reason: str
) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "trial", GADGET, **hooks))
    before = digest(site)
    with pytest.raises(ValidationError, match="Pack trial cannot be enabled") as raised:
        site.enable_pack("trial")
    assert reason in str(raised.value)
    assert digest(site) == before


@defended_by("crm_platform.sites.model:fault_of", replace_with=always(""))
@each_malformed
def test_X18_a_malformed_upgrade_leaves_the_pack_out_and_the_site_open(
    sqlite_site: TestSite, tmp_path: Path, hooks: dict[str, Any], reason: str
) -> None:
    other = make_pack(tmp_path, "other", thing("Widget"))
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", GADGET), other)
    name = site.insert("Gadget", title="原来").name
    reopen(site, make_pack(tmp_path, "trial", GADGET, version="2.0", **hooks), other)
    assert site.insert("Widget", title="好的").title == "好的"
    assert reason in " ".join(site.site.source.missing)
    reopen(site, make_pack(tmp_path, "trial", GADGET, version="2.1"), other)
    assert site.get("Gadget", name).title == "原来"
