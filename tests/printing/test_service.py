"""From a document to HTML and PDF through real workers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crm_platform.errors import PrintFormatError, UnavailableError
from crm_platform.hookspecs import hookimpl
from crm_platform.packs.hooks import Hooks
from crm_platform.packs.manifest import Manifest, Pack
from crm_platform.printing.filters import rating
from crm_platform.printing.limits import Limits
from crm_platform.printing.service import Printing
from crm_platform.printing.taking import Sources, Wish, take
from crm_platform.testing import TestSite
from support.printing import files_of, own_format, pages, printing, require_pango, snapshot, sources_of
from support.sabotage import always, defended_by, nothing, yes

from .conftest import CLERK, VALUES

PRINTED = ("传感器采购", "状态", "待处理", "2026年3月1日", "41.75%", "¥1,250.00", "变频器 <VS>", "30 天", "草", "1 / 1")


def test_the_standard_format_is_a_chinese_pdf(shop: TestSite, press: Printing) -> None:
    require_pango()
    pdf = press.make("pdf", snapshot(shop, "Trial Order", "TO-1", language="zh"))
    (text,) = pages(pdf)
    for words in PRINTED:
        assert words in text
    assert "kept-in-house" not in text


@defended_by("crm_platform.access.policy:Policy.levels", replace_with=always(frozenset({0, 1})))
def test_B11_no_output_has_what_the_caller_may_not_read(shop: TestSite, press: Printing) -> None:
    require_pango()
    taken = snapshot(shop, "Trial Order", "TO-1", CLERK)
    for output in (press.make("html", taken).decode(), "".join(pages(press.make("pdf", taken)))):
        assert "1,250.00" in output
        for canary in ("41.75", "777.25", "hunter2"):
            assert canary not in output


def test_several_documents_are_one_pdf_each_with_its_own_page_numbers(shop: TestSite, press: Printing) -> None:
    require_pango()
    taken = [snapshot(shop, "Trial Order", "TO-1", language=language) for language in ("zh", "en")]
    chinese, english = pages(asyncio.run(press.book(taken)))
    assert ("状态" in chinese, "Status" in english) == (True, True)
    assert ("1 / 1" in chinese, "1 / 1" in english) == (True, True)


def test_many_rows_take_several_numbered_pages(shop: TestSite, press: Printing) -> None:
    require_pango()
    rows = [{"product": f"产品 {number}", "qty": number} for number in range(60)]
    shop.insert("Trial Order", **{**VALUES, "name": "TO-60", "items": rows})
    texts = pages(press.make("pdf", snapshot(shop, "Trial Order", "TO-60")))
    assert len(texts) == 3
    assert [f"{number} / 3" in text for number, text in enumerate(texts, 1)] == [True] * 3
    assert all("Quantity" in text for text in texts[:2])
    assert "产品 59" in texts[2]


def test_html_is_a_page_without_scripts(shop: TestSite, press: Printing) -> None:
    html = "<script>alert(1)</script><p onclick='x()'>{{ doc.title }}</p><a href='javascript:x()'>a</a><iframe src='/'>"
    css = "p { color: red } </style><script>alert(2)</script>"
    taken = snapshot(shop, "Trial Order", "TO-1", print_format=own_format(shop, "Trial Order", html, css))
    page = press.make("html", taken).decode()
    assert "<p>传感器采购</p>" in page
    assert page.lower().count("</style>") == 1
    assert "<script" not in page.partition("</style>")[2]
    for active in ("onclick", "javascript:", "<iframe"):
        assert active not in page


def test_text_is_escaped_and_rich_text_is_clean(shop: TestSite, press: Printing) -> None:
    template = "{% for row in doc['items'] %}{{ row.product }}{% endfor %}|{{ doc.note }}|{{ doc.photo }}|"
    taken = snapshot(shop, "Trial Order", "TO-1", print_format=own_format(shop, "Trial Order", template))
    page = press.make("html", taken).decode()
    assert "变频器 &lt;VS&gt;|<p>交货期 <b>30 天</b></p>||" in page


def test_a_mistake_names_the_line(shop: TestSite, press: Printing) -> None:
    faulty = own_format(shop, "Trial Order", "<p>\n{{ doc.title }}\n{{ doc.frobnicate }}</p>")
    with pytest.raises(PrintFormatError) as refused:
        press.make("html", snapshot(shop, "Trial Order", "TO-1", print_format=faulty))
    assert str(refused.value) == "Trial Order.frobnicate is not available in templates (line 3)."
    assert refused.value.status == 417


def test_pages_and_pdfs_are_awaited(shop: TestSite, press: Printing) -> None:
    require_pango()

    async def both() -> tuple[str, bytes]:
        taken = snapshot(shop, "Trial Order", "TO-1")
        html, pdf = await asyncio.gather(press.html(taken), press.pdf(taken))
        return html, pdf

    html, pdf = asyncio.run(both())
    assert "传感器采购" in html
    assert pdf.startswith(b"%PDF-")


@defended_by(
    "crm_platform.printing.service:BoundedSemaphore", replace_with=always(SimpleNamespace(acquire=yes, release=nothing))
)
def test_I03_only_so_many_print_outs_wait(shop: TestSite) -> None:
    with printing(sources_of(shop), Limits(waiting=0)) as service:
        taken = snapshot(shop, "Trial Order", "TO-1")

        async def two() -> list[str | BaseException]:
            return await asyncio.gather(service.html(taken), service.html(taken), return_exceptions=True)

        first, second = asyncio.run(two())
        assert isinstance(first, str)
        assert isinstance(second, UnavailableError)
        assert "传感器采购" in asyncio.run(service.html(taken))


class FilterPack(Pack):
    """Contributes a filter; a worker imports its function by name."""

    manifest = Manifest("trial_filters", "Trial", "1.0", "crm_platform.plugins.warranty")

    @hookimpl
    def jinja_filters(self) -> dict[str, Callable[..., Any]]:
        return {"stars": rating}


def test_packs_bring_filters_while_they_are_enabled(shop: TestSite, press: Printing) -> None:
    own_format(shop, "Trial Order", "{{ 0.6|stars }}")

    def printed(packs: list[Pack]) -> bytes:
        sources = Sources(files_of(shop), lambda _: {}, lambda: Hooks(packs))
        wish = Wish("Test Format")
        return press.make("html", shop.read(lambda ctx: take(ctx, sources, Limits(), "Trial Order", "TO-1", wish)))

    assert "★★★☆☆" in printed([FilterPack()]).decode()
    with pytest.raises(PrintFormatError, match="No filter named 'stars'"):
        printed([])


def test_a_machine_without_pango_is_told_what_to_install(
    shop: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    inherited = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), inherited))))
    with printing(sources_of(shop)) as service:
        taken = snapshot(shop, "Trial Order", "TO-1")
        with pytest.raises(UnavailableError, match="apt-get install libpango-1.0-0"):
            service.make("pdf", taken)
        assert "传感器采购" in service.make("html", taken).decode()
