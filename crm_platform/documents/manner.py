"""How numbers, dates and times are written for a reader of this site (Frappe's System Settings and Language)."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.i18n.catalogues import SOURCE_LANGUAGE
from crm_platform.i18n.manner import Manner

SYSTEM_SETTINGS = "System Settings"
LANGUAGE = "Language"


def language_of_site(ctx: Context) -> str:
    """The language of what the site says by itself, to nobody in particular (System Settings.language)."""
    site = ctx.connection.get_row(ctx.definitions[SYSTEM_SETTINGS], SYSTEM_SETTINGS)
    return str((site or {}).get("language") or SOURCE_LANGUAGE)


def manner_of(ctx: Context, language: str = "") -> Manner:
    """What the record of the language says, else what the site says, else what CLDR knows of the language.

    `language` is that of the reader; empty: of the caller.
    """
    spoken = language or ctx.language
    manner = Manner(spoken)
    site = ctx.connection.get_row(ctx.definitions[SYSTEM_SETTINGS], SYSTEM_SETTINGS)
    own = ctx.connection.get_rows(ctx.definitions[LANGUAGE], [spoken.partition("-")[0], spoken])
    for said in [site, *own]:
        manner = manner.overlaid(said or {})
    return manner
