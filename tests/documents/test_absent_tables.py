"""A table of a DocType that is not there: documents work without it, rows are refused, and it fills when that comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_platform.errors import LinkValidationError, ValidationError
from crm_platform.testing import TestSite
from support.definitions import row
from support.packs import make_pack, reopen, thing

HALF = thing("Half", row("title"), row("lines", "Table", options="Half Line", reqd=1))


def test_a_table_waits_for_its_doctype(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = sqlite_site
    half, more = make_pack(tmp_path, "half", HALF), make_pack(tmp_path, "more", thing("Half Line", istable=1))
    reopen(site, half, more)
    site.enable_pack("half")
    name = str(site.insert("Half", title="甲", lines=[]).name)
    with pytest.raises(LinkValidationError, match="the DocType Half Line is not installed") as refused:
        site.update("Half", name, lines=[{"title": "一"}])
    assert [fault.field for fault in refused.value.errors] == ["lines"]
    with pytest.raises(ValidationError, match="Half Line is not installed"):
        site.write(lambda ctx: ctx.store.get("Half", name, for_update=True).append("lines", {"title": "一"}))
    assert site.update("Half", name, title="乙").title == "乙"
    site.enable_pack("more")
    site.update("Half", name, lines=[{"title": "一"}])
    assert [line.title for line in site.get("Half", name)["lines"]] == ["一"]
    site.disable_pack("more")
    assert site.update("Half", name, title="丙").title == "丙"
    site.enable_pack("more")
    assert [line.title for line in site.get("Half", name)["lines"]] == ["一"]
