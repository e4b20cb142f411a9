"""Frappe's naming rules, each with a name it gives and one it refuses."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from jinja2 import Template

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DuplicateEntryError, MandatoryError, NameError, ValidationError
from crm_platform.testing import TestSite
from support.sabotage import always, defended_by

TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
SERIES = {"fieldname": "naming_series", "fieldtype": "Select", "label": "Series", "options": "IN-.YYYY.-\nOUT-.##"}
YEAR = datetime.now(UTC).strftime("%Y")


@pytest.mark.parametrize(
    ("autoname", "pattern"),
    [
        ("hash", r"[0-9a-f]{10}"),
        ("UUID", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}"),
        ("autoincrement", r"1"),
        ("field:title", r"茶"),
        ("format:A-{title}-{YYYY}-{###}", rf"A-茶-{YEAR}-001"),
        ("A-.title.-.YYYY.-.####", rf"A-茶-{YEAR}-0001"),
        ("BC-.#####", r"BC-00001"),
        ("T-", r"T-00001"),
        ("naming_series:", rf"IN-{YEAR}-00001"),
    ],
)
def test_a_rule_gives_its_name_whatever_name_the_client_sends(
    sqlite_site: TestSite, autoname: str, pattern: str
) -> None:
    sqlite_site.doctype("Named", TITLE, SERIES, autoname=autoname)
    made = sqlite_site.insert("Named", name="MINE", title="茶")
    assert re.fullmatch(pattern, made.name)


def test_prompt_takes_the_clients_name_once(sqlite_site: TestSite) -> None:
    sqlite_site.doctype("Named", TITLE, autoname="prompt")
    assert sqlite_site.insert("Named", name=" 我的 ").name == "我的"
    with pytest.raises(DuplicateEntryError):
        sqlite_site.insert("Named", name="我的")
    with pytest.raises(MandatoryError):
        sqlite_site.insert("Named")
    for bad in ("a<b", "New Named 1", "x" * 141, "a\tb"):
        with pytest.raises(NameError):
            sqlite_site.insert("Named", name=bad)


def test_a_name_from_a_field_needs_the_field(sqlite_site: TestSite) -> None:
    sqlite_site.doctype("Named", TITLE, autoname="field:title")
    with pytest.raises(MandatoryError) as refused:
        sqlite_site.insert("Named")
    assert [e.field for e in refused.value.errors] == ["title"]


def test_a_chosen_series_counts_for_itself(sqlite_site: TestSite) -> None:
    sqlite_site.doctype("Named", TITLE, SERIES, autoname="naming_series:")
    names = [sqlite_site.insert("Named", naming_series=s).name for s in ("OUT-.##", "IN-.YYYY.-", "OUT-.##")]
    assert names == ["OUT-01", f"IN-{YEAR}-00001", "OUT-02"]


def filled_in(doc: Document, fieldname: str) -> str:
    """A value that is taken for a template."""
    return str(Template(str(doc[fieldname])).render())


@defended_by("crm_platform.documents.naming:_value", replace_with=filled_in)
def test_D02_a_template_in_a_series_is_literal_text(sqlite_site: TestSite) -> None:
    sqlite_site.doctype("Named", TITLE, autoname="field:title")
    assert sqlite_site.insert("Named", title="{{7*7}}").name == "{{7*7}}"


@defended_by("crm_platform.database.writing:Writing.next_numbers", replace_with=always(1))
def test_X10_I10_parallel_writers_get_different_numbers_without_gaps(site: TestSite) -> None:
    site.doctype("Named", TITLE, autoname="N-.####")
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: site.insert("Named", title="x").name, range(48)))
    assert sorted(names) == [f"N-{number:04d}" for number in range(1, 49)]


@defended_by("crm_platform.database.writing:Writing.next_numbers", replace_with=always(1))
def test_I10_a_number_is_never_used_again(site: TestSite) -> None:
    """Not after deleting, not after a rolled back save, not when somebody brings a name of the series along."""
    site.doctype("Named", TITLE, autoname="N-.####", allow_rename=1)
    names = [site.insert("Named", title="x").name for _ in range(2)]
    site.write(lambda ctx: ctx.store.delete("Named", names[1]))

    def fail(ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Named", {"title": "x"}))
        raise ValidationError("no")

    with pytest.raises(ValidationError):
        site.write(fail)
    later = site.insert("Named", title="x").name
    assert later > names[1]
    with pytest.raises(ValidationError, match="the series has not come to yet"):
        site.write(lambda ctx: ctx.store.rename("Named", names[0], "N-0009"))
    site.write(lambda ctx: ctx.store.rename("Named", names[0], "N-0002"))
    assert len({"N-0002", later, *(site.insert("Named", title="x").name for _ in range(8))}) == 10
