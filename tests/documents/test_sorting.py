"""Lists of a Chinese site: sorted by Pinyin, page by page, the same on both databases; others pay nothing for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.documents.document import Document
from crm_platform.i18n.sort_keys import sort_key
from crm_platform.sites.create import migrate
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

FIELDS: tuple[dict[str, Any], ...] = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "town", "fieldtype": "Data", "label": "Town", "in_list_view": 1},
    {"fieldname": "remark", "fieldtype": "Data", "label": "Remark"},
)
TITLES = ["重庆长安", "阿里", "Zoe", "acme", "长大", "Acme 中国", "12", "", "北京", "重要", "百度"]
BY_PINYIN = ["", "12", "acme", "Acme 中国", "Zoe", "阿里", "百度", "北京", "重庆长安", "长大", "重要"]
MIXED = st.text("张章长重庆行北京ABbzé01 -", min_size=1, max_size=12)


@contextmanager
def turned_chinese(made: TestSite) -> Iterator[TestSite]:
    """The site after its operator made it a Chinese one."""
    folder, chinese = made.site.folder, replace(made.site.settings, language="zh")
    made.site.close()
    folder.write_settings(chinese)
    with closing(open_site(folder.path)) as opened:
        migrate(opened)
    again = TestSite(open_site(folder.path))
    try:
        yield again
    finally:
        again.site.close()


def add(site: TestSite, **values: Any) -> Document:
    return site.insert("Thing", **values)


def listed(site: TestSite, order_by: str, column: str = "title") -> list[Any]:
    rows = site.read(lambda ctx: ctx.store.list("Thing", fields=[column], order_by=order_by, limit=0))
    return [row[column] or "" for row in rows]


def paged(site: TestSite, order_by: str) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = "*"
    while cursor:
        request = {"fields": ["title"], "order_by": order_by, "limit": 3, "cursor": cursor}
        rows, cursor = site.read(lambda ctx, request=request: ctx.store.page("Thing", **request))  # type: ignore[misc]
        found += [row["title"] or "" for row in rows]
    return found


def test_a_site_that_turns_chinese_sorts_what_it_has(site: TestSite) -> None:
    site.doctype("Thing", *FIELDS, autoname="hash", title_field="title")
    for title in TITLES:
        add(site, title=title, town=title, remark=title)
    by_code = listed(site, "title asc")
    assert by_code == sorted(TITLES)
    with turned_chinese(site) as chinese:
        assert listed(chinese, "title asc") == BY_PINYIN
        assert listed(chinese, "`tabThing`.`town` desc") == BY_PINYIN[::-1]
        assert listed(chinese, "remark asc") == by_code
        assert paged(chinese, "title asc") == BY_PINYIN
        assert paged(chinese, "title desc") == BY_PINYIN[::-1]
        keys_stay_inside(chinese)
        keys_follow_changes(chinese)
        keys_follow_definitions(chinese)
        any_texts_come_in_order(chinese)


def keys_stay_inside(site: TestSite) -> None:
    row = site.read(lambda ctx: ctx.store.list("Thing", fields=["*"], limit=1))[0]
    assert not [name for name in row if "~" in name]
    assert "~" not in "".join(site.get("Thing", row["name"]).as_dict())


def keys_follow_changes(site: TestSite) -> None:
    name = add(site, title="中国").name
    assert listed(site, "title desc")[0] == "重要"
    site.update("Thing", name, title="中国重汽")
    assert listed(site, "title desc")[:2] == ["重要", "中国重汽"]
    site.update("Thing", name, title="安徽")
    assert listed(site, "title asc")[5:7] == ["阿里", "安徽"]
    site.write(lambda ctx: ctx.store.delete("Thing", name))


def stored_keys(site: TestSite, column: str) -> set[str | None]:
    rows = site.read(lambda ctx: ctx.connection.rows(f'SELECT DISTINCT "{column}" FROM "tabThing"'))
    return {row[0] for row in rows}


def keys_follow_definitions(site: TestSite) -> None:
    """A field that comes into the list is sorted at once; its keys are made anew when it comes back into it."""
    shown = site.insert(
        "Property Setter",
        doctype_or_field="DocField",
        doc_type="Thing",
        field_name="remark",
        property="in_list_view",
        property_type="Check",
        value="1",
    ).name
    assert listed(site, "remark asc", "remark") == BY_PINYIN
    site.update("Property Setter", shown, value="0")
    assert stored_keys(site, "remark~sorted") == {None}, "what is no more kept tells nothing"
    first = site.read(lambda ctx: ctx.store.list("Thing", filters={"remark": "阿里"}))[0]["name"]
    site.update("Thing", first, remark="祖国")
    assert listed(site, "remark asc", "remark") == sorted({*TITLES, "祖国"} - {"阿里"})
    site.update("Property Setter", shown, value="1")
    assert listed(site, "remark desc", "remark")[0] == "祖国"


def any_texts_come_in_order(site: TestSite) -> None:
    @settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(MIXED, min_size=5, max_size=12))
    def check(titles: list[str]) -> None:
        docs = site.write(lambda ctx: ctx.store.insert_many([ctx.store.new("Thing", {"title": t}) for t in titles]))
        names = [doc.name for doc in docs]
        request: dict[str, Any] = {"fields": ["title"], "filters": {"name": ["in", names]}, "limit": 0}
        rows = site.read(lambda ctx: ctx.store.list("Thing", order_by="title asc", **request))
        keys = [sort_key(row["title"]).encode() for row in rows]
        assert keys == sorted(keys)
        assert sorted(sort_key(doc["title"]).encode() for doc in docs) == keys

    check()
