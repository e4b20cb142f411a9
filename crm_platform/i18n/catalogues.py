"""Catalogues: English msgids to sentences in another language, read from gettext PO files when first asked for.

A folder holds `<locale>/LC_MESSAGES/<domain>.po`, the layout of gettext and Babel. A msgid without a translation is its
own answer, so a missing entry shows English and never fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from types import MappingProxyType

from crm_platform.deferred import Deferred

SOURCE_LANGUAGE = "en"
"""Language of the msgids."""

_READ = Deferred("crm_platform.i18n.po", "messages_of")
"""Babel's reader is loaded with the first catalogue: English needs none."""

_SIMPLIFIED = frozenset({"", "cn", "sg", "hans"})
"""Subtags of `zh` that mean Simplified Chinese, whose language code is `zh` (Frappe Language.language_code)."""


def language_of(tag: str) -> str:
    """The language code for a tag as browsers, gettext and people write it.

    "zh", "zh-CN", "zh_CN" and "zh-Hans-CN" are "zh"; "zh-TW" stays apart as "zh-tw"; "en-GB" is "en".
    """
    primary, *rest = tag.strip().lower().replace("_", "-").split("-")
    if primary == "zh" and not _SIMPLIFIED.issuperset(rest):
        return "-".join((primary, *rest))
    return primary


class Catalogues:
    """The catalogues of the platform and of the packs in use.

    `folders` are searched in order; where two translate the same msgid, the later one wins (a pack may say it better
    for its trade). Immutable but for the cache of what was read: other packs mean another Catalogues.
    """

    def __init__(self, folders: Sequence[Traversable]) -> None:
        self._files: dict[str, list[Traversable]] = {}
        self._read: dict[str, Mapping[str, str]] = {SOURCE_LANGUAGE: MappingProxyType({})}
        for folder in folders:
            for language, file in _po_files(folder):
                self._files.setdefault(language, []).append(file)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that there is something for, English first."""
        return (SOURCE_LANGUAGE, *sorted(self._files.keys() - {SOURCE_LANGUAGE}))

    def negotiate(self, *tags: str) -> str:
        """The first of `tags` that there is a catalogue for, as its language code; English when there is none."""
        return next((code for code in map(language_of, tags) if code in self.languages), SOURCE_LANGUAGE)

    def messages(self, language: str) -> Mapping[str, str]:
        """Every translation into `language`, by msgid; empty for English and for a language without catalogue."""
        code = language_of(language)
        found = self._read.get(code)
        if found is None:
            found = MappingProxyType(_READ(self._files.get(code, ())))
            if code in self._files:
                self._read[code] = found
        return found

    def translate(self, language: str, msgid: str) -> str:
        """The text of `msgid` in `language`, or `msgid` itself."""
        return self.messages(language).get(msgid, msgid)


def _po_files(folder: Traversable) -> list[tuple[str, Traversable]]:
    found = []
    for locale in _entries(folder):
        for file in _entries(locale / "LC_MESSAGES"):
            if file.name.endswith(".po"):
                found.append((language_of(locale.name), file))
    return found


def _entries(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name) if folder.is_dir() else []
