"""A real browser for tests: Debian's Chromium, and what its console says while a page is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response, sync_playwright

from support.requirements import require_binary

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # without a graphics card it would be one more process
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CALM = {"reduced_motion": "reduce"}
"""A person who wants no animations: each frame of one is drawn by the processor."""
PATIENCE = 20_000
"""Milliseconds that an expected change of the page may take on a busy machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, or skip with the name of its package."""
    path = require_binary("chromium", package="chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), headless=True)
        yield browser
        browser.close()


NO_WORKER = "Service Worker registration blocked by Playwright"
"""What every page says that was opened without a worker."""


class Complaints:
    """What a browser complains of: errors on the console, among them violations of the content security policy."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refusals: list[str] = []
        """What the server said to a refused request: why a test failed, told with its complaints."""
        self.expected = [NO_WORKER]

    def expect(self, part: str) -> None:
        """A complaint with this part belongs to what the test does, as an answer 417 to a refused save."""
        self.expected.append(part)

    def listen(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("response", self._on_response)
        page.on("pageerror", lambda error: self.texts.append(f"uncaught: {error}"))

    def unexpected(self) -> list[str]:
        """The complaints nobody expected, and with them what the server refused."""
        found = [text for text in self.texts if not any(part in text for part in self.expected)]
        return found + self.refusals if found else []

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.texts.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def _on_response(self, response: Response) -> None:
        if response.status < 400:
            return
        try:
            self.refusals.append(f"{response.status} {response.url}: {response.text()[:2000]}")
        except Error:  # the page was left before its answer was read
            self.refusals.append(f"{response.status} {response.url}")


def intercept(page: Page) -> Page:
    """Let requests go through Playwright from the first one on.

    Chromium tells a page that is loaded already of its first route a moment later: a request at once would pass it by.
    """
    page.route("http://nowhere.invalid/", lambda route: route.abort())
    return page


@contextmanager
def opened(browser: Browser, url: str, **options: object) -> Iterator[BrowserContext]:
    """A fresh profile on the site at `url`, without the interface's worker: a test's routes do not see its requests."""
    context = browser.new_context(base_url=url, **{"service_workers": "block", **options})  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
