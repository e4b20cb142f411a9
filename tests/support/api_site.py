"""A site with the test DocTypes of the REST contract, and clients of its API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from crm_platform.access.key_use import KeyUse
from crm_platform.api.app import create_app
from crm_platform.api.services import Services
from crm_platform.api.site import Options
from crm_platform.desk.routes import desk_methods, desk_routes
from crm_platform.documents.context import Context
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.sites.create import new_site
from crm_platform.sites.opening import Site
from support.soundness import require_sound

ADMIN_PASSWORD = "a long enough secret"
PASSWORD = "another good secret 42"

CONTACT_ROW = {
    "name": "Bench Contact Row",
    "module": "Core",
    "custom": 1,
    "istable": 1,
    "fields": [
        {"fieldname": "contact_name", "label": "Contact Name", "fieldtype": "Data", "reqd": 1, "in_list_view": 1},
        {"fieldname": "contact_email", "label": "Contact Email", "fieldtype": "Data", "options": "Email"},
        {"fieldname": "calls", "label": "Calls", "fieldtype": "Int"},
    ],
}

FULL = dict.fromkeys(("read", "write", "create", "delete", "report", "export", "import", "share", "print", "email"), 1)

CUSTOMER = {
    "name": "Bench Customer",
    "module": "Core",
    "custom": 1,
    "autoname": "BC-.#####",
    "track_changes": 1,
    "title_field": "customer_name",
    "search_fields": "email,territory",
    "fields": [
        {"fieldname": "customer_name", "label": "Customer Name", "fieldtype": "Data", "reqd": 1},
        {"fieldname": "email", "label": "Email", "fieldtype": "Data", "options": "Email"},
        {"fieldname": "phone", "label": "Phone", "fieldtype": "Data"},
        {"fieldname": "territory", "label": "Territory", "fieldtype": "Data"},
        {"fieldname": "industry", "label": "Industry", "fieldtype": "Select", "options": "\nIT\nRetail\n制造"},
        {
            "fieldname": "status",
            "label": "Status",
            "fieldtype": "Select",
            "options": "Lead\nActive\nInactive",
            "default": "Lead",
        },
        {"fieldname": "annual_revenue", "label": "Annual Revenue", "fieldtype": "Currency"},
        {"fieldname": "employees", "label": "Employees", "fieldtype": "Int"},
        {"fieldname": "website", "label": "Website", "fieldtype": "Data"},
        {"fieldname": "owner_user", "label": "Owner User", "fieldtype": "Link", "options": "User"},
        {"fieldname": "since", "label": "Since", "fieldtype": "Date"},
        {"fieldname": "notes", "label": "Notes", "fieldtype": "Small Text"},
        {"fieldname": "contacts", "label": "Contacts", "fieldtype": "Table", "options": "Bench Contact Row"},
    ],
    "permissions": [{"role": "System Manager", **FULL}, {"role": "Bench Role", "read": 1}],
}

ORDER = {
    "name": "Bench Order",
    "module": "Core",
    "custom": 1,
    "autoname": "BO-.#####",
    "is_submittable": 1,
    "track_changes": 1,
    "fields": [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data", "reqd": 1},
        {"fieldname": "customer", "label": "Customer", "fieldtype": "Link", "options": "Bench Customer"},
        {"fieldname": "qty", "label": "Qty", "fieldtype": "Int"},
        {"fieldname": "remark", "label": "Remark", "fieldtype": "Data", "allow_on_submit": 1},
        {"fieldname": "code", "label": "Code", "fieldtype": "Data", "unique": 1},
    ],
    "permissions": [{"role": "System Manager", **FULL, "submit": 1, "cancel": 1, "amend": 1}],
}

DESK_USER = "desk@example.com"
LIMITED_USER = "limited@example.com"


@dataclass(frozen=True)
class Paper:
    """What the print service of these tests makes of a document."""

    name: str
    text: str


class PlainPrinting:
    """Prints a document's name and language; the real service is tested in its own room."""

    def snapshot(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        *,
        print_format: str,
        language: str,
        letterhead: bool | str,
        page_size: str,
    ) -> Paper:
        doc = ctx.store.get(doctype, name)
        sheet = f"{letterhead} {page_size}".rstrip()
        return Paper(name, f"{doc.doctype} {name} {print_format or 'Standard'} {language} {sheet}")

    def trial(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        unsaved: Mapping[str, Any],
        *,
        language: str,
        letterhead: bool | str,
    ) -> Paper:
        doc = ctx.store.get(doctype, name)
        return Paper(name, f"{doc.doctype} {name} {unsaved['html']} {language} {letterhead}")

    async def html(self, snapshot: Paper) -> str:
        return f"<p>{snapshot.text}</p>"

    async def pdf(self, snapshot: Paper) -> bytes:
        return b"%PDF-1.7\n" + snapshot.text.encode()

    async def book(self, snapshots: Sequence[Paper]) -> bytes:
        return b"%PDF-1.7\n" + "\n".join(snapshot.text for snapshot in snapshots).encode()

    def make_book(self, snapshots: Sequence[Paper]) -> bytes:
        return asyncio.run(self.book(snapshots))

    def fill(self, frozen: str) -> dict[str, str]:
        return dict(json.loads(frozen)["templates"])


