"""The effective model of a site: core, enabled packs in order, the site's own definitions, and who listens to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import orjson

from crm_platform.automation.listeners import listeners_of_site
from crm_platform.database.inspection import table_names
from crm_platform.database.interface import Connection
from crm_platform.database.names import physical_name
from crm_platform.database.system import DEFINITION, META, PACK
from crm_platform.documents.events import EventTable, Listener, Watch, listeners_of, unwatched
from crm_platform.documents.runtime import Model
from crm_platform.documents.sorting import keeps_order
from crm_platform.errors import ValidationError
from crm_platform.metadata.layers import CORE, SITE, Layer
from crm_platform.metadata.loader import Loaded, load
from crm_platform.metadata.merge import Merged, merge
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.packs.discovery import Found, in_dependency_order, standard_pack
from crm_platform.packs.hooks import Hooks
from crm_platform.packs.manifest import Pack
from crm_platform.sites.absence import layers_of_absent, listeners_of_absent
from crm_platform.sites.examination import fault_of
from crm_platform.sites.narrowing import Closed, closed
from crm_platform.sites.objects import brought_by
from crm_platform.sites.texts import own_texts
from crm_platform.transfer.duplicates.keys import listeners_of_matches

CORE_FOLDERS = ("doctypes", "workflows", "print_formats", "roles", "fixtures")
PACK_FOLDERS = (
    "doctypes",
    "custom_fields",
    "property_setters",
    "custom_permissions",
    "workflows",
    "print_formats",
    "reports",
    "number_cards",
    "dashboard_charts",
    "dashboards",
    "workspaces",
    "roles",
    "rules",
    "fixtures",
)
"""Where a pack's definitions lie; other folders (locale, demo) are not read for definitions."""

NO_HOOKS = Hooks()


@cache
def core_definitions() -> Loaded:
    """The standard definitions that come with the product; its files stay as they are while it runs."""
    return _load_folders(files("crm_platform"), CORE_FOLDERS, "crm_platform")


@cache
def _core_alone(keeps_order: bool) -> Merged:
    """What the DocTypes of the core are without any change: most sites change few of them."""
    return merge([Layer(CORE, _model_part(core_definitions()))], keeps_order=keeps_order)


def pack_definitions(pack: Pack) -> Loaded:
    return _load_folders(pack.data, PACK_FOLDERS, pack.manifest.id)


def _load_folders(root: Traversable, folders: Iterable[str], label: str) -> Loaded:
    definitions: list[Definition] = []
    problems: list[Problem] = []
    for folder in folders:
        place = root / folder
        if place.is_dir():
            loaded = load(place, f"{label}/{folder}")
            definitions += loaded.definitions
            problems += loaded.problems
    return Loaded(tuple(definitions), tuple(problems))


