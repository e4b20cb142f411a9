"""Takes the pictures of docs/images from a demo site, with Chromium: `python docs/take_pictures.py`."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
ADDRESS = re.compile(r"http://\S+:\d+")
PASSWORD = "pictures of the demo"  # noqa: S105  (of a site that goes at once)
COLOURS = 256
LARGEST = 150_000
"""Bytes of a picture."""


ROWS = "tbody tr[data-row]"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of the demo site as one user sees it: the manager reads Chinese, the Administrator English."""

    name: str
    path: str
    user: str = "Administrator"
    size: tuple[int, int] = (1440, 900)
    dark: bool = False
    shows: str = ROWS
    """Selector of what must be there first."""


MANAGER = "manager@example.com"
PICTURES = (
    Picture("list", "/app/opportunity"),
    Picture("board", "/app/opportunity?view=kanban", MANAGER, shows=".column .card"),
    Picture("form", "/app/customer/CUST-2026-00001", dark=True, shows=".timeline li"),
    Picture(
        "report",
        "/app/opportunity?view=report&rows=sales_stage&values=sum:opportunity_amount&chart=bar",
        MANAGER,
        shows="canvas",
    ),
    Picture("workflow", "/app/studio/workflow/Quotation Discount Approval", shows="[role=status].hint"),
    Picture("permissions", "/app/studio/permissions?doctype=Customer", shows="main table"),
    Picture("print-format", "/app/studio/print/Quotation Paper", shows="iframe[srcdoc*=body]"),
    Picture("phone-list", "/app/opportunity", MANAGER, (390, 844)),
    Picture("phone-start", "/app", size=(390, 844), dark=True, shows="canvas"),
)


@contextmanager
def demo() -> Iterator[str]:
    """Serve a demo site and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["demo", f"{folder}/demo", "--port", "0", "--password", PASSWORD]
        command = [sys.executable, "-P", "-m", "crm_platform", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            found = (ADDRESS.search(line) for line in process.stdout or ())
            try:
                yield next(match[0] for match in found if match)
            finally:
                process.terminate()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Write one picture; one that grew too big for a page of documentation is a fault."""
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        service_workers="block",
        reduced_motion="reduce",
    )
    context.request.post("/api/method/login", form={"usr": picture.user, "pwd": PASSWORD})
    page = context.new_page()
    answer = page.goto(picture.path)
    if answer is None or not answer.ok:
        raise RuntimeError(f"{picture.path} was not shown. Is the interface built?")
    page.wait_for_load_state("networkidle")
    page.locator(".el-skeleton").first.wait_for(state="detached")
    page.locator(picture.shows).first.wait_for()
    target = IMAGES / f"{picture.name}.png"
    taken = Image.open(BytesIO(page.screenshot(animations="disabled")))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    context.close()
    if target.stat().st_size > LARGEST:
        raise RuntimeError(f"{target} has {target.stat().st_size} bytes.")


def main() -> None:
    """Take every picture of PICTURES."""
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for picture in PICTURES:
            take(browser, address, picture)
        browser.close()


if __name__ == "__main__":
    main()
