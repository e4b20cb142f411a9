"""What a pack says about itself, and the pack object that an entry point of the group `crm_platform` names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from crm_platform.errors import ValidationError

ENTRY_POINT_GROUP = "crm_platform"
PACK_ID = re.compile(r"[a-z][a-z0-9_]{1,38}")
RESERVED_IDS = frozenset({"core", "site", "engine", "crm_platform", "crm", "frappe"})
"""Names of layers, and the first part of our own API methods."""


@dataclass(frozen=True)
class Manifest:
    """Name, version and needs of a pack.

    `id` is its lower snake case name and its layer; `platform` a version range (PEP 440) of crm_platform; `depends` the
    ids of packs it builds on; `package` the import name of the folder that holds its data (doctypes/, custom_fields/,
    property_setters/, workflows/, print_formats/, reports/, number_cards/, dashboard_charts/, dashboards/, workspaces/,
    roles/, rules/, fixtures/, locale/); `settings` the names of its settings with their defaults:
    `ctx.settings(manifest)` reads them, `crm-platform pack settings` changes them.
    `unmask` asks for the right to see what masked fields hold, by `ctx.reveal(manifest, doc, field)`.
    """

    id: str
    title: str
    version: str
    package: str
    platform: str = ">=0.1"
    depends: tuple[str, ...] = ()
    description: str = ""
    license: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    unmask: bool = False


class Pack:
    """Base of every pack: carries the manifest; hooks are methods marked with `hookimpl`."""

    manifest: Manifest

    @property
    def data(self) -> Traversable:
        """The folder with the pack's definition files."""
        return files(self.manifest.package)


TEXTS = ("id", "title", "version", "package", "platform", "description", "license")


def _check_types(manifest: Manifest) -> None:
    given: Mapping[str, object] = vars(manifest)
    wrong = [name for name in TEXTS if not isinstance(given[name], str)]
    needs = given["depends"]
    if not isinstance(needs, tuple) or not all(isinstance(need, str) for need in needs):
        wrong.append("depends")
    settings = given["settings"]
    if not isinstance(settings, Mapping) or not all(
        isinstance(text, str) for pair in settings.items() for text in pair
    ):
        wrong.append("settings")
    if wrong:
        raise ValidationError(
            "The manifest of pack {id} is wrong: {names} must be text (depends: a tuple of texts, "
            "settings: a mapping of texts).",
            id=str(manifest.id),
            names=", ".join(wrong),
        )


def check_manifest(manifest: Manifest, platform_version: str) -> None:
    """Raise ValidationError when the manifest is malformed or asks for another platform version."""
    _check_types(manifest)
    if not PACK_ID.fullmatch(manifest.id) or manifest.id in RESERVED_IDS:
        raise ValidationError("{id} cannot be the id of a pack: use lower case letters, digits and _.", id=manifest.id)
    try:
        Version(manifest.version)
        fits = Version(platform_version) in SpecifierSet(manifest.platform)
    except (InvalidVersion, InvalidSpecifier) as error:
        raise ValidationError(
            "The manifest of pack {id} is wrong: {reason}. Write version as 1.0 and platform as >=0.1,<1.",
            id=manifest.id,
            reason=str(error),
        ) from None
    if not fits:
        raise ValidationError(
            "Pack {id} {version} needs crm_platform {range}; this is {platform}. Install a fitting version, or correct "
            "platform in the manifest.",
            id=manifest.id,
            version=manifest.version,
            range=manifest.platform,
            platform=platform_version,
        )
