"""Draws the icons of the installed application from the mark, with Chromium: `python frontend/scripts/icons.py`."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import sync_playwright

ASSETS = Path(__file__).parents[1] / "public" / "assets"
PAGE = """<body style="margin:0;background:{background}"><img src="data:image/svg+xml;base64,{mark}"
style="display:block;width:{inner}px;height:{inner}px;padding:{gap}px"></body>"""
ICONS = (("icon-192", 192, 0.0), ("icon-512", 512, 0.0), ("maskable-512", 512, 0.15), ("apple-180", 180, 0.08))
"""Name, size in pixels, and the share of the size that stays free at each edge (a mask may cut it off)."""
GROUND = "#2f55d4"


def main() -> None:
    """Write every icon of ICONS below the folder of the assets."""
    mark = base64.b64encode((ASSETS / "mark.svg").read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, size, free in ICONS:
            gap = round(size * free)
            page = browser.new_page(viewport={"width": size, "height": size})
            ground = GROUND if free else "transparent"
            page.set_content(PAGE.format(background=ground, mark=mark, inner=size - 2 * gap, gap=gap))
            page.screenshot(path=str(ASSETS / "icons" / f"{name}.png"), omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
