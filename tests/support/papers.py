"""Sample papers of the standard CRM as pixels. `PYTHONPATH=tests python -m support.papers` renews the golden pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
from PIL import Image

from crm_platform.i18n import Catalogues
from crm_platform.i18n.manner import Manner
from crm_platform.metadata.layers import CORE, Layer
from crm_platform.metadata.loader import load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import Definitions
from crm_platform.printing.service import Printing
from crm_platform.printing.snapshot import Letterhead, Page, Snapshot, Template
from crm_platform.printing.values import field_infos

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "print_formats"
GOLDEN = FOLDER / "golden"
LANGUAGES = ("en", "zh")
SCALE = 0.9
"""Pixels per point: small letters can just be read."""
SAMPLES: Mapping[str, dict[str, Any]] = json.loads(
    (FOLDER / "papers.json").read_text(encoding="utf-8"), parse_float=Decimal
)
CASES = [(name, language) for name in SAMPLES for language in LANGUAGES]
A4 = Page(210, 297, (16, 17, 18, 17), "bottom-right")


def definitions() -> Definitions:
    """The shipped ones."""
    return merge([Layer(CORE, tuple(load(ROOT / "crm_platform" / "doctypes").definitions))]).definitions


def whole(found: Definitions, doctype: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A document with all fields of its DocType, those that the sample leaves out empty."""
    meta = found[doctype]
    filled: dict[str, Any] = {**dict.fromkeys((*meta.columns, *meta.by_name)), **values, "doctype": doctype}
    for table in meta.table_fields:
        filled[table.fieldname] = [whole(found, table.options, row) for row in values.get(table.fieldname, ())]
    return filled


def snapshot(found: Definitions, name: str, language: str) -> Snapshot:
    """What a site would freeze of a sample."""
    sample = SAMPLES[name]
    doctype, title = sample["doctype"], sample["format"]
    html = ROOT / "print_formats" / f"{title.lower().replace(' ', '_')}.html"
    style = html.with_suffix(".css")
    return Snapshot(
        doctype=doctype,
        name=name,
        title=title,
        language=language,
        manner=Manner(language),
        doc=whole(found, doctype, sample["doc"]),
        fields=field_infos(found, found[doctype]),
        sections=[],
        template=Template(
            title, html.read_text(encoding="utf-8"), style.read_text(encoding="utf-8") if style.exists() else ""
        ),
        letterhead=Letterhead("", ""),
        page=A4,
        messages=dict(Catalogues([ROOT / "crm_platform" / "locale"]).messages(language)),
    )


@contextmanager
def printer() -> Iterator[Printing]:
    """One worker process for all papers; nothing but finished snapshots reaches it."""
    service = Printing(SimpleNamespace(), workers=1)  # type: ignore[arg-type]
    try:
        yield service
    finally:
        service.close()


def pixels(pdf: bytes) -> list[Image.Image]:
    """The pages in shades of grey."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].render(scale=SCALE, grayscale=True).to_pil() for number in range(len(document))]
    document.close()
    return pages


def golden(name: str, language: str, page: int) -> Path:
    return GOLDEN / f"{name}-{language}-{page}.png"


def renew() -> None:
    """Write all golden pages anew: look at each before you commit it."""
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    found = definitions()
    with printer() as service:
        for name, language in CASES:
            for number, page in enumerate(pixels(service.make("pdf", snapshot(found, name, language))), start=1):
                page.quantize(16).save(golden(name, language, number), optimize=True)


if __name__ == "__main__":
    renew()
