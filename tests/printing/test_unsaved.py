"""Print formats under work: tried on a real document with the rights of who asks, kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, PermissionError, PrintFormatError, ValidationError
from crm_platform.printing.limits import Limits
from crm_platform.printing.service import Printing
from crm_platform.printing.snapshot import Snapshot
from crm_platform.testing import TestSite
from support.printing import printing, snapshot, sources_of
from support.sabotage import defended_by, yes

from .conftest import CLERK, VIEWER

LOOP = "{% for a in 'x' * 4000 %}{% for b in 'x' * 4000 %}{% for c in 'x' * 4000 %}{% endfor %}{% endfor %}{% endfor %}"


def tried(site: TestSite, user: str = "Administrator", name: str = "TO-1", **values: Any) -> Snapshot:
    return snapshot(site, "Trial Order", name, user, unsaved=values)


def test_a_format_under_work_prints_with_its_sheet_and_is_kept_nowhere(shop: TestSite, press: Printing) -> None:
    taken = tried(shop, html="<h1>{{ doc.title }}</h1>", css="h1 { color: red }", page_size="A5", margin_top="7")
    assert (taken.page.width, taken.page.margins[0]) == (148.0, 7.0)
    shown = press.make("html", taken).decode()
    assert "<h1>传感器采购</h1>" in shown
    assert "color: red" in shown
    assert shop.read(lambda ctx: ctx.store.list("Print Format", filters={"doc_type": "Trial Order"})) == []
    assert "传感器采购" in press.make("html", tried(shop, html="", orientation="Landscape")).decode()


def test_a_mistake_is_told_with_its_line(shop: TestSite, press: Printing) -> None:
    with pytest.raises(PrintFormatError, match="line 2"):
        tried(shop, html="<p>\n{% if %}")
    with pytest.raises(PrintFormatError, match=r"Trial Order.nope is not available in templates \(line 2\)"):
        press.make("html", tried(shop, html="<p>\n{{ doc.nope }}"))
    with pytest.raises(ValidationError):
        tried(shop, html="", margin_top="wide")


@defended_by("crm_platform.printing.unsaved:may_design", replace_with=yes)
def test_B14_a_template_is_tried_by_those_who_may_change_formats_only(shop: TestSite) -> None:
    with pytest.raises(PermissionError, match="Print Format"):
        tried(shop, CLERK, html="{{ doc.title }}")


def test_a_template_is_tried_on_documents_that_the_caller_may_print(shop: TestSite) -> None:
    with pytest.raises(DoesNotExistError):
        tried(shop, name="TO-404", html="{{ doc.title }}")
    with pytest.raises(PermissionError, match="print"):
        tried(shop, VIEWER, html="{{ doc.title }}")


def test_a_template_under_work_that_loops_is_stopped_with_a_sentence(shop: TestSite) -> None:
    with printing(sources_of(shop), Limits(template_seconds=1)) as service:
        with pytest.raises(PrintFormatError, match="took too long or grew too big"):
            service.make("html", tried(shop, html=LOOP))
        assert "传感器采购" in service.make("html", tried(shop, html="{{ doc.title }}")).decode()
