"""Why a field has its value: what its definition says, and which rule, pack or person changed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform.api.explain_methods import value
from crm_platform.database.system import ORIGIN
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, PermissionError
from crm_platform.testing import TestSite
from crm_platform.transfer.merging.merging import merge
from crm_platform.transfer.merging.undoing import undo
from support.automation import computed, sets
from support.packs import answering, make_pack, reopen, thing

OFFER = thing(
    "Offer",
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "amount", "fieldtype": "Int", "label": "Amount", "default": "7"},
    {"fieldname": "grade", "fieldtype": "Data", "label": "Grade"},
    {"fieldname": "double", "fieldtype": "Int", "label": "Double", "formula": "doc.amount * 2"},
    {"fieldname": "note", "fieldtype": "Data", "label": "Note"},
    {"fieldname": "margin", "fieldtype": "Int", "label": "Margin", "permlevel": 1},
    {"fieldname": "lines", "fieldtype": "Table", "label": "Lines", "options": "Offer Line"},
    track_changes=1,
    autoname="OF-.###",
    allow_rename=1,
)
LINE = thing(
    "Offer Line",
    {"fieldname": "qty", "fieldtype": "Int", "label": "Quantity"},
    {"fieldname": "price", "fieldtype": "Int", "label": "Price", "formula": "doc.qty * 3"},
    {"fieldname": "hint", "fieldtype": "Data", "label": "Hint"},
    istable=1,
)
LEAFLET = thing(
    "Leaflet",
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "slogan", "fieldtype": "Data", "label": "Slogan"},
    {"fieldname": "lines", "fieldtype": "Table", "label": "Lines", "options": "Offer Line"},
)


def explain(site: TestSite, name: str, fieldname: str, user: str = "Administrator") -> dict[str, Any]:
    return site.read(lambda ctx: value(ctx, "Offer", name, fieldname), user)


@pytest.fixture
def offers(tmp_path: Path, site: TestSite) -> TestSite:
    """Offers whose note a pack writes and whose grade a rule of the site sets."""

    def hint_at_many(ctx: Any, doc: Any) -> None:
        for line in doc.lines:
            if line.qty > 9:
                line.hint = f"{line.qty} 件"
        if doc.title == "套装" and len(doc.lines) == 1:
            doc.append("lines", {"qty": 1, "hint": "赠品"})

    def write_note(ctx: Any, doc: Any) -> None:
        doc.note = f"{ctx.user}: {doc.amount}"
        hint_at_many(ctx, doc)

    def write_slogan(ctx: Any, doc: Any) -> None:
        doc.slogan = f"{doc.title}！"

    def leave_as_it_is(ctx: Any, doc: Any) -> None:
        doc.title = doc.title

    events = {
        "Offer": {"validate": write_note, "before_validate": leave_as_it_is},
        "Leaflet": {"before_insert": write_slogan, "validate": hint_at_many},
    }
    pack = make_pack(tmp_path, "notes", OFFER, LINE, LEAFLET, **answering("document_events", events))
    reopen(site, pack).enable_pack("notes")
    action = sets(grade=computed("doc.amount > 100 ? '大' : '小'"))
    site.insert(
        "Automation Rule",
        rule_name="Grade",
        document_type="Offer",
        trigger="Changed",
        run_as="System",
        enabled=1,
        actions=[action],
    )
    return site


def test_a_definition_says_how_a_field_is_filled(offers: TestSite) -> None:
    name = str(offers.insert("Offer", title="泵").name)
    assert explain(offers, name, "amount")["filled_by"] == [
        {"property": "default", "says": "7", "layer": "notes", "version": "1.0"}
    ]
    told = explain(offers, name, "double")
    assert told["filled_by"] == [{"property": "formula", "says": "doc.amount * 2", "layer": "notes", "version": "1.0"}]
    assert (told["value"], told["changes"], told["created"]["user"]) == (14, [], "Administrator")


def test_a_change_names_the_person_the_rule_and_the_pack(offers: TestSite) -> None:
    name = str(offers.insert("Offer", title="泵").name)
    li = offers.user("li@example.com", "System Manager")
    offers.update("Offer", name, li, amount=500)
    (by_hand,) = explain(offers, name, "amount")["changes"]
    assert (by_hand["before"], by_hand["after"], by_hand["user"], by_hand["set_by"]) == (7, 500, li, None)
    (by_pack,) = explain(offers, name, "note")["changes"]
    assert (by_pack["set_by"]["pack"], by_pack["set_by"]["version"]) == ("notes", "1.0")
    assert "Offer.validate" in by_pack["set_by"]["source"]
    (by_rule,) = explain(offers, name, "grade")["changes"]
    assert (by_rule["after"], by_rule["set_by"]["source"]) == ("大", "Automation Rule Grade, revision 1")


def test_who_may_not_read_a_field_gets_no_reason_for_it(offers: TestSite) -> None:
    name = str(offers.insert("Offer", title="泵", margin=3).name)
    offers.update("Offer", name, margin=4)
    clerk = offers.user("li@example.com", "System Manager")
    for fieldname in ("margin", "nothing"):
        with pytest.raises(DoesNotExistError, match="has no field"):
            explain(offers, name, fieldname, clerk)
    stranger = offers.user("zhao@example.com")
    with pytest.raises(PermissionError):
        explain(offers, name, "title", stranger)


def test_versions_show_no_origin_of_a_hidden_field(offers: TestSite) -> None:
    name = str(offers.insert("Offer", title="泵", amount=1).name)
    offers.update("Offer", name, amount=2, margin=5)
    clerk = offers.user("li@example.com", "System Manager")
    (row,) = offers.read(
        lambda ctx: ctx.store.list("Version", fields=("data",), filters={"ref_doctype": "Offer", "docname": name}),
        clerk,
    )
    assert "margin" not in row["data"]
    assert "note" in row["data"]


def setter(site: TestSite, name: str, fieldname: str, doctype: str = "Offer") -> str:
    """What is said of who set a value; empty where no hook or rule did."""
    told = site.read(lambda ctx: value(ctx, doctype, name, fieldname))["set_by"]
    return told["sentence"] if told is not None else ""


def test_a_new_document_says_which_hook_of_which_pack_or_rule_set_what(offers: TestSite) -> None:
    name = str(offers.insert("Offer", title="泵", amount=500).name)
    said = setter(offers, name, "note")
    assert said.startswith("Set to Administrator: 500 by Offer.validate (")
    assert said.endswith("write_note) of notes 1.0, because the document was created.")
    offers.write(lambda ctx: ctx.store.rename("Offer", name, "OF-泵"))
    assert setter(offers, "OF-泵", "note") == said
    assert [setter(offers, "OF-泵", fieldname) for fieldname in ("title", "amount", "double")] == ["", "", ""]

    offers.update("Offer", "OF-泵", note="von Hand", amount=600)
    assert "Set to Administrator: 600 by" in setter(offers, "OF-泵", "note")
    assert setter(offers, "OF-泵", "amount") == ""
    offers.write(lambda ctx: ctx.store.delete("Offer", "OF-泵"))
    assert offers.system(lambda ctx: ctx.connection.fetch(ORIGIN, {"name": "OF-泵"})) == []


def test_documents_inserted_in_bulk_and_merged_ones_that_come_back_say_it_too(offers: TestSite) -> None:
    about = {"document_type": "Offer", "trigger": "Created", "run_as": "System", "enabled": 1}
    offers.insert("Automation Rule", rule_name="Neu", actions=[sets(grade="大")], **about)

    def insert(ctx: Context) -> list[str]:
        docs = [ctx.store.new("Offer", {"title": title, "amount": 101}) for title in ("一", "二")]
        return [str(doc["name"]) for doc in ctx.store.insert_many(docs)]

    names = offers.write(insert)
    log = offers.write(lambda ctx: merge(ctx, "Offer", names[0], names[1:], {}))
    offers.write(lambda ctx: undo(ctx, log))
    for name in names:
        rule = "Set to 大 by Automation Rule Neu, revision 1 of site, because the document was created."
        assert setter(offers, name, "grade") == rule
    offers.insert("ToDo", description="看看")
    offers.user("li@example.com")
    assert {row["doctype"] for row in offers.system(lambda ctx: ctx.connection.fetch(ORIGIN))} == {"Offer"}


def test_where_changes_are_not_tracked_an_older_setter_is_not_told_as_that_of_todays_value(offers: TestSite) -> None:
    name = str(offers.insert("Leaflet", title="泵").name)
    assert setter(offers, name, "slogan", "Leaflet").startswith("Set to 泵！ by Leaflet.before_insert (")
    offers.update("Leaflet", name, slogan="anders")
    said = setter(offers, name, "slogan", "Leaflet")
    assert "anders" not in said
    assert said.endswith("What changed since is not recorded for this kind of document.")


def test_a_field_of_a_row_is_explained_as_one_of_the_document(offers: TestSite) -> None:
    made = offers.insert("Offer", title="泵", lines=[{"qty": 2}, {"qty": 5}])
    first, second = (str(row["name"]) for row in made["lines"])
    offers.update("Offer", str(made.name), lines=[{"name": first, "qty": 4}, {"name": second, "qty": 5}])
    told = offers.read(lambda ctx: value(ctx, "Offer", str(made.name), "price", first))
    assert (told["value"], told["filled_by"][0]["says"], told["set_by"]) == (12, "doc.qty * 3", None)
    assert [(one["before"], one["after"]) for one in told["changes"]] == [(6, 12)]
    assert offers.read(lambda ctx: value(ctx, "Offer", str(made.name), "qty", second))["changes"] == []
    with pytest.raises(DoesNotExistError, match="has no field"):
        offers.read(lambda ctx: value(ctx, "Offer", str(made.name), "qty", "nobody's"))


def hints(site: TestSite, doctype: str, name: str) -> list[str]:
    """What is said of who set the hint of each row; empty where no hook or rule did."""
    rows = site.read(lambda ctx: [str(row["name"]) for row in ctx.store.get(doctype, name)["lines"]])
    told = [site.read(lambda ctx, row=row: value(ctx, doctype, name, "hint", row))["set_by"] for row in rows]
    return [one["sentence"] if one is not None else "" for one in told]


IN_ROW = "Lines, row {row}, Hint: Set to {value} by {doctype}.validate ("


@pytest.mark.parametrize("doctype", ["Offer", "Leaflet"])
def test_what_a_hook_sets_in_rows_is_told_by_row_and_field(offers: TestSite, doctype: str) -> None:
    """Of DocTypes that track changes, and of those that do not."""
    made = offers.insert(doctype, title="泵", lines=[{"qty": 2, "hint": "von Hand"}, {"qty": 50}, {"qty": 3}])
    name, rows = str(made.name), made["lines"]
    by_hand, by_hook, none = hints(offers, doctype, name)
    assert (by_hand, none) == ("", "")
    assert by_hook.startswith(IN_ROW.format(row=2, value="50 件", doctype=doctype))
    assert by_hook.endswith(" of notes 1.0, because the document was created.")
    assert setter(offers, name, "title", doctype) == ""

    lines = [{"name": str(rows[0]["name"]), "qty": 20}, {"name": str(rows[1]["name"]), "qty": 50}, {"qty": 30}]
    offers.update(doctype, name, lines=lines)
    changed, kept, added = hints(offers, doctype, name)
    saved = "because the document was saved."
    assert changed.startswith(IN_ROW.format(row=1, value="20 件", doctype=doctype)) and changed.endswith(saved)
    assert added.startswith(IN_ROW.format(row=3, value="30 件", doctype=doctype)) and added.endswith(saved)
    assert "Set to 50 件 by" in kept if doctype == "Offer" else "What changed since is not recorded" in kept


@pytest.mark.parametrize("doctype", ["Offer", "Leaflet"])
def test_a_row_that_a_hook_adds_is_its_work_with_all_its_values(offers: TestSite, doctype: str) -> None:
    made = offers.insert(doctype, title="套装", lines=[{"qty": 2}])
    by_hand, by_hook = hints(offers, doctype, str(made.name))
    assert (by_hand, by_hook[: by_hook.index(" by ")]) == ("", "Lines, row 2, Hint: Set to 赠品")
    given = str(made["lines"][1]["name"])
    told = offers.read(lambda ctx: value(ctx, doctype, str(made.name), "qty", given))
    assert told["set_by"]["pack"] == "notes"
    assert offers.read(lambda ctx: value(ctx, doctype, str(made.name), "price", given))["set_by"] is None


def test_a_person_who_writes_over_a_hook_in_a_row_is_told_as_the_setter(offers: TestSite) -> None:
    made = offers.insert("Offer", title="泵", lines=[{"qty": 50}])
    row = str(made["lines"][0]["name"])
    offers.update("Offer", str(made.name), lines=[{"name": row, "qty": 1, "hint": "von Hand"}])
    assert hints(offers, "Offer", str(made.name)) == [""]
    told = offers.read(lambda ctx: value(ctx, "Offer", str(made.name), "hint", row))
    assert [(one["after"], one["set_by"]) for one in told["changes"]] == [("von Hand", None)]


def test_versions_show_no_origin_of_a_hidden_field_in_a_row(offers: TestSite) -> None:
    made = offers.insert("Offer", title="泵", lines=[{"qty": 1}])
    lines = [{"name": str(made["lines"][0]["name"]), "qty": 50}]
    offers.update("Offer", str(made.name), lines=lines)
    about = {"ref_doctype": "Offer", "docname": str(made.name)}
    clerk = offers.user("li@example.com", "System Manager")

    def shown(ctx: Context) -> str:
        (row,) = ctx.store.list("Version", fields=("data",), filters=about)
        return str(row["data"])

    assert '"set_in_rows_by":[["lines"' in offers.read(shown, clerk)
    hidden = {"doc_type": "Offer Line", "field_name": "hint", "doctype_or_field": "DocField", "property": "permlevel"}
    offers.insert("Property Setter", **hidden, property_type="Int", value="1")
    assert "hint" not in offers.read(shown, clerk)
