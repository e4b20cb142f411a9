"""Opens a site: its database, model, packs, translations and access, as one object without globals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import ZoneInfo

from crm_platform.access.identify import Access
from crm_platform.access.listeners import LISTENERS as ACCESS_LISTENERS
from crm_platform.access.row_filters import RowFilter, RowFilters, closed_by
from crm_platform.automation.inbox import own_notes
from crm_platform.automation.listeners import LISTENERS as RULE_LISTENERS
from crm_platform.automation.notifying import LOG as NOTIFICATION_LOG
from crm_platform.database.connect import open_database
from crm_platform.database.interface import Database
from crm_platform.database.system import SYSTEM_TABLES
from crm_platform.desk.layouts import LISTENERS as LAYOUT_LISTENERS
from crm_platform.desk.saved_views import LISTENERS as VIEW_LISTENERS
from crm_platform.desk.saved_views import SAVED_MAPPING, SAVED_VIEW, reachable_views
from crm_platform.documents.companions import LISTENERS as COMPANION_LISTENERS
from crm_platform.documents.context import ADMINISTRATOR, Clock, Context, system_clock
from crm_platform.documents.events import Listener, Watch, unwatched
from crm_platform.documents.modelling import LISTENERS as MODEL_LISTENERS
from crm_platform.documents.runtime import Runtime, undispatched
from crm_platform.events.log import EVENT_TABLES
from crm_platform.events.publishing import Publisher
from crm_platform.files.attachments import LISTENERS as FILE_LISTENERS
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.i18n import Catalogues
from crm_platform.jobs.procrastinate_queue import dispatch, is_installed
from crm_platform.jobs.tables import JOB_TABLES
from crm_platform.mail.listeners import LISTENERS as MAIL_LISTENERS
from crm_platform.mail.outbox import Outbox
from crm_platform.metadata.model import Definitions
from crm_platform.packs.discovery import Found, discover
from crm_platform.packs.hooks import Hooks
from crm_platform.printing.freezing import freeze_plain, freeze_texts
from crm_platform.printing.listeners import LISTENERS as PRINT_LISTENERS
from crm_platform.privacy.audit import record
from crm_platform.privacy.listeners import LISTENERS as PRIVACY_LISTENERS
from crm_platform.reports.checks import LISTENERS as REPORT_LISTENERS
from crm_platform.reports.mailing.records import LISTENERS as REPORT_MAIL_LISTENERS
from crm_platform.reports.mailing.records import Readers
from crm_platform.search.rebuilding import LISTENERS as SEARCH_LISTENERS
from crm_platform.search.tables import ensure as ensure_index
from crm_platform.search.upkeep import Upkeep
from crm_platform.sites.folder import SiteFolder, SiteSettings
from crm_platform.sites.forgetting import forget_beside
from crm_platform.sites.model import NO_HOOKS, ModelSource
from crm_platform.sites.narrowing import Closed
from crm_platform.sites.readers import broken_records
from crm_platform.sites.texts import LISTENERS as TEXT_LISTENERS
from crm_platform.sites.texts import SiteTexts
from crm_platform.transfer.duplicates.jobs import LISTENERS as DUPLICATE_LISTENERS
from crm_platform.transfer.duplicates.keys import TABLES as MATCH_TABLES
from crm_platform.transfer.journal import IMPORT_PART
from crm_platform.transfer.merging.journal import MERGE_CONTENT
from crm_platform.webhooks.checks import LISTENERS as WEBHOOK_LISTENERS
from crm_platform.webhooks.queueing import Webhooks
from crm_platform.workflow.applying import LISTENERS as WORKFLOW_LISTENERS
from crm_platform.workflow.staffing import understaffed

ENGINE_LISTENERS: Sequence[Listener] = (
    *MODEL_LISTENERS,
    *COMPANION_LISTENERS,
    *ACCESS_LISTENERS,
    *WORKFLOW_LISTENERS,
    *RULE_LISTENERS,
    *PRINT_LISTENERS,
    *LAYOUT_LISTENERS,
    *VIEW_LISTENERS,
    *REPORT_LISTENERS,
    *REPORT_MAIL_LISTENERS,
    *FILE_LISTENERS,
    *PRIVACY_LISTENERS,
    *MAIL_LISTENERS,
    *WEBHOOK_LISTENERS,
    *SEARCH_LISTENERS,
    *DUPLICATE_LISTENERS,
    *TEXT_LISTENERS,
)


@dataclass(frozen=True, repr=False)
class Site:
    """An open site. Messages name it without its settings, secrets and definitions."""

    folder: SiteFolder
    settings: SiteSettings
    runtime: Runtime
    access: Access
    source: ModelSource
    catalogues: Catalogues
    texts: SiteTexts
    webhooks: Webhooks
    outbox: Outbox = Outbox(freeze_texts)
    events: Publisher = field(default_factory=Publisher)

    def __repr__(self) -> str:
        return f"<Site {self.folder.path}>"

    def system(self, ctx: Context) -> Context:
        """A Context of the Administrator with the system's rights: the operator's commands."""
        return self.access.as_user(ctx, ADMINISTRATOR).as_system()

    @property
    def hooks(self) -> Hooks:
        """The hooks of the packs that take part now, as the last transaction found them."""
        model = self.runtime.model
        return NO_HOOKS if model is None else self.source.hooks_of(model.definitions)

    def close(self) -> None:
        self.events.close()
        self.runtime.database.close()


class PackFilters:
    """Row filters of the enabled packs; built anew when the packs at work change."""

    def __init__(self, source: ModelSource, watch: Watch) -> None:
        self._source = source
        self._watch = watch
        self._made: tuple[Hooks, Closed, RowFilters] | None = None

    def __call__(self, definitions: Definitions) -> RowFilters:
        hooks, closed = self._source.hooks_of(definitions), self._source.closed_of(definitions)
        made = self._made
        if made is None or made[0] is not hooks or made[1] is not closed:
            made = self._made = (hooks, closed, RowFilters(_filters(hooks, closed), self._watch))
        return made[2]


def _filters(hooks: Hooks, closed: Closed) -> Iterable[RowFilter]:
    yield RowFilter("core", NOTIFICATION_LOG, own_notes)
    yield RowFilter("core", SAVED_VIEW, reachable_views)
    yield RowFilter("core", SAVED_MAPPING, reachable_views)
    for pack_id, table in hooks.contributions("row_filters"):
        for doctype, function in table.items():
            yield RowFilter(pack_id, doctype, function)
    yield from (closed_by(pack_id, doctype) for pack_id, doctype in closed)


def open_site(
    path: Path,
    *,
    clock: Clock = system_clock,
    watch: Watch = unwatched,
    installed: Sequence[Found] | None = None,
) -> Site:
    """Open the site in the folder `path`.

    `installed` are the packs to choose from (default: those found by entry point); `watch` hears which hook is at work.
    Raises DoesNotExistError when there is no site, ValidationError when it is damaged or newer, UnavailableError when
    the database cannot be reached.
    """
    folder = SiteFolder(path)
    settings = folder.settings()
    found = discover() if installed is None else installed
    catalogues = Catalogues([files("crm_platform") / "locale", *_pack_locales(found)])
    database = _open_database(folder.database_url(settings))
    watch = off_brief_reads(watch, database)
    publisher, index = Publisher(), Upkeep()
    source = ModelSource(found, (*ENGINE_LISTENERS, *index.listeners(), *publisher.listeners()), watch)
    texts = SiteTexts(catalogues)
    runtime = _Rooms(folder, settings, database, source, texts, publisher, index).runtime(clock)
    texts.model = lambda: runtime.model
    access = Access(PackFilters(source, watch))
    webhooks = Webhooks(access.as_user, freeze_plain, settings.open_networks)
    source.more = (webhooks.listeners, Readers(access.as_user).listeners)
    return Site(folder, settings, runtime, access, source, catalogues, texts, webhooks, events=publisher)


@dataclass(frozen=True)
class _Rooms:
    """What the rooms below bring to a site; its runtime knows them as functions only."""

    folder: SiteFolder
    settings: SiteSettings
    database: Database
    source: ModelSource
    texts: SiteTexts
    publisher: Publisher
    index: Upkeep

    def runtime(self, clock: Clock) -> Runtime:
        return Runtime(
            name=self.settings.name,
            folder=self.folder.path,
            database=self.database,
            cipher=self.folder.cipher(),
            seals=self.folder.seals(),
            audit=record,
            load=self.source.load,
            merge=self.source.merge,
            translate=self.texts.translate,
            zone=ZoneInfo(self.settings.time_zone),
            clock=clock,
            announce=self.publisher.job_changed,
            remodelled=self.publisher.model_changed,
            forget=partial(forget_beside, files=Files(Storage(self.folder.files))),
            broken_records=broken_records,
            understaffed=understaffed,
            recomputed=self.index.recomputed,
            contributions=lambda definitions, hook: self.source.hooks_of(definitions).functions(hook),
            dispatch=dispatch if self.database.read(is_installed) else undispatched,
        )


def _open_database(url: str) -> Database:
    """The site's database with the tables of all rooms."""
    tables = (*SYSTEM_TABLES, *JOB_TABLES, *EVENT_TABLES, *MATCH_TABLES, MERGE_CONTENT, IMPORT_PART)
    database = open_database(url, system_tables=tables)
    ensure_index(database)
    return database


def off_brief_reads(watch: Watch, database: Database) -> Watch:
    """`watch`, before which a brief read is given up: nobody knows how long a pack's function takes, and a supervisor
    could not tell one that loops from the event loop that it holds up."""

    def before(pack: str, hook: str) -> None:
        if hook:
            database.give_up_brief_read()
        watch(pack, hook)

    return before


def _pack_locales(found: Iterable[Found]) -> list[Traversable]:
    return [one.pack.data / "locale" for one in found if one.pack is not None]
