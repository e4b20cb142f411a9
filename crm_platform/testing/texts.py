"""What people read of a pack, and which of it the pack's catalogues leave untranslated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from crm_platform.automation.run import translated_of
from crm_platform.i18n import Catalogues
from crm_platform.metadata.records import Definition
from crm_platform.packs.hooks import Hooks
from crm_platform.packs.manifest import Pack
from crm_platform.testing.messages import texts_in
from crm_platform.testing.sources import files_below

READ = {
    "DocType": ("name", "description"),
    "Custom Field": ("label", "description"),
    "Workflow": ("workflow_name",),
    "Print Format": ("name",),
    "Report": ("report_name",),
    "Number Card": ("label",),
    "Dashboard Chart": ("chart_name",),
    "Dashboard": ("dashboard_name",),
    "Workspace": ("title",),
    "Validation Rule": ("rule_name", "message"),
    "Role": ("role_name",),
    "Module Def": ("module_name",),
    "Workflow State": ("workflow_state_name",),
    "Workflow Action Master": ("workflow_action_name",),
    "Automation Rule": ("rule_name",),
}
"""Properties of a record that people read, by its DocType."""
READ_IN_ROWS = {"links": ("label", "description"), "shortcuts": ("label", "format"), "quick_lists": ("label",)}
"""Properties that people read in the child rows of a Workspace."""
TESTS = "tests/"
"""What tests say, nobody reads."""
PATTERN = re.compile(r".*#.*|[ymdHs:./ -]+")
"""Choices that are patterns of numbers and dates: the same in every language."""


def untranslated(pack: Pack, definitions: Iterable[Definition], catalogues: Catalogues) -> list[str]:
    """One sentence per text and language of the pack's catalogues that `catalogues` have no entry for."""
    locale = pack.data / "locale"
    languages = sorted(entry.name for entry in locale.iterdir() if entry.is_dir()) if locale.is_dir() else []
    places = dict(_places(pack, definitions))
    return [
        f"{language}: no translation of “{text}” ({places[text]}). "
        f"Add it to a .po file in locale/{language}/LC_MESSAGES."
        for language in languages
        if not language.startswith("__")
        for text in sorted(places)
        if text not in catalogues.messages(language)
    ]


def _places(pack: Pack, definitions: Iterable[Definition]) -> Iterator[tuple[str, str]]:
    """Every text that a person reads of the pack, with where it stands: in definitions, on buttons, in messages."""
    for definition in definitions:
        yield from ((text, definition.source) for text in texts_of(definition))
    yield from ((text, "pack.py") for text in _labels(Hooks([pack])))
    about = {pack.manifest.title, pack.manifest.description, pack.manifest.license}
    for place, file in files_below(pack.data, ".py", ".html"):
        if not place.startswith(TESTS):
            yield from ((text, place) for text in texts_in(file) - about)


def _labels(hooks: Hooks) -> Iterator[str]:
    """What the pack puts on forms and pages."""
    for _, table in hooks.contributions("form_actions"):
        yield from (
            row[part] for rows in table.values() for row in rows for part in ("label", "confirm") if part in row
        )
    for _, table in hooks.contributions("form_suggestions"):
        for row in table.values():
            yield from (one["label"] for one in (row, *row.get("actions", {}).values()))
    for _, table in hooks.contributions("overview_sections"):
        yield from (one["label"] for rows in table.values() for row in rows for one in (row, *row["columns"]))


def texts_of(definition: Definition) -> Iterator[str]:
    """Every text of a definition that a person reads, in English."""
    body = definition.body
    yield from (str(body[key]) for key in READ.get(definition.kind, ()) if body.get(key))
    if definition.kind == "Custom Field":
        yield from _choices(body)
    if definition.kind == "Workspace":
        yield from _rows(body)
    if definition.kind == "Report":
        yield from _headings(body)
    if definition.kind == "Automation Rule":
        yield from _written(body)
    for row in body.get("fields") or ():
        yield from (str(row[key]) for key in ("label", "description") if row.get(key))
        yield from _choices(row)


def _rows(body: Mapping[str, Any]) -> Iterator[str]:
    for table, keys in READ_IN_ROWS.items():
        yield from (str(row[key]) for row in body.get(table) or () for key in keys if row.get(key))


def _headings(body: Mapping[str, Any]) -> Iterator[str]:
    """What a report calls its columns where it does not leave that to the fields."""
    written = [body[key] for key in ("json", "query") if str(body.get(key) or "").startswith("{")]
    for specification in map(orjson.loads, written):
        for part in ("columns", "fields", "aggregates"):
            rows = (row for row in specification.get(part) or () if isinstance(row, Mapping))
            yield from (str(row["label"]) for row in rows if row.get("label"))


def _written(rule: Mapping[str, Any]) -> Iterator[str]:
    """What the actions of a rule write into fields in the language of the site."""
    for action in rule.get("actions") or ():
        table = orjson.loads(action.get("field_values") or "{}")
        yield from (text for given in table.values() if (text := translated_of(given)) is not None)


def _choices(field: Mapping[str, Any]) -> Iterator[str]:
    if field.get("fieldtype") == "Select":
        choices = str(field.get("options") or "").split("\n")
        yield from (choice for choice in choices if re.search("[A-Za-z]{2}", choice) and not PATTERN.fullmatch(choice))
