"""Exported data of a pack: its documents, what belongs to them and values in others' documents, out and back again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.files.storage import Storage
from crm_platform.sites.pack_changes import apply
from crm_platform.sites.pack_export import export
from crm_platform.sites.pack_import import Loaded, load
from crm_platform.testing import TestSite
from crm_platform.testing.digests import digest_of_database
from support.packs import custom_field, make_pack, paint, reopen, thing

GADGET = thing("Gadget", autoname="GAD-.#####")
COLOUR = custom_field("Customer", "colour", insert_after="customer_name")


def dropped(site: TestSite) -> None:
    site.system(lambda ctx: apply(site.site, ctx, "drop", "alpha"))


PART = thing("Gadget Part", istable=1, permissions=[])
FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "price", "fieldtype": "Currency", "label": "Price"},
    {"fieldname": "at", "fieldtype": "Datetime", "label": "At"},
    {"fieldname": "pin", "fieldtype": "Password", "label": "Pin"},
    {"fieldname": "parts", "fieldtype": "Table", "label": "Parts", "options": "Gadget Part"},
)


def test_exported_data_come_back_as_they_were(site: TestSite, tmp_path: Path) -> None:
    reopen(site, make_pack(tmp_path, "alpha", thing("Gadget", *FIELDS), PART, COLOUR, custom_field("Customer", "size")))
    customers = [
        str(site.insert("Customer", customer_name=name, customer_type="Company").name) for name in ("甲", "乙", "丙")
    ]
    site.enable_pack("alpha")
    for customer in customers[:2]:
        paint(site, customer)
    values = {"title": "灯", "price": 19.99, "at": "2026-03-01 09:30:00", "pin": "1234", "parts": [{"title": "泡"}]}
    gadget = str(site.insert("Gadget", **values).name)
    before = digest_of_database(site)
    file = tmp_path / "alpha.jsonl"
    assert export(site.site, "alpha", file) == 5
    assert ("1234" in file.read_text(encoding="utf-8"), file.stat().st_mode & 0o077) == (False, 0)
    with pytest.raises(ValidationError, match="something in"):
        export(site.site, "alpha", file)
    dropped(site)
    with pytest.raises(ValidationError, match="is not enabled"):
        load(site.site, file)
    site.enable_pack("alpha")
    assert load(site.site, file) == Loaded(brought=5)
    assert load(site.site, file).brought == 2, "values are set again, documents stay as they are"
    after = digest_of_database(site)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {"_pack", "tabCustom Field", "tabDocType", "tabDocField", "tabDocPerm", "_job"}
    assert site.get("Gadget", gadget).parts[0].title == "泡"
    assert site.get("Customer", customers[0]).colour == "红"


def _file(ctx: Any, values: dict[str, Any]) -> Any:
    """As an upload makes it: nobody sets the address himself."""
    doc = ctx.store.new("File", {})
    for fieldname, value in values.items():
        doc.set(fieldname, value)
    return doc


def beside(site: TestSite, gadget: str) -> dict[str, list[Any]]:
    """What belongs to a gadget."""
    asked = {
        "Comment": ("content", {"reference_name": gadget}),
        "Version": ("name", {"docname": gadget}),
        "File": ("file_name", {"attached_to_name": gadget}),
        "Deleted Document": ("deleted_name", {"deleted_doctype": "Gadget"}),
    }

    def read(ctx: Any) -> dict[str, list[Any]]:
        return {
            doctype: [row[field] for row in ctx.store.list(doctype, fields=[field], filters=filters, limit=None)]
            for doctype, (field, filters) in asked.items()
        }

    return site.system(read)


@pytest.mark.parametrize("taken", [False, True], ids=["free", "another file has the name by now"])
def test_what_belongs_to_exported_documents_comes_back_with_them(
    sqlite_site: TestSite, tmp_path: Path, taken: bool
) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", {**GADGET, "track_changes": 1}))
    site.enable_pack("alpha")
    gadget, gone = (str(site.insert("Gadget", title=title).name) for title in ("灯", "坏"))
    site.insert("Comment", comment_type="Comment", reference_doctype="Gadget", reference_name=gadget, content="好")
    site.update("Gadget", gadget, title="台灯")
    site.write(lambda ctx: ctx.store.delete("Gadget", gone))
    storage, content = Storage(site.site.folder.files), "图纸".encode() * 100_000
    stored = storage.write(BytesIO(content), "图.txt", private=True)
    attached = {"attached_to_doctype": "Gadget", "attached_to_name": gadget, "is_private": 1}
    named = {"file_name": "图.txt", "file_url": stored.url, "content_hash": stored.content_hash}
    site.system(lambda ctx: ctx.store.insert(_file(ctx, named | attached)))
    before, file = beside(site, gadget), tmp_path / "alpha.jsonl"
    assert all(before.values())
    export(site.site, "alpha", file)
    dropped(site)
    storage.remove(stored.url)
    if taken:
        storage.write(BytesIO(b"another"), "图.txt", private=True)
    site.enable_pack("alpha")
    assert not any(beside(site, gadget).values())
    load(site.site, file)
    assert beside(site, gadget) == before
    (row,) = site.system(lambda ctx: ctx.store.list("File", fields=["file_url"], filters=attached))
    path = storage.path_of(row["file_url"])
    assert path is not None
    assert (path.read_bytes() == content, row["file_url"] == stored.url) == (True, not taken)


def test_records_of_the_pack_come_back_as_the_site_had_made_them(sqlite_site: TestSite, tmp_path: Path) -> None:
    lamp = {"doctype": "Gadget", "name": "灯", "title": "灯", "price": 10, "parts": [{"title": "泡"}]}
    gadget = thing("Gadget", *FIELDS, autoname="field:title")
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", gadget, PART, lamp, {**lamp, "name": "台", "title": "台"}))
    site.enable_pack("alpha")
    site.update("Gadget", "灯", price=12, parts=[{"title": "泡"}, {"title": "罩"}])
    file = tmp_path / "alpha.jsonl"
    export(site.site, "alpha", file)
    dropped(site)
    site.enable_pack("alpha")
    load(site.site, file)
    found = {name: site.get("Gadget", name) for name in ("灯", "台")}
    assert {name: (doc.price, [row.title for row in doc.parts]) for name, doc in found.items()} == {
        "灯": (12, ["泡", "罩"]),
        "台": (10, ["泡"]),
    }


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 99, "pack": "alpha"}', "no JSON"])
def test_a_file_that_is_no_export_is_refused(sqlite_site: TestSite, tmp_path: Path, content: str) -> None:
    file = tmp_path / "alpha.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValidationError, match="no exported pack"):
        load(sqlite_site.site, file)


def test_an_export_that_fails_leaves_no_file_in_the_way(sqlite_site: TestSite, tmp_path: Path) -> None:
    file = tmp_path / "nothing.jsonl"
    with pytest.raises(DoesNotExistError, match="has left nothing"):
        export(sqlite_site.site, "nothing", file)
    assert not file.exists()
