"""The report about a person as a page that people read."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from jinja2 import Environment

TEMPLATE = "report.html"


def page(content: dict[str, Any], language: str, translate: Callable[[str], str]) -> str:
    """The report as an HTML page that needs nothing else; `translate` gives its headings in `language`."""
    source = (files("crm_platform.privacy") / TEMPLATE).read_text("utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source).render(report=content, language=language, _=translate)
