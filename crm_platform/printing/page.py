"""The page around a rendered body: style sheets, sheet size, page numbers, the mark of drafts, pictures put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from importlib.resources import files
from typing import Any

from crm_platform.printing.texts import Translation

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
PICTURE = re.compile(r"""(src=")(/(?:private/)?files/[^"<>]+)""")
STYLED = re.compile(r"""(url\(\s*["']?)(/(?:private/)?files/[^"'()<>\s]+)""")
"""Addresses of a site's files: in HTML as nh3 writes it, and in CSS."""
NOTHING = "data:,"
POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"
GREY = 'color: #687178; font: 8pt "Noto Sans", "Noto Sans CJK SC", sans-serif;'
PAGE_NUMBER = f'content: counter(page) " / " counter(pages); {GREY}'
FONT = re.compile(r"[\w \-]{1,60}")


def page(snapshot: Mapping[str, Any], body: str, css: str, translation: Translation) -> str:
    """The whole HTML document, with every picture inside."""
    language = snapshot["language"]
    direction = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    base = (files("crm_platform.printing") / "page.css").read_text(encoding="utf-8")
    style = contained(f"{base}\n{sheet(snapshot['page'])}\n{css}")
    whole = (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{escape(snapshot['title'])}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n"
        f"{_mark(snapshot['mark'], translation)}{_footer(snapshot['letterhead']['footer'])}{body}\n</body>\n</html>\n"
    )
    return with_assets(whole, snapshot["assets"])


def sheet(settings: Mapping[str, Any]) -> str:
    """The @page rule."""
    margins = " ".join(f"{margin:g}mm" for margin in settings["margins"])
    number = settings["number_at"]
    box = f"@{number} {{ {PAGE_NUMBER} }}" if number else ""
    rule = f"@page {{ size: {settings['width']:g}mm {settings['height']:g}mm; margin: {margins}; {box} }}"
    font = f'"{settings["font"]}", ' if FONT.fullmatch(settings["font"] or "") else ""
    size = f"font-size: {settings['font_size']:g}pt; " if settings["font_size"] else ""
    family = f'font-family: {font}"Noto Sans", "Noto Sans CJK SC", sans-serif; '
    return f"{rule}\nbody {{ {family}{size}}}"


def contained(css: str) -> str:
    """A style sheet that cannot end its element: `<\\/` says the same inside strings and nowhere else makes sense."""
    return css.replace("</", "<\\/")


def with_assets(html: str, assets: Mapping[str, str]) -> str:
    """Addresses of files replaced by the data: addresses that the snapshot brought; others point nowhere."""
    for pattern in (PICTURE, STYLED):
        html = pattern.sub(lambda found: found[1] + assets.get(unescape(found[2]), NOTHING), html)
    return html


def _mark(mark: str, translation: Translation) -> str:
    return f'<div class="print-mark">{escape(translation(mark))}</div>\n' if mark else ""


def _footer(footer: str) -> str:
    return f'<div class="letterhead-footer">{footer}</div>\n' if footer else ""
