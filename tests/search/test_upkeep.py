"""The index follows the documents: in their transaction, whatever changes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.search import sqlite, upkeep, walking
from crm_platform.search.index import index_of
from crm_platform.search.query import search
from crm_platform.search.rebuilding import compare
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.definitions import row

LINE = (row("item", in_global_search=1), row("memo", in_global_search=1, permlevel=1))
NOTE = (
    row("title", in_global_search=1),
    row("body", "Text"),
    row("topic", "Link", options="Topic", in_global_search=1),
    row("count", "Int"),
    row("lines", "Table", options="Note Line"),
)


@pytest.fixture
def notes(site: TestSite) -> TestSite:
    site.doctype("Topic", row("title"), autoname="field:title", allow_rename=1)
    site.doctype("Note Line", *LINE, istable=1, permissions=[])
    site.doctype("Note", *NOTE, autoname="field:title", title_field="title", allow_rename=1, track_changes=1)
    return site


def found(site: TestSite, text: str) -> list[str]:
    return [hit.name for hit in site.read(lambda ctx: search(ctx, text)).hits]


def compared(site: TestSite) -> tuple[int, int, int]:
    one = site.system(compare)
    return (one.missing, one.outdated, one.surplus)


def test_a_change_is_found_once_it_is_saved_and_what_was_is_not(notes: TestSite) -> None:
    notes.insert("Note", title="甲", body="old wording", lines=[{"item": "螺丝"}])
    assert found(notes, "wording") == found(notes, "螺丝") == ["甲"]
    notes.update("Note", "甲", body="new phrase", lines=[{"item": "螺母"}])
    assert found(notes, "phrase") == found(notes, "螺母") == ["甲"]
    assert found(notes, "wording") == found(notes, "螺丝") == []
    assert compared(notes) == (0, 0, 0)


def test_a_text_that_follows_other_documents_is_found_as_it_is_now(notes: TestSite) -> None:
    """A formula over a roll-up, of the document and of its rows: no event tells of the change."""
    over = {"function": "count", "from": "Note", "link": "topic"}
    text = "concat('Zahl', doc.notes)"
    notes.insert("Custom Field", dt="Topic", fieldname="notes", fieldtype="Int", label="Notes", rollup=over)
    notes.insert("Custom Field", dt="Topic", fieldname="told", fieldtype="Data", label="Told", formula=text)
    notes.insert("Topic", title="天气")
    for number in range(2):
        notes.insert("Note", title=f"Note {number}", topic="天气")
        assert found(notes, f"Zahl{number + 1}") == ["天气"]
        assert found(notes, f"Zahl{number}") == []
    assert compared(notes) == (0, 0, 0)


def test_what_is_rolled_back_was_never_there(notes: TestSite) -> None:
    notes.insert("Note", title="甲", body="kept")

    def change(ctx: Context) -> None:
        ctx.store.update("Note", "甲", {"body": "vanishing"})
        ctx.store.insert(ctx.store.new("Note", {"title": "乙", "body": "vanishing"}))
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        notes.write(change)
    assert (found(notes, "vanishing"), found(notes, "kept")) == ([], ["甲"])


def test_a_change_of_other_fields_costs_the_index_nothing(notes: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    notes.insert("Note", title="甲", body="text")
    monkeypatch.setattr(upkeep.Upkeep, "write", None)
    notes.update("Note", "甲", count=5)
    assert found(notes, "text") == ["甲"]


def test_deleting_takes_a_document_and_its_todos_out(notes: TestSite) -> None:
    notes.insert("Note", title="甲", body="text")
    notes.insert("ToDo", description="ruf an", reference_type="Note", reference_name="甲")
    assert found(notes, "ruf") != []
    notes.write(lambda ctx: ctx.store.delete("Note", "甲"))
    assert found(notes, "text") == found(notes, "ruf") == []
    assert compared(notes) == (0, 0, 0)


@pytest.mark.parametrize("at_once", [200, 1])
def test_a_new_name_is_found_in_what_links_to_it(
    notes: TestSite, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", at_once)
    notes.insert("Topic", title="Alpha")
    for name in ("甲", "乙"):
        notes.insert("Note", title=name, topic="Alpha")
    notes.write(lambda ctx: ctx.store.rename("Topic", "Alpha", "Beta"))
    notes.write(lambda ctx: ctx.store.rename("Note", "甲", "丙"))
    while notes.system(walking.step) is not None:
        pass
    assert set(found(notes, "beta")) == {"Beta", "丙", "乙"}
    assert found(notes, "alpha") == found(notes, "甲") == []
    assert compared(notes) == (0, 0, 0)


def test_a_field_that_is_closed_or_made_secret_or_dropped_is_closed_at_once(notes: TestSite) -> None:
    reader = notes.user("reader@example.com", notes.role("Note Reader"))
    notes.insert("Custom DocPerm", parent="Note", role="Note Reader", read=1)
    notes.insert("Custom DocPerm", parent="Note", role="System Manager", read=1, write=1, create=1)
    notes.insert("Custom Field", dt="Note", fieldname="extra", label="Extra", fieldtype="Small Text")
    notes.insert("Note", title="甲", extra="canary")

    def reads(text: str) -> list[str]:
        return [hit.name for hit in notes.read(lambda ctx: search(ctx, text), reader).hits]

    assert reads("canary") == ["甲"]
    notes.update("Custom Field", "Note-extra", permlevel=1)
    assert reads("canary") == []
    notes.update("Custom Field", "Note-extra", permlevel=0)
    assert reads("canary") == ["甲"]
    notes.write(lambda ctx: ctx.store.delete("Custom Field", "Note-extra"))
    assert reads("canary") == []
    while notes.system(walking.step) is not None:
        pass
    assert (reads("甲"), compared(notes)) == (["甲"], (0, 0, 0))


def test_another_process_sees_the_same_index(notes: TestSite) -> None:
    other = TestSite(open_site(Path(notes.site.folder.path)))
    try:
        other.insert("Note", title="甲", body="from elsewhere")
        notes.update("Note", "甲", body="changed here")
        assert (found(other, "elsewhere"), found(other, "here"), found(notes, "here")) == ([], ["甲"], ["甲"])
    finally:
        other.site.close()


QUERIES = ("云", "计算", "云计", "a", "ab", "ab 云", "Ä", "甲")
TEXT = st.text(st.sampled_from("云计算 abÄ"), max_size=6)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.sampled_from("甲乙丙"), TEXT, st.lists(TEXT, max_size=2)),
        st.tuples(st.just("rename"), st.sampled_from("甲乙丙"), st.sampled_from("甲乙丙"), st.none()),
        st.tuples(st.just("delete"), st.sampled_from("甲乙丙"), st.none(), st.none()),
        st.tuples(st.just("settle"), st.just(""), st.none(), st.none()),
    ),
    max_size=8,
)


def test_after_any_changes_the_index_is_what_a_rebuilding_would_make(notes: TestSite) -> None:
    @settings(max_examples=15)
    @given(changes=CHANGES)
    def hold(changes: list[Any]) -> None:
        for one in changes:
            notes.write(lambda ctx, one=one: change(ctx, *one))
        assert compared(notes) == (0, 0, 0)
        waiting = [found(notes, text) for text in QUERIES]
        notes.system(settle)
        assert [found(notes, text) for text in QUERIES] == waiting

    hold()


def settle(ctx: Context) -> None:
    """What was put off is done, and the full-text table has exactly the tokens of the entries."""
    index_of(ctx.connection).settle()
    if ctx.connection.dialect == "sqlite":
        ctx.connection.run("INSERT INTO search_text (search_text, rank) VALUES ('integrity-check', 1)")


def test_entries_wait_for_others_and_are_found_meanwhile(notes: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until there are EVERY of them, or one is long; each word by its beginning, Chinese ones anywhere."""
    monkeypatch.setattr(sqlite, "EVERY", 5)
    for number in range(12):
        notes.insert("Note", title=f"N{number}", body=f"云计算有限公司 order{number}")
        assert found(notes, f"order{number}") == [f"N{number}"]
        assert len(found(notes, "计算有限")) == number + 1
    notes.update("Note", "N0", body="云" * (sqlite.LONG // 2))
    assert (found(notes, "order0"), found(notes, "云云云")) == ([], ["N0"])
    notes.system(settle)
    assert found(notes, "有限公司") == found(notes, "云计算") == [f"N{number}" for number in range(11, 0, -1)]


def test_a_document_whose_name_the_index_knew_is_found_as_it_is(notes: TestSite) -> None:
    """An entry that was left behind holds no document up."""
    notes.insert("Note", title="甲", body="left behind")
    notes.system(lambda ctx: ctx.connection.delete_rows(ctx.definitions["Note"], {"name": "甲"}))
    notes.insert("Note", title="甲", body="made anew")
    assert (found(notes, "behind"), found(notes, "anew")) == ([], ["甲"])
    assert compared(notes) == (0, 0, 0)


def change(ctx: Context, kind: str, name: str, value: Any, lines: Any) -> None:
    exists = ctx.store.exists("Note", name)
    values = {"body": value, "lines": [{"item": text, "memo": text[:2]} for text in lines or ()]}
    if kind == "settle":
        settle(ctx)
    elif kind == "save" and exists:
        ctx.store.update("Note", name, values)
    elif kind == "save":
        ctx.store.insert(ctx.store.new("Note", {"title": name, **values}))
    elif kind == "delete" and exists:
        ctx.store.delete("Note", name)
    elif kind == "rename" and exists and not ctx.store.exists("Note", value):
        ctx.store.rename("Note", name, value)
