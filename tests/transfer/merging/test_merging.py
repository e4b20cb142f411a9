"""Merging: everything linked is kept, nothing is written that the caller may not write, and it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, PermissionError, ValidationError
from crm_platform.search.query import search
from crm_platform.search.rebuilding import compare
from crm_platform.testing import TestSite
from crm_platform.transfer.merging.merging import merge
from crm_platform.transfer.merging.undoing import Undone, undo
from support.definitions import row

FULL = dict.fromkeys(("read", "write", "create", "delete"), 1)
CLERK = "clerk@example.com"


def do(
    site: TestSite, keep: str, *others: str, user: str = "Administrator", doctype: str = "Firm", **choices: str
) -> str:
    return site.write(lambda ctx: merge(ctx, doctype, keep, others, choices), user)


def back(site: TestSite, log: str, user: str = "Administrator") -> Undone:
    return site.write(lambda ctx: undo(ctx, log), user)


@pytest.fixture
def firms(site: TestSite) -> TestSite:
    """Firms with everything that may belong to a document; clerks do not read the field `rating`."""
    site.role("Clerk")
    site.user(CLERK, "Clerk")
    permissions = [
        {"role": "System Manager", **FULL},
        {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1},
        {"role": "Clerk", **FULL},
    ]
    site.doctype("Firm Line", row("item", in_global_search=1), istable=1, permissions=[])
    site.doctype(
        "Firm",
        *(row("title"), row("city"), row("code", unique=1), row("rating", permlevel=1)),
        *(row("mother", "Link", options="Firm"), row("lines", "Table", options="Firm Line")),
        autoname="field:title",
        title_field="title",
        track_changes=1,
        permissions=permissions,
    )
    site.doctype(
        "Order",
        row("firm", "Link", options="Firm", in_global_search=1),
        row("kind"),
        row("party", "Dynamic Link", options="kind"),
    )
    count = {"fieldtype": "Int", "rollup": '{"from": "Order", "link": "firm", "function": "count"}'}
    site.insert("Custom Field", dt="Firm", fieldname="orders", label="Orders", **count)
    return site


def value(site: TestSite, doctype: str, name: str, field: str) -> Any:
    return site.get(doctype, name)[field]


def test_everything_that_names_the_merged_document_names_the_kept_one(firms: TestSite) -> None:
    for title in ("甲", "乙"):
        firms.insert("Firm", title=title, lines=[{"item": "x"}, {"item": title}])
    order = str(firms.insert("Order", firm="乙", kind="Firm", party="乙")["name"])
    firms.insert("Firm", title="Tochter", mother="乙")
    for name in ("甲", "乙"):
        firms.insert("Tag Link", document_type="Firm", document_name=name, tag=firms_tag(firms), title=name)
    names = {
        "Comment": firms.insert(
            "Comment", comment_type="Comment", reference_doctype="Firm", reference_name="乙", content="c"
        ),
        "ToDo": firms.insert(
            "ToDo", reference_type="Firm", reference_name="乙", description="anrufen", allocated_to=CLERK
        ),
        "DocShare": firms.insert("DocShare", share_doctype="Firm", share_name="乙", user=CLERK, read=1),
        "User Permission": firms.insert("User Permission", user=CLERK, allow="Firm", for_value="乙"),
    }
    log = do(firms, "甲", "乙")
    assert not firms.read(lambda ctx: ctx.store.exists("Firm", "乙"))
    assert (value(firms, "Order", order, "firm"), value(firms, "Order", order, "party")) == ("甲", "甲")
    assert value(firms, "Firm", "Tochter", "mother") == "甲"
    columns = {
        "Comment": "reference_name",
        "ToDo": "reference_name",
        "DocShare": "share_name",
        "User Permission": "for_value",
    }
    for kind, column in columns.items():
        assert value(firms, kind, str(names[kind]["name"]), column) == "甲"
    assert firms.read(lambda ctx: ctx.store.count("Tag Link", filters={"document_type": "Firm"})) == 1
    assert [line["item"] for line in firms.get("Firm", "甲")["lines"]] == ["x", "甲", "乙"]
    found = back(firms, log)
    assert (found.restored, found.left) == (["乙"], [])
    assert value(firms, "Order", order, "firm") == value(firms, "Order", order, "party") == "乙"
    assert [line["item"] for line in firms.get("Firm", "甲")["lines"]] == ["x", "甲"]
    assert firms.read(lambda ctx: ctx.store.count("Tag Link", filters={"document_type": "Firm"})) == 2


def firms_tag(site: TestSite) -> str:
    if not site.read(lambda ctx: ctx.store.exists("Tag", "wichtig")):
        site.insert("Tag", name="wichtig")
    return "wichtig"


def test_empty_fields_are_filled_and_choices_taken(firms: TestSite) -> None:
    firms.insert("Firm", title="甲", city="北京")
    firms.insert("Firm", title="乙", city="上海", code="C2", rating="A", lines=[{"item": "乙"}])
    firms.insert("Firm", title="丙", code="C3")
    do(firms, "甲", "乙", "丙", city="乙", lines="甲")
    kept = firms.get("Firm", "甲")
    assert (kept["city"], kept["code"], kept["rating"], len(kept["lines"])) == ("上海", "C2", "A", 0)


def test_links_between_the_merged_documents_do_not_lead_to_themselves(firms: TestSite) -> None:
    firms.insert("Firm", title="甲")
    firms.insert("Firm", title="乙", mother="甲")
    firms.update("Firm", "甲", mother="乙")
    log = do(firms, "甲", "乙")
    assert value(firms, "Firm", "甲", "mother") is None
    back(firms, log)
    assert (value(firms, "Firm", "甲", "mother"), value(firms, "Firm", "乙", "mother")) == ("乙", "甲")


def test_search_and_rollups_follow(firms: TestSite) -> None:
    for title in ("甲甲", "乙乙"):
        firms.insert("Firm", title=title)
    orders = [str(firms.insert("Order", firm=title)["name"]) for title in ("甲甲", "乙乙", "乙乙")]

    def found(text: str) -> set[str]:
        return {hit.name for hit in firms.read(lambda ctx: search(ctx, text)).hits}

    def right() -> bool:
        one = firms.system(compare)
        return (one.missing, one.outdated, one.surplus) == (0, 0, 0)

    log = do(firms, "甲甲", "乙乙")
    assert (found("甲甲"), found("乙乙"), right()) == ({"甲甲", *orders}, set(), True)
    assert value(firms, "Firm", "甲甲", "orders") == 3
    back(firms, log)
    assert (found("甲甲"), found("乙乙"), right()) == ({"甲甲", orders[0]}, {"乙乙", *orders[1:]}, True)
    assert (value(firms, "Firm", "甲甲", "orders"), value(firms, "Firm", "乙乙", "orders")) == (1, 2)


def test_a_closed_field_is_neither_chosen_nor_filled_and_comes_back(firms: TestSite) -> None:
    firms.insert("Firm", title="甲")
    firms.insert("Firm", title="乙", rating="AAA", city="上海")
    with pytest.raises(PermissionError, match="Rating cannot be set by you"):
        do(firms, "甲", "乙", user=CLERK, rating="乙")
    assert value(firms, "Firm", "乙", "rating") == "AAA"
    log = do(firms, "甲", "乙", user=CLERK)
    assert (value(firms, "Firm", "甲", "rating"), value(firms, "Firm", "甲", "city")) == (None, "上海")
    back(firms, log, CLERK)
    assert value(firms, "Firm", "乙", "rating") == "AAA"


def test_what_cannot_be_merged_is_refused_before_anything_changes(firms: TestSite) -> None:
    for title in ("甲", "乙"):
        firms.insert("Firm", title=title)
    before = firms.site.runtime.database.digest()
    reader = firms.user("reader@example.com", firms.role("Firm Reader"))
    for (keep, others, choices, user), kind in {
        ("甲", ("甲",), (), "Administrator"): ValidationError,
        ("甲", (), (), "Administrator"): ValidationError,
        ("甲", ("nope",), (), "Administrator"): DoesNotExistError,
        ("甲", ("乙",), (("nope", "乙"),), "Administrator"): ValidationError,
        ("甲", ("乙",), (("city", "丙"),), "Administrator"): ValidationError,
        ("甲", ("乙",), (), reader): PermissionError,
    }.items():
        with pytest.raises(kind):
            do(firms, keep, *others, user=user, **dict(choices))
    after = firms.site.runtime.database.digest()
    assert {t for t in after if before.get(t) != after[t]} <= {
        "tabUser",
        "tabRole",
        "tabHas Role",
        "_meta",
        "tabAudit Log",
        "_series",
    }
    with pytest.raises(ValidationError, match="cannot be merged"):
        do(firms, "Administrator", "Guest", doctype="User")


def test_merging_needs_write_on_the_kept_and_delete_on_the_others(firms: TestSite) -> None:
    for title in ("甲", "乙"):
        firms.insert("Firm", title=title)
    writer = firms.user("writer@example.com", firms.role("Firm Writer"))
    for actions, may in (({"read": 1, "write": 1}, False), ({"read": 1, "delete": 1}, False), (FULL, True)):
        firms.system(
            lambda ctx: [ctx.store.delete("Custom DocPerm", r["name"]) for r in ctx.store.list("Custom DocPerm")]
        )
        firms.insert("Custom DocPerm", parent="Firm", role="Firm Writer", **actions)
        firms.insert("Custom DocPerm", parent="Firm", role="System Manager", **FULL)
        if may:
            assert do(firms, "甲", "乙", user=writer)
        else:
            with pytest.raises(PermissionError):
                do(firms, "甲", "乙", user=writer)


def test_a_submitted_document_is_not_merged_into_another(site: TestSite) -> None:
    site.doctype("Deal", row("title"), autoname="field:title", is_submittable=1)
    for title in ("甲", "乙"):
        site.insert("Deal", title=title)
    site.write(lambda ctx: ctx.store.submit("Deal", "乙"))
    with pytest.raises(ValidationError, match="Cancel it first"):
        do(site, "甲", "乙", doctype="Deal")


def test_what_was_changed_since_is_left_and_listed(firms: TestSite) -> None:
    for title in ("甲", "乙", "丙"):
        firms.insert("Firm", title=title)
    firms.update("Firm", "乙", city="上海", code="C2")
    orders = [str(firms.insert("Order", firm="乙")["name"]) for _ in range(2)]
    log = do(firms, "甲", "乙")
    firms.update("Firm", "甲", city="广州", lines=[{"item": "neu"}])
    firms.update("Order", orders[0], firm="丙")
    found = back(firms, log)
    assert sorted(found.left) == ["Firm 甲: City was changed since.", f"Order {orders[0]}: Firm was changed since."]
    assert [value(firms, "Order", order, "firm") for order in orders] == ["丙", "乙"]
    assert (value(firms, "Firm", "甲", "city"), value(firms, "Firm", "乙", "city")) == ("广州", "上海")
    assert firms.get("Merge Log", log)["status"] == "Undone"
    with pytest.raises(ValidationError, match="taken back already"):
        back(firms, log)


def test_what_prevents_an_undo_is_named(firms: TestSite) -> None:
    for title in ("甲", "乙"):
        firms.insert("Firm", title=title)
    log = do(firms, "甲", "乙")
    firms.insert("Firm", title="乙")
    with pytest.raises(ValidationError, match="new documents with the names of the merged ones: 乙"):
        back(firms, log)
    firms.write(lambda ctx: [ctx.store.delete("Firm", name) for name in ("甲", "乙")])
    with pytest.raises(ValidationError, match="not there any more"):
        back(firms, log)
    with pytest.raises(DoesNotExistError):
        back(firms, log, CLERK)


def test_the_journal_holds_no_value_in_the_open(firms: TestSite) -> None:
    firms.insert("Firm", title="甲")
    firms.insert("Firm", title="乙", rating="kanari")
    do(firms, "甲", "乙")
    content = firms.system(lambda ctx: ctx.connection.rows("SELECT content FROM _merge_content"))[0][0]
    assert "kanari" not in content
    assert len(content) > 100