class PlainExport:
    """Writes rows as lines."""

    def write(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> bytes:
        lines = [kind, *(",".join(str(value) for value in row) for row in (columns, *rows))]
        return "\n".join(lines).encode()


class Client:
    """Sends requests to the application in this process and waits for the answers; keeps cookies as a browser does."""

    def __init__(self, app: Starlette, runner: asyncio.Runner, headers: dict[str, str]) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)
        self._runner = runner

    def request(self, verb: str, url: str, **parts: Any) -> httpx.Response:
        return self._runner.run(self.http.request(verb, url, **parts))

    def gather(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Several requests (verb, address, JSON body) at the same time."""

        async def all_at_once() -> list[httpx.Response]:
            sent = (self.http.request(verb, url, json=body) for verb, url, body in requests)
            return list(await asyncio.gather(*sent))

        return self._runner.run(all_at_once())

    def get(self, url: str, **parts: Any) -> httpx.Response:
        return self.request("GET", url, **parts)

    def post(self, url: str, **parts: Any) -> httpx.Response:
        return self.request("POST", url, **parts)

    def put(self, url: str, **parts: Any) -> httpx.Response:
        return self.request("PUT", url, **parts)

    def delete(self, url: str, **parts: Any) -> httpx.Response:
        return self.request("DELETE", url, **parts)


@dataclass
class Api:
    """A site behind its API, and clients: `admin`, `desk` (may read Bench Customer), `limited` (nothing), `guest`."""

    site: Site
    app: Starlette
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    keys: dict[str, str] = field(default_factory=dict)
    password: str = ADMIN_PASSWORD

    def client(self, user: str = "", **headers: str) -> Client:
        """A client that sends the user's API key with each request; without a user a guest."""
        own = {"authorization": f"token {self.keys[user]}"} if user else {}
        return Client(self.app, self.runner, {**own, **headers})

    @property
    def admin(self) -> Client:
        return self.client("Administrator")

    @property
    def desk(self) -> Client:
        return self.client(DESK_USER)

    @property
    def limited(self) -> Client:
        return self.client(LIMITED_USER)

    @property
    def guest(self) -> Client:
        return self.client()

    def signed_in(self, user: str = "Administrator", password: str = "") -> Client:
        """A client with a session's cookie, as a browser has it."""
        client = self.client()
        password = password or self.password
        answer = client.post("/api/method/login", data={"usr": user, "pwd": password})
        assert answer.status_code == 200, answer.text
        return client

    def make_user(self, email: str, *roles: str, kind: str = "System User") -> Client:
        """A new user with a password and an API key; returns a client of theirs."""
        values = {"email": email, "first_name": email.split("@", maxsplit=1)[0], "user_type": kind, "enabled": 1}
        given = [{"role": role} for role in roles]
        create(self.admin, "User", {**values, "roles": given, "new_password": PASSWORD})
        self.make_keys(email)
        return self.client(email)

    def make_keys(self, user: str) -> None:
        client = self.signed_in()
        made = client.post("/api/method/frappe.core.doctype.user.user.generate_keys", json={"user": user})
        key = client.get(f"/api/resource/User/{user}").json()["data"]["api_key"]
        self.keys[user] = f"{key}:{made.json()['message']['api_secret']}"


def services(site: Site) -> Services:
    return Services(
        printing=PlainPrinting(),
        export=PlainExport(),
        outbox=site.outbox,
        files=Files(Storage(site.folder.files)),
        negotiate=site.catalogues.negotiate,
    )


@contextmanager
def bench(folder: Path, database: str, options: Options | None = None) -> Iterator[Api]:
    """Make the contract's site: its DocTypes and users come through the API itself."""
    site = new_site(folder, database=database, admin_password=ADMIN_PASSWORD)
    app = create_app(
        site.runtime,
        site.access,
        services(site),
        options=options or Options(),
        routes=desk_routes(),
        methods=desk_methods(),
    )
    with behind(site, app) as api:
        _fill(api)
        yield api


class Unmarked(KeyUse):
    """Writes no marks: they come in the background, and who compares a whole database would find one at times."""

    def note(self, ctx: Context, user: str, authorization: str) -> None:
        pass


@contextmanager
def behind(site: Site, app: Starlette) -> Iterator[Api]:
    """A new site behind an application, with keys of the Administrator; both are closed in the end."""
    site.access.key_use = Unmarked()
    api = Api(site, app)
    try:
        api.make_keys("Administrator")
        yield api
        require_sound(site)
    finally:
        api.runner.close()
        site.close()


def _fill(api: Api) -> None:
    admin = api.admin
    create(admin, "Role", {"role_name": "Bench Role", "desk_access": 1})
    for definition in (CONTACT_ROW, CUSTOMER, ORDER):
        create(admin, "DocType", definition)
    api.make_user(DESK_USER, "Bench Role")
    api.make_user(LIMITED_USER, kind="Website User")


def create(client: Client, doctype: str, values: dict[str, Any]) -> dict[str, Any]:
    """Create a document through the API and return it."""
    answer = client.post(f"/api/resource/{doctype}", json=values)
    assert answer.status_code == 200, answer.text
    created: dict[str, Any] = answer.json()["data"]
    return created
