"""A small open site for tests of rights: the core DocTypes that rights are made of, and three to protect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from cryptography.fernet import Fernet

from crm_platform.access.identify import Access
from crm_platform.access.listeners import LISTENERS
from crm_platform.access.row_filters import RowFilter, RowFilters
from crm_platform.database.interface import Connection, Database
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EventTable
from crm_platform.documents.runtime import Model, Runtime
from crm_platform.metadata.layers import CORE, Layer
from crm_platform.metadata.loader import load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.records import Definition
from support.definitions import doctype, row

T = TypeVar("T")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

CORE_DOCTYPES = (
    *("User", "Role", "Has Role", "Role Profile", "User Permission", "DocShare", "System Settings"),
    *("User Group", "User Group Member"),
    *(
        "Custom DocPerm",
        "DocType",
        "DocField",
        "DocPerm",
        "DocType Action",
        "DocType Link",
        "DocType State",
        "Language",
    ),
)
FULL = {"read": 1, "write": 1, "create": 1, "delete": 1, "submit": 1, "cancel": 1, "share": 1, "print": 1, "email": 1}

PROTECTED = (
    doctype(
        "Region",
        row("title"),
        autoname="field:title",
        is_tree=1,
        permissions=[{"role": "Sales User", "read": 1, "create": 1}],
    ),
    doctype(
        "Deal",
        row("title", reqd=1),
        row("region", "Link", options="Region"),
        row("second_region", "Link", options="Region", ignore_user_permissions=1),
        row("team", "Link", options="User Group"),
        row("margin", "Currency", permlevel=1),
        row("items", "Table", options="Deal Item"),
        is_submittable=1,
        allow_rename=1,
        autoname="field:title",
        permissions=[
            {"role": "Sales Manager", **FULL},
            {"role": "Sales Manager", "permlevel": 1, "read": 1, "write": 1},
            {"role": "Sales User", "read": 1, "create": 1, "print": 1},
            {"role": "Sales User", "if_owner": 1, "read": 1, "write": 1, "share": 1},
            {"role": "Auditor", "if_team": 1, "read": 1},
        ],
    ),
    doctype("Deal Item", row("product"), row("region", "Link", options="Region"), istable=1),
    doctype(
        "Gauge",
        row("title"),
        row("code", set_only_once=1),
        row("total", "Int", formula="1 + 1"),
        row("sum", "Int", rollup={"function": "count", "from": "Memo", "link": "gauge"}),
        autoname="field:title",
        permissions=[{"role": "Sales Manager", "read": 1, "write": 1}],
    ),
    doctype(
        "Memo",
        row("title"),
        row("deal", "Link", options="Deal"),
        row("gauge", "Link", options="Gauge", search_index=1),
        autoname="field:title",
        permissions=[{"role": "Sales Manager", "read": 1, "write": 1}, {"role": "All", "if_owner": 1, "read": 1}],
    ),
)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class FernetCipher:
    """The cipher that a site has."""

    def __init__(self) -> None:
        self._fernet = Fernet(Fernet.generate_key())

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        return self._fernet.decrypt(token.encode()).decode()


class Site:
    """An open site with its access room; `filters` may be filled by a test."""

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.filters: list[RowFilter] = []
        self.access = Access(lambda _: RowFilters(self.filters))
        self._queued: list[Future[Any]] = []
        submit = runtime.submit
        runtime.submit = lambda work: self._keep(submit(work))  # type: ignore[method-assign]

    def _keep(self, queued: Future[T]) -> Future[T]:
        self._queued.append(queued)
        return queued

    def settle(self) -> None:
        """Wait for everything that was queued for the writer."""
        for queued in self._queued:
            queued.result()

    def system(self, work: Callable[[Context], T]) -> T:
        """Run `work` in a write transaction with the rights of the system."""
        return self.runtime.write(lambda ctx: work(self.access.as_user(ctx, ADMINISTRATOR).as_system()))

    def write(self, user: str, work: Callable[[Context], T]) -> T:
        return self.runtime.write(lambda ctx: work(self.access.as_user(ctx, user)))

    def read(self, user: str, work: Callable[[Context], T]) -> T:
        return self.runtime.read(lambda ctx: work(self.access.as_user(ctx, user)))

    def add(self, doctype: str, by: str = "", **values: Any) -> str:
        """Insert a document as the system, or as `by`; returns its name."""

        def work(ctx: Context) -> str:
            return str(ctx.store.insert(ctx.store.new(doctype, values))["name"])

        return self.write(by, work) if by else self.system(work)

    def change(self, doctype: str, name: str, by: str = "", **values: Any) -> Document:
        def work(ctx: Context) -> Document:
            return ctx.store.update(doctype, name, values)

        return self.write(by, work) if by else self.system(work)

    def delete(self, doctype: str, name: str, by: str = "") -> None:
        def work(ctx: Context) -> None:
            ctx.store.delete(doctype, name)

        self.write(by, work) if by else self.system(work)

    def add_user(self, user: str, *roles: str, **values: Any) -> str:
        given = {"email": user, "first_name": user.partition("@")[0], "roles": [{"role": role} for role in roles]}
        return self.add("User", **{**given, **values})

    def allows(self, user: str, doctype: str, action: str, name: str | None = None) -> bool:
        def ask(ctx: Context) -> bool:
            document = ctx.as_system().store.get(doctype, name) if name else None
            return ctx.policy.allows(ctx.definitions[doctype], action, document)

        return self.read(user, ask)

    def listed(self, user: str, doctype: str) -> set[str]:
        return self.read(user, lambda ctx: {row["name"] for row in ctx.store.list(doctype, limit=0)})


def core_definitions(names: Iterable[str] = CORE_DOCTYPES) -> tuple[Definition, ...]:
    wanted = frozenset(names)
    loaded = load(Path(str(files("crm_platform.doctypes.core"))))
    return tuple(item for item in loaded.definitions if item.kind == "DocType" and item.name in wanted)


@lru_cache
def site_model() -> Model:
    return Model(merge([Layer(CORE, (*core_definitions(), *PROTECTED))]), EventTable(LISTENERS))


def make_site(database: Database) -> None:
    """Make the tables of the site in an empty database, with the rows of a fresh one."""
    steps = database.plan(Definitions({}), site_model().definitions)
    database.write(lambda connection: database.apply(connection, steps))
    fill_site(database)


def fill_site(database: Database) -> None:
    """Put the standard users and roles into the empty tables of a site."""
    database.write(lambda connection: _first_rows(connection, site_model().definitions))


def open_site(database: Database, folder: Path) -> Site:
    """Open the site that is in `database`."""
    model = site_model()
    clock = Clock()
    runtime = Runtime(
        name="test",
        folder=folder,
        database=database,
        cipher=FernetCipher(),
        load=lambda _: model,
        merge=lambda _: model.merged,
        translate=lambda _, text: text,
        clock=clock,
    )
    return Site(runtime, clock)


def _first_rows(connection: Connection, known: Definitions) -> None:
    """What `new-site` makes: Administrator, Guest and the roles."""
    standard = {"owner": ADMINISTRATOR, "modified_by": ADMINISTRATOR, "creation": START, "modified": START}
    blank = {**standard, "docstatus": 0, "idx": 0}

    def full(doctype: str, **values: Any) -> dict[str, Any]:
        return {**dict.fromkeys(known[doctype].columns), **blank, **values}

    users = [
        full("User", name=name, email=email, first_name=name, full_name=name, enabled=1, user_type="System User")
        for name, email in ((ADMINISTRATOR, "admin@example.com"), ("Guest", "guest@example.com"))
    ]
    roles = [
        full("Role", name=name, role_name=name, disabled=0, desk_access=1)
        for name in (
            *("Administrator", "Guest", "All", "Desk User", "System Manager"),
            *("Sales Manager", "Sales User", "Auditor"),
        )
    ]
    connection.insert_rows(known["DocType"], [full("DocType", name=name) for name in known])
    connection.insert_rows(known["Language"], [full("Language", name=name) for name in ("en", "zh")])
    connection.insert_rows(known["User"], users)
    connection.insert_rows(known["Role"], roles)
