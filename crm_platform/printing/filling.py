"""Texts from templates for mail and messages, filled in a worker of what `freezing` put down in a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from crm_platform.i18n.manner import Manner
from crm_platform.printing.cleaning import clean
from crm_platform.printing.environment import sandbox
from crm_platform.printing.filters import Formatting
from crm_platform.printing.records import Record, freeze
from crm_platform.printing.render import pack_filters, render_template

LIMIT = 500_000
"""Characters of one text."""


def fill(filling: Mapping[str, Any]) -> dict[str, str]:
    """The texts, inside a worker. Raises Fault with a sentence for everything that a template can do wrong."""
    fields = filling["fields"]
    doc: Record = freeze(filling["doc"], fields)
    # What was put down before a site had formats of its own names a language only.
    manner = Manner(**filling.get("manner", {"language": filling["language"]}))
    formatting = Formatting(manner, filling["messages"], fields, doc)
    environment = sandbox({**pack_filters(filling["filters"]), **formatting.filters()})
    own = {name: doc.value(name) for name in filling["doc"]}
    names = {**own, "doc": doc, "_": formatting.translation}
    made = {name: render_template(environment, source, names, LIMIT) for name, source in filling["templates"].items()}
    plain = frozenset(filling["plain"])
    return {name: unescape(text) if name in plain else clean(text) for name, text in made.items()}
