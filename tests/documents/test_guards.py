"""What a caller may not set: protected fields, levels, rows of others. A refusal names the field, changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.database.portable import digest
from crm_platform.errors import CRMError, DuplicateEntryError, PermissionError, ValidationError
from crm_platform.testing import TestSite
from support.sabotage import defended_by, nothing

FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "margin", "fieldtype": "Currency", "label": "Margin", "permlevel": 1},
    {"fieldname": "score", "fieldtype": "Int", "label": "Score", "read_only": 1},
    {"fieldname": "code", "fieldtype": "Data", "label": "Code", "set_only_once": 1},
    {"fieldname": "rows", "fieldtype": "Table", "label": "Rows", "options": "Deal Row"},
)
ROW = (
    {"fieldname": "qty", "fieldtype": "Int", "label": "Qty"},
    {"fieldname": "cost", "fieldtype": "Currency", "label": "Cost", "permlevel": 1},
)
SALES = {"role": "Seller", "read": 1, "write": 1, "create": 1}
SELLER = "seller@example.com"


@pytest.fixture
def deals(site: TestSite) -> TestSite:
    site.role("Seller")
    site.doctype("Deal Row", *ROW, istable=1, permissions=[])
    admin = {"role": "System Manager", "read": 1, "write": 1, "create": 1}
    site.doctype("Deal", *FIELDS, autoname="D-.##", permissions=[SALES, admin, {**admin, "permlevel": 1}])
    site.user(SELLER, "Seller")
    return site


def whole(site: TestSite) -> dict[str, str]:
    return site.site.runtime.database.read(digest)


SMUGGLED: list[tuple[dict[str, Any], str]] = [
    ({"margin": 5}, "margin"),
    ({"score": 9}, "score"),
    ({"owner": "Administrator"}, "owner"),
    ({"creation": "2020-01-01 00:00:00"}, "creation"),
    ({"modified_by": "Administrator"}, "modified_by"),
    ({"rows": [{"qty": 1, "cost": 5}]}, "cost"),
]


@defended_by("crm_platform.documents.saving:check_protected", replace_with=nothing)
@pytest.mark.parametrize(("values", "field"), SMUGGLED, ids=lambda value: str(value)[:30])
def test_C01_C02_a_smuggled_field_is_named_and_nothing_is_written(
    deals: TestSite, values: dict[str, Any], field: str
) -> None:
    name = deals.insert("Deal", SELLER, title="A").name
    before = whole(deals)
    with pytest.raises(PermissionError) as refused:
        deals.update("Deal", name, SELLER, title="B", **values)
    assert field in [e.field for e in refused.value.errors]
    assert whole(deals) == before


def test_a_whole_document_sent_back_passes(deals: TestSite) -> None:
    name = deals.insert("Deal", title="A", margin=5, rows=[{"qty": 1, "cost": 2}]).name
    seen = deals.get("Deal", name, SELLER).as_dict()
    seen["title"] = "B"
    seen["modified"] = seen["modified"].isoformat()
    seen["creation"] = seen["creation"].isoformat()
    seen["rows"] = [{"name": row["name"], "qty": row["qty"]} for row in seen["rows"]]
    assert deals.update("Deal", name, SELLER, **seen).title == "B"
    stored = deals.get("Deal", name)
    assert (stored.margin, stored.rows[0].cost) == (5, 2)


def test_a_field_set_once_stays(deals: TestSite) -> None:
    name = deals.insert("Deal", title="A").name
    deals.update("Deal", name, code="甲")
    with pytest.raises(ValidationError) as refused:
        deals.update("Deal", name, code="乙")
    assert refused.value.code == "CannotChangeConstantError"


@defended_by("crm_platform.documents.guards:_parent_unchanged", replace_with=nothing)
def test_C10_a_row_never_moves_to_another_document(deals: TestSite) -> None:
    first = deals.insert("Deal", title="A", rows=[{"qty": 1}])
    second = deals.insert("Deal", title="B")
    before = whole(deals)
    theft = first.rows[0].name
    with pytest.raises(DuplicateEntryError):
        deals.update("Deal", second.name, rows=[{"name": theft, "qty": 7}])
    for key, value in (("parent", first.name), ("parenttype", "User"), ("parentfield", "roles")):
        with pytest.raises(PermissionError):
            deals.update("Deal", second.name, rows=[{"qty": 7, key: value}])
    assert whole(deals) == before


@pytest.mark.parametrize("rows", ["text", 5, {"a": 1}, [1], ["x"], [None]])
def test_a_table_takes_rows_only(deals: TestSite, rows: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        deals.insert("Deal", rows=rows)
    assert [e.field for e in refused.value.errors] == ["rows"]


@pytest.mark.parametrize("key", ["nope", "Title", "parent", "doc status", "__class__x", "ignore_permissions"])
def test_an_unknown_key_is_refused(deals: TestSite, key: str) -> None:
    if key.startswith("_"):
        assert deals.insert("Deal", **{key: 1}).name
    else:
        with pytest.raises(CRMError, match=key):
            deals.insert("Deal", **{key: 1})
