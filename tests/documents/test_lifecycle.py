"""Random lives of documents against a plain model: an accepted step changes what it says, a refused one nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from crm_platform.errors import CRMError, DoesNotExistError, TimestampMismatchError
from crm_platform.testing import TestSite

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
ROWS = st.lists(st.fixed_dictionaries({"qty": st.integers(-5, 5)}), max_size=3)
DOCTYPE = "Lived"


@pytest.fixture(scope="module")
def lived(module_site: TestSite) -> TestSite:
    module_site.doctype(
        "Lived Row", {"fieldname": "qty", "fieldtype": "Int", "label": "Qty"}, istable=1, permissions=[]
    )
    module_site.doctype(
        DOCTYPE,
        {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
        {"fieldname": "remark", "fieldtype": "Data", "label": "Remark", "allow_on_submit": 1},
        {"fieldname": "total", "fieldtype": "Int", "label": "Total", "formula": "sum(rows.qty)"},
        {"fieldname": "rows", "fieldtype": "Table", "options": "Lived Row", "label": "Rows"},
        is_submittable=1,
        track_changes=1,
        autoname="L-.######",
    )
    return module_site


class Lives(RuleBasedStateMachine):
    """`self.model` holds what must be stored: name → (docstatus, title, remark, quantities)."""

    site: TestSite
    names = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, dict[str, Any]] = {}

    def stored(self, name: str) -> dict[str, Any]:
        doc = self.site.get(DOCTYPE, name)
        return {
            "docstatus": doc.docstatus,
            "title": doc.title or "",
            "remark": doc.remark or "",
            "rows": [row.qty for row in doc.rows],
        }

    @rule(target=names, title=TEXT, rows=ROWS)
    def create(self, title: str, rows: list[dict[str, int]]) -> str:
        doc = self.site.insert(DOCTYPE, title=title, rows=rows)
        assert doc.name not in self.model
        self.model[doc.name] = {"docstatus": 0, "title": title, "remark": "", "rows": [r["qty"] for r in rows]}
        return str(doc.name)

    @rule(name=names, title=TEXT, rows=ROWS)
    def change(self, name: str, title: str, rows: list[dict[str, int]]) -> None:
        expected = self.model[name]
        quantities = [row["qty"] for row in rows]
        same = expected["docstatus"] == 1 and expected["title"] == title and not rows and not expected["rows"]
        if expected["docstatus"] == 0 or same:
            self.site.update(DOCTYPE, name, title=title, rows=rows)
            expected.update(title=title, rows=quantities)
        else:
            with pytest.raises(CRMError):
                self.site.update(DOCTYPE, name, title=title + "x", rows=rows)

    @rule(name=names, remark=TEXT)
    def remark(self, name: str, remark: str) -> None:
        if self.model[name]["docstatus"] == 2:
            with pytest.raises(CRMError):
                self.site.update(DOCTYPE, name, remark=remark)
        else:
            self.site.update(DOCTYPE, name, remark=remark)
            self.model[name]["remark"] = remark

    @rule(name=names, status=st.integers(0, 2))
    def move(self, name: str, status: int) -> None:
        old = self.model[name]["docstatus"]
        if (old, status) in ((0, 0), (0, 1), (1, 1), (1, 2)):
            self.site.update(DOCTYPE, name, docstatus=status)
            self.model[name]["docstatus"] = status
        else:
            with pytest.raises(CRMError):
                self.site.update(DOCTYPE, name, docstatus=status)

    @rule(name=names)
    def change_stale(self, name: str) -> None:
        with pytest.raises(TimestampMismatchError):
            self.site.update(DOCTYPE, name, title="stale", modified="2001-01-01 00:00:00.000000")

    @rule(name=consumes(names))
    def delete(self, name: str) -> None:
        if self.model[name]["docstatus"] == 1:
            with pytest.raises(CRMError):
                self.site.write(lambda ctx: ctx.store.delete(DOCTYPE, name))
            return
        self.site.write(lambda ctx: ctx.store.delete(DOCTYPE, name))
        del self.model[name]
        with pytest.raises(DoesNotExistError):
            self.site.get(DOCTYPE, name)

    @invariant()
    def stored_is_expected(self) -> None:
        for name, expected in self.model.items():
            assert self.stored(name) == expected
            assert self.site.get(DOCTYPE, name).total == sum(expected["rows"])


def live(site: TestSite, examples: int, steps: int) -> None:
    machine = type("LivesOnSite", (Lives,), {"site": site})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=steps))


def test_random_lives(lived: TestSite) -> None:
    live(lived, 12, 12)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_random_lives(lived: TestSite) -> None:
    live(lived, 500, 50)
