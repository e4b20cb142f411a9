"""Texts of a site: what its Translation records say instead of the catalogues, live with the next transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from string import Formatter

from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.modelling import bump
from crm_platform.documents.runtime import Model, Texts
from crm_platform.errors import FieldError, ValidationError, in_context
from crm_platform.i18n.catalogues import Catalogues, language_of
from crm_platform.metadata.model import Definitions

TRANSLATION = "Translation"
COLUMNS = ("language", "source_text", "translated_text", "context")


def nowhere() -> Model | None:
    """No model is loaded yet."""
    return None


class SiteTexts:
    """The catalogues, and before them the site's own texts. `model` gives the model that is in force."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self.model: Callable[[], Model | None] = nowhere

    def translate(self, language: str, msgid: str) -> str:
        """The text of `msgid` in `language`, or `msgid` itself."""
        own = self._own(language)
        return own[msgid] if msgid in own else self._catalogues.translate(language, msgid)

    def messages(self, language: str) -> Mapping[str, str]:
        """Every translation into `language`, by msgid."""
        return {**self._catalogues.messages(language), **self._own(language)}

    def _own(self, language: str) -> Mapping[str, str]:
        model = self.model()
        return model.texts.get(language_of(language), {}) if model is not None and model.texts else {}


def own_texts(connection: Connection, definitions: Definitions) -> Texts:
    """What the Translation records say, by language; of two for one text the newer one. A record that came past the
    check and would put other values into a sentence is left out."""
    meta = definitions.get(TRANSLATION)
    if meta is None or is_empty(connection, meta.table):
        return {}
    columns = tuple(Column((name,), name) for name in COLUMNS)
    found: dict[str, dict[str, str]] = {}
    for row in connection.select(Query(meta, columns, order_by=(Order(("modified",)), Order(("name",))))):
        source, translated = str(row["source_text"] or ""), str(row["translated_text"] or "")
        if translated and places(source) == places(translated):
            key = in_context(source, row["context"]) if row["context"] else source
            found.setdefault(language_of(row["language"]), {})[key] = translated
    return found


def places(text: str) -> Counter[tuple[str | None, str | None, str | None]] | None:
    """What a sentence puts in, and how; None for a text that no sentence can be."""
    try:
        return Counter((name, layout, how) for _, name, layout, how in Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def check_translation(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    """A translation puts the same values into its sentence, in the same way. Raises ValidationError."""
    source, translated = places(doc.get("source_text") or ""), places(doc.get("translated_text") or "")
    if source != translated:
        template = "Write the same placeholders in braces as the source text has, and no others."
        raise ValidationError(template, errors=[FieldError("translated_text", template)])


def texts_changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    """Texts are part of the model: every process loads it again, and open forms hear of it."""
    bump(ctx)


LISTENERS = (
    Listener("core", TRANSLATION, "validate", check_translation),
    Listener("core", TRANSLATION, "on_update", texts_changed),
    Listener("core", TRANSLATION, "after_delete", texts_changed),
)
