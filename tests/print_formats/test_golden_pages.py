"""Each paper of the standard CRM, in both languages, looks as the page that somebody has looked at and committed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops, ImageFilter

from crm_platform.metadata.model import Definitions
from crm_platform.printing.service import Printing
from support.papers import CASES, definitions, golden, pixels, printer, snapshot
from support.printing import require_pango

ANTIALIASING = 96
"""By how many of 256 shades a pixel may lie outside of what its neighbours in the golden page show."""


@pytest.fixture(scope="module")
def found() -> Definitions:
    return definitions()


@pytest.fixture(scope="module")
def service() -> Iterator[Printing]:
    require_pango()
    with printer() as made:
        yield made


def differs(page: Image.Image, wanted: Image.Image) -> bool:
    """Whether any pixel is darker or lighter than all around its place in the golden page."""
    darker = ImageChops.subtract(wanted.filter(ImageFilter.MinFilter(3)), page)
    lighter = ImageChops.subtract(page, wanted.filter(ImageFilter.MaxFilter(3)))
    return max(darker.getextrema()[1], lighter.getextrema()[1]) > ANTIALIASING


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_paper_looks_as_the_golden_page(found: Definitions, service: Printing, name: str, language: str) -> None:
    pages = pixels(service.make("pdf", snapshot(found, name, language)))
    assert not golden(name, language, len(pages) + 1).exists(), "a page is missing"
    for number, page in enumerate(pages, start=1):
        wanted = Image.open(golden(name, language, number)).convert("L")
        assert page.size == wanted.size
        assert not differs(page, wanted), f"page {number} has changed: PYTHONPATH=tests python -m support.papers"


def test_one_other_letter_is_seen(found: Definitions, service: Printing) -> None:
    changed = snapshot(found, "receipt", "en")
    changed.doc["customer_name"] = changed.doc["customer_name"].replace("华", "化")  # type: ignore[index]
    (page,) = pixels(service.make("pdf", changed))
    assert differs(page, Image.open(golden("receipt", "en", 1)).convert("L"))


UNITS = [("Unit", "zh", "个"), ("Unit", "en", "unit"), ("Hour", "zh", "小时"), ("桶", "en", "桶")]


@pytest.mark.parametrize(("unit", "language", "printed"), UNITS)
def test_a_usual_unit_reads_in_the_language_of_the_paper(
    found: Definitions, service: Printing, unit: str, language: str, printed: str
) -> None:
    measured = snapshot(found, "quotation", language)
    measured.doc["items"][0]["uom"] = unit
    assert f"<td>{printed}</td>" in service.make("html", measured).decode()
