"""A new name goes everywhere: links of any kind, rows, branches of a tree, what belongs to the document."""

from __future__ import annotations

import pytest

from crm_platform.errors import PermissionError, ValidationError
from crm_platform.testing import TestSite

ROOM = {"fieldname": "room", "fieldtype": "Link", "options": "Room", "label": "Room"}


@pytest.fixture
def rooms(site: TestSite) -> TestSite:
    title = {"fieldname": "title", "fieldtype": "Data", "label": "Title", "unique": 1}
    secret = {"fieldname": "code", "fieldtype": "Password", "label": "Code"}
    site.doctype("Room", title, secret, is_tree=1, autoname="field:title", allow_rename=1)
    site.doctype("Booking Row", ROOM, istable=1, permissions=[])
    kind = {"fieldname": "kind", "fieldtype": "Link", "options": "DocType", "label": "Kind"}
    about = {"fieldname": "about", "fieldtype": "Dynamic Link", "options": "kind", "label": "About"}
    rows = {"fieldname": "rows", "fieldtype": "Table", "options": "Booking Row", "label": "Rows"}
    site.doctype("Booking", ROOM, kind, about, rows, allow_rename=0)
    site.doctype("House", {**ROOM, "fieldname": "hall"}, issingle=1)
    site.insert("Room", title="大厅", code="4711")
    return site


def test_links_rows_branches_and_notes_follow(rooms: TestSite) -> None:
    rooms.insert("Room", title="角落", parent_room="大厅")
    booking = rooms.insert("Booking", room="大厅", kind="Room", about="大厅", rows=[{"room": "大厅"}]).name
    other = rooms.insert("Booking", kind="DocType", about="Room").name
    rooms.update("House", "House", hall="大厅")
    rooms.insert("Comment", comment_type="Comment", reference_doctype="Room", reference_name="大厅", content="亮")
    assert rooms.write(lambda ctx: ctx.store.rename("Room", "大厅", "礼堂")) == "礼堂"
    linked = rooms.get("Booking", booking)
    assert (linked.room, linked.about, linked.rows[0].room) == ("礼堂", "礼堂", "礼堂")
    assert (rooms.get("Booking", other).about, rooms.get("House", "House").hall) == ("Room", "礼堂")
    assert (rooms.get("Room", "礼堂").title, rooms.get("Room", "角落").parent_room) == ("礼堂", "礼堂")
    assert not rooms.read(lambda ctx: ctx.store.exists("Room", "大厅"))
    about = {"reference_doctype": "Room", "reference_name": "礼堂"}
    assert rooms.read(lambda ctx: ctx.store.count("Comment", filters=about)) == 1


def test_a_taken_name_and_a_doctype_that_keeps_its_names_are_refused(rooms: TestSite) -> None:
    rooms.insert("Room", title="角落")
    booking = rooms.insert("Booking").name
    with pytest.raises(ValidationError, match="already exists"):
        rooms.write(lambda ctx: ctx.store.rename("Room", "大厅", "角落"))
    with pytest.raises(ValidationError, match="cannot be renamed"):
        rooms.write(lambda ctx: ctx.store.rename("Booking", booking, "B"))
    assert rooms.get("Room", "大厅").title == "大厅"


def test_renaming_needs_the_right_to_write(rooms: TestSite) -> None:
    rooms.insert("Custom DocPerm", parent="Room", role=rooms.role("Guide"), read=1)
    guide = rooms.user("guide@example.com", "Guide")
    with pytest.raises(PermissionError):
        rooms.write(lambda ctx: ctx.store.rename("Room", "大厅", "礼堂"), guide)