@dataclass
class ModelSource:
    """Loads the model of one site; keeps what it read from files, and the last merge to reuse its unchanged parts.

    `installed` are the packs found on this machine, `listeners` those of the engine's own rooms.
    """

    installed: Sequence[Found]
    listeners: Sequence[Listener]
    watch: Watch = unwatched
    core: Loaded = field(default_factory=core_definitions)
    standard: Pack = field(default_factory=standard_pack)
    """The behaviour that belongs to the core's definitions."""
    more: Sequence[Callable[[Connection, Definitions], Iterable[Listener]]] = ()
    """Who else listens, as the site's records say; what needs the rights of others is added when those are known."""
    missing: list[str] = field(default_factory=list)
    """Sentences about enabled packs that cannot work now: not installed, wrong version, missing need."""
    _closed: dict[int, Closed] = field(default_factory=dict)
    _packs: dict[str, Loaded] = field(default_factory=dict)
    _faults: dict[str, str] = field(default_factory=dict)
    _hooks: dict[int, Hooks] = field(default_factory=dict)
    _latest: Hooks | None = None
    _previous: Merged | None = None

    def hooks_of(self, definitions: Definitions) -> Hooks:
        """The hooks of the packs that take part at the version of `definitions`.

        By version, since a transaction that enables a pack may be rolled back: what it took up is nobody else's.
        """
        return self._hooks.get(definitions.version, NO_HOOKS)

    def closed_of(self, definitions: Definitions) -> Closed:
        """What stays closed at the version of `definitions`, as the packs that narrow it are not at work."""
        return self._closed.get(definitions.version, ())

    def load(self, connection: Connection) -> Model:
        """The model that this transaction defines, with its event table."""
        merged = self.merge(connection)
        self._refuse_older(connection, merged.definitions)
        events = EventTable(self._all_listeners(connection, merged.definitions), self.watch)
        return Model(merged, events, own_texts(connection, merged.definitions))

    def _refuse_older(self, connection: Connection, definitions: Definitions) -> None:
        """The tables of the product are there, or the site was made with an older version and not migrated."""
        wanted = {physical_name(d.table) for d in definitions.values() if d.layer == CORE and not d.is_virtual}
        if not wanted <= table_names(connection):
            raise ValidationError(
                "The site was made with an older version of the product. Bring it up to date: crm-platform migrate "
                "--site FOLDER."
            )

    def merge(self, connection: Connection) -> Merged:
        """The definitions alone, also while their tables are not made yet."""
        packs = self.enabled(connection)
        if self._latest is None or tuple(packs) != self._latest.packs:
            self._latest = Hooks(packs, self.watch, standard=[self.standard])
        version = next((row["value"] for row in connection.fetch(META, {"key": "definitions"})), 0)
        self._hooks[version] = self._latest
        ordered = keeps_order(connection)
        layers = self.layers(connection, packs)
        self._previous = merge(layers, self._previous or _core_alone(ordered), version, keeps_order=ordered)
        self._closed[version] = closed(connection, {pack.manifest.id for pack in packs})
        return self._previous

    def enabled(self, connection: Connection) -> list[Pack]:
        """The site's enabled packs in order; what is enabled but cannot work is noted in `missing`."""
        installed = {found.id: found for found in self.installed}
        packs, self.missing = [], []
        for row in connection.fetch(PACK, order_by="position"):
            pack_id = row["id"]
            found = installed.get(pack_id)
            if row["stopped"]:
                self.missing.append(f"Pack {pack_id}: {row['stopped']}")
            elif found is not None and found.pack is not None and not self._fault(found.pack):
                packs.append(found.pack)
            elif found is not None and found.pack is not None:
                self.missing.append(self._fault(found.pack))
            else:
                self.missing.append(found.problem if found else f"Pack {pack_id} is enabled but not installed.")
        placed, problems = in_dependency_order(packs)
        self.missing += problems
        return placed

    def _fault(self, pack: Pack) -> str:
        """What is wrong with what the pack contributes, found out once: it must not stop the rest of the site."""
        if pack.manifest.id not in self._faults:
            self._faults[pack.manifest.id] = fault_of(pack, self.watch)
        return self._faults[pack.manifest.id]

    def layers(self, connection: Connection, packs: Sequence[Pack]) -> list[Layer]:
        """Core, packs and site as layers of definitions that shape the model; what enabled packs have brought that are
        not among `packs` stays as well."""
        own = connection.fetch(DEFINITION, {"layer": SITE}, order_by="name")
        site = tuple(Definition(row["kind"], row["name"], orjson.loads(row["body"])) for row in own)
        parts = {pack.manifest.id: _model_part(self.in_force(connection, pack)) for pack in packs}
        return [
            Layer(CORE, _model_part(self.core)),
            *(Layer(p.manifest.id, parts[p.manifest.id], p.manifest.depends) for p in packs),
            *layers_of_absent(connection, parts.keys()),
            Layer(SITE, site),
        ]

    def in_force(self, connection: Connection, pack: Pack) -> Loaded:
        """The definitions of a pack that are in force: those of the version that was enabled or upgraded to, until the
        site is upgraded to the installed one."""
        rows = connection.fetch(PACK, {"id": pack.manifest.id})
        if rows and rows[0]["version"] != pack.manifest.version:
            brought = brought_by(connection, pack.manifest.id)
            if brought:  # a site made before objects were recorded has none
                return Loaded(tuple(brought), ())
        return self.of_pack(pack)

    def of_pack(self, pack: Pack) -> Loaded:
        """The definitions in a pack's folder, read once."""
        if pack.manifest.id not in self._packs:
            self._packs[pack.manifest.id] = pack_definitions(pack)
        return self._packs[pack.manifest.id]

    def _all_listeners(self, connection: Connection, definitions: Definitions) -> list[Listener]:
        hooks = self.hooks_of(definitions)
        contributed = [
            listener
            for pack_id, table in hooks.contributions("document_events")
            for listener in listeners_of(pack_id, table, hooks.versions[pack_id])
        ]
        rules = (*listeners_of_site(connection, definitions), *listeners_of_matches(connection, definitions))
        added = (listener for more in self.more for listener in more(connection, definitions))
        absent = listeners_of_absent(connection, definitions, {pack.manifest.id for pack in hooks.packs})
        return [*self.listeners, *absent, *contributed, *rules, *added]


def _model_part(loaded: Loaded) -> tuple[Definition, ...]:
    return tuple(definition for definition in loaded.definitions if definition.kind in MODEL_KINDS)
