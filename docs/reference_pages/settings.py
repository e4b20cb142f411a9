"""Settings of a site: its folder, environment variables, and the System and Print Settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

import orjson

from crm_platform.metadata.records import Definition
from crm_platform.sites.folder import DATABASE_FILE, FILES_FOLDER, KEY_FILE, SETTINGS_FILE, SiteSettings
from crm_platform.sites.model import core_definitions
from reference_pages.commands import commands
from reference_pages.markdown import code, opening, table

PAGE = "settings.md"
PROSE = "Where a site, a process and an administrator set what can be set."
FOLDER = (
    (SETTINGS_FILE, "the settings below"),
    (KEY_FILE, "the key that secrets are encrypted with; several lines: the first encrypts, all decrypt"),
    (DATABASE_FILE, "the database of a site on SQLite"),
    (FILES_FOLDER, "attachments"),
)
KEYS = {
    "name": "name of the site",
    "database": "empty for SQLite in the folder, else a `postgresql://` URL",
    "time_zone": "time zone in which times are shown and read",
    "language": "language of people who have chosen none",
    "hosts": "names that the site goes by; empty takes every `Host`",
    "url": "address that links in mail begin with; empty: the first of `hosts`, else `http://localhost:8000`",
    "outbound_allow": "inside addresses and networks that webhooks may call; empty: none",
    "schema_version": "version of the engine's own tables; not to be changed by hand",
}
WITHOUT_EFFECT = frozenset(
    {
        *("country", "language", "time_zone", "currency", "date_format", "time_format", "number_format"),
        *("first_day_of_the_week", "float_precision", "currency_precision", "allow_login_using_mobile_number"),
        *("allow_login_using_user_name", "force_user_to_reset_password", "enable_two_factor_auth", "two_factor_method"),
        *("max_file_size", "allowed_file_extensions", "allow_guests_to_upload_files", "max_report_rows"),
        "setup_complete",
    }
)
"""Fields of System Settings that Frappe has and no code of ours reads yet; a test compares them with the code."""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            opening("Settings", PROSE, "`crm_platform/sites/folder.py`, the command line and the standard DocTypes"),
            f"## The site's folder\n\n{table(('file', 'holds'), [(code(name), text) for name, text in FOLDER])}\n",
            f"## {SETTINGS_FILE}\n\nRead when a process opens the site.\n",
            table(("key", "default", "meaning"), _keys()),
            "\n## Environment variables\n",
            table(("variable", "is the option", "of"), _variables()),
            "\n## System Settings\n\nA Single: `/app/system-settings`. Changes count at once.\n",
            table(("field", "type", "default", "meaning"), _fields("System Settings", WITHOUT_EFFECT)),
            "\nFields of Frappe that are kept and have no effect yet: "
            f"{', '.join(code(name) for name in sorted(WITHOUT_EFFECT))}.\n",
            "## Print Settings\n\nA Single: `/app/print-settings`.\n",
            table(("field", "type", "default", "meaning"), _fields("Print Settings", frozenset())),
            "",
        ]
    )


def _keys() -> Iterator[tuple[str, str, str]]:
    for field in fields(SiteSettings):
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        shown = "" if default is MISSING else code(orjson.dumps(default).decode())
        yield code(field.name), shown, KEYS[field.name]


def _variables() -> list[tuple[str, str, str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for name, command in commands():
        for parameter in command.params:
            if parameter.envvar:
                found.setdefault((parameter.envvar, parameter.opts[0]), []).append(name)
    return [(code(variable), code(option), ", ".join(names)) for (variable, option), names in sorted(found.items())]


def _fields(doctype: str, left_out: frozenset[str]) -> Iterator[tuple[str, str, str, str]]:
    for field in _definition(doctype).body["fields"]:
        if field.get("label") and not field["fieldtype"].endswith("Break") and field["fieldname"] not in left_out:
            meaning = f"{field['label']}. {field.get('description') or ''}".strip()
            yield code(field["fieldname"]), field["fieldtype"], code(_default(field)), meaning


def _default(field: dict[str, Any]) -> str:
    return str(field.get("default") or "")


def _definition(doctype: str) -> Definition:
    return next(one for one in core_definitions().definitions if (one.kind, one.name) == ("DocType", doctype))
