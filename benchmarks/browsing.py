"""What people wait for in a browser: a list of a million documents, its form, a grid of a thousand rows (Chromium)."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks.definitions import fill
from benchmarks.figures import Figure
from benchmarks.load import serving
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite, make_site
from crm_platform.testing.sites import ADMIN_PASSWORD

DOUBLINGS = 20
ROWS = 1_000
ROUNDS = 7
PAGES = 50
"""Pages of fifty that are scrolled through, one after the other."""

WATCH = """
window.shown = (selector) => new Promise((done) => {
  const look = () => (document.querySelector(selector) ? done(performance.now()) : requestAnimationFrame(look))
  requestAnimationFrame(look)
})
window.listed = window.shown('tbody tr[data-row]')
"""
"""From the start of a page on: the moment of the first frame that has something."""

LISTED = """async () => {
  const seen = await window.listed
  const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/resource/Big'))
  return seen - Math.min(...answers.map(({ responseEnd }) => responseEnd))
}"""
ASKED = """async ([part, selector]) => {
  const seen = await window.shown(selector)
  const requests = performance.getEntriesByType('resource').filter(({ name }) => name.includes(part))
  return seen - Math.min(...requests.map(({ startTime }) => startTime))
}"""
QUESTIONS = (
    ("sorted by a column without an index", "sort=title asc", "order_by=title", "tbody tr[data-row]"),
    ("filtered by a column without an index", 'filters=[["size","=","4"]]', "filters", "tbody tr[data-row]"),
    ("searched for a text", "q=bcdf", "or_filters=", "tbody tr[data-row]"),
    ("grouped", "group=size", "group_by=", ".groups button strong"),
)
"""What is asked of the million, where in the address, a part of the request, and what then stands on the screen."""
OPENED = """async () => {
  const start = performance.now()
  document.querySelector('tbody a.title').click()
  return (await window.shown('.form-body')) - start
}"""
SCROLLED = """async (pages) => {
  const box = document.querySelector('.table-scroll'), spent = []
  for (let page = 0; page < pages; page++) {
    const start = performance.now(), height = box.scrollHeight
    box.scrollTop = height
    while (box.scrollHeight === height) await new Promise(requestAnimationFrame)
    spent.push(performance.now() - start)
  }
  return [spent, box.querySelectorAll('tr[data-row]').length]
}"""
GRID_SCROLLED = """async () => {
  const box = document.querySelector('.grid-scroll'), frames = []
  for (let before = performance.now(), step = 0; step < 60; step++) {
    box.scrollTop += 500
    await new Promise(requestAnimationFrame)
    frames.push(performance.now() - before)
    before = performance.now()
  }
  return [frames, document.querySelectorAll('[role=grid] .grid-row').length]
}"""
TYPED = """() => {
  window.typed = []
  addEventListener('keydown', () => {
    const start = performance.now()
    requestAnimationFrame(() => setTimeout(() => window.typed.push(performance.now() - start)))
  }, true)
}"""


def browsing_figures(folder: Path, database: str = "") -> Iterator[Figure]:
    """Times by the clock, of a page that has loaded its scripts before."""
    parent = _make(folder, database)
    with serving(folder, "") as server, sync_playwright() as playwright:
        url = f"http://127.0.0.1:{server.port}"
        answer = httpx.post(f"{url}/api/method/login", data={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sid", "value": answer.cookies["sid"], "url": url}])
        context.add_init_script(WATCH)
        page = context.new_page()
        yield from _list_figures(page)
        yield from _grid_figures(page, parent)
        browser.close()


def _make(folder: Path, database: str) -> str:
    """The site; the name of the document with a thousand rows."""
    with closing(make_site(folder, database).site):
        pass
    with closing(open_site(folder)) as opened:
        site = TestSite(opened)
        fill(site, DOUBLINGS)
        vary = "UPDATE \"tabBig\" SET title = '客户 ' || name, size = CAST(length(name) AS TEXT)"
        site.site.runtime.database.write(lambda connection: connection.run(vary))
        text = {"fieldname": "text", "fieldtype": "Data", "label": "Text", "in_list_view": 1}
        number = {"fieldname": "number", "fieldtype": "Int", "label": "Number", "in_list_view": 1}
        site.doctype("Sheet Row", text, number, istable=1, permissions=[])
        table = {"fieldname": "lines", "fieldtype": "Table", "label": "Lines", "options": "Sheet Row"}
        site.doctype("Sheet", table)
        return str(site.insert("Sheet", lines=[{"text": f"第 {n} 行", "number": n} for n in range(ROWS)]).name)


def _list_figures(page: Page) -> Iterator[Figure]:
    page.goto("/app/big")
    page.evaluate("() => window.listed")
    page.evaluate(OPENED)
    lists, forms = [], []
    for _ in range(ROUNDS):
        page.goto("/app/big")
        lists.append(page.evaluate(LISTED))
        forms.append(page.evaluate(OPENED))
    yield Figure("list of 20 on screen after the answer", statistics.median(lists), 300, "ms")
    yield Figure("form open after a click in the list", statistics.median(forms), 400, "ms")
    page.goto("/app/big")
    page.evaluate("() => window.listed")
    spent, drawn = page.evaluate(SCROLLED, PAGES)
    yield Figure(f"next page of a million on screen, median of {PAGES}", statistics.median(spent), 300, "ms")
    yield Figure(f"next page of a million on screen, slowest of {PAGES}", max(spent), None, "ms")
    yield Figure(f"rows drawn of {PAGES * 50 + 50}", drawn, 100)
    for name, query, part, selector in QUESTIONS:
        page.goto(f"/app/big?{query}")
        asked = page.evaluate(ASKED, [part, selector])
        yield Figure(f"a million {name}, from the question to the screen", asked, None, "ms")


def _grid_figures(page: Page, name: str) -> Iterator[Figure]:
    page.goto(f"/app/sheet/{name}")
    page.locator("[data-cell='0:0']").click()
    frames, drawn = page.evaluate(GRID_SCROLLED)
    yield Figure(f"grid of {ROWS} rows scrolls, a frame", statistics.median(frames), 34, "ms")
    yield Figure(f"grid of {ROWS} rows scrolls, longest frame", max(frames), 200, "ms")
    yield Figure(f"rows drawn of {ROWS}", drawn, 100)
    page.evaluate("() => document.querySelector('.grid-scroll').scrollTo(0, 1e6)")
    page.locator("[data-cell='990:0']").click()
    page.evaluate(TYPED)
    page.keyboard.type("更换主轴轴承并调整间隙 second line", delay=30)
    page.wait_for_function("() => window.typed.length > 10")
    yield Figure(
        "a key in the grid until it is drawn", statistics.median(page.evaluate("() => window.typed")), 50, "ms"
    )
