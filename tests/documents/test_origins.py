"""Why a field has its value: what its definition says, and which rule, pack or person changed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform.api.explain_methods import value
from crm_platform.errors import DoesNotExistError, PermissionError
from crm_platform.testing import TestSite
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
    track_changes=1,
    autoname="OF-.###",
)


def explain(site: TestSite, name: str, fieldname: str, user: str = "Administrator") -> dict[str, Any]:
    return site.read(lambda ctx: value(ctx, "Offer", name, fieldname), user)


@pytest.fixture
def offers(tmp_path: Path, site: TestSite) -> TestSite:
    """Offers whose note a pack writes and whose grade a rule of the site sets."""

    def write_note(ctx: Any, doc: Any) -> None:
        doc.note = f"{ctx.user}: {doc.amount}"

    pack = make_pack(tmp_path, "notes", OFFER, **answering("document_events", {"Offer": {"validate": write_note}}))
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
    assert explain(offers, name, "amount")["filled_by"] == [{"property": "default", "says": "7", "layer": "notes"}]
    told = explain(offers, name, "double")
    assert told["filled_by"] == [{"property": "formula", "says": "doc.amount * 2", "layer": "notes"}]
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
