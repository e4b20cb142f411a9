"""A site to attack: DocTypes with what a low user may and may not read, full of canaries, and one client per user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from crm_platform.app import create_application
from crm_platform.sites.create import new_site
from support.api_site import ADMIN_PASSWORD, FULL, Api, Client, behind, create
from support.copied_sites import behind_application
from support.definitions import row

LOW = "low@example.com"
"""Reads level 0 of Vault, and what he owns of Diary; nothing of Hidden."""

NOBODY = "nobody@example.com"
MANAGER = "manager@example.com"

MANAGES = {"role": "System Manager", **FULL, "submit": 1, "cancel": 1, "amend": 1}
MANAGES_LEVEL_1 = {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1}
EVERYDAY = ("read", "write", "create", "delete", "report", "export", "print", "share")
LOW_ROLE = {"role": "Low Role", **dict.fromkeys(EVERYDAY, 1)}

HIDDEN = {
    "name": "Hidden",
    "autoname": "field:title",
    "title_field": "code",
    "search_fields": "code",
    "track_changes": 1,
    "fields": [row("title", reqd=1), row("code"), row("keeper", "Link", options="User")],
    "permissions": [MANAGES],
}
VAULT_ROW = {
    "name": "Vault Row",
    "istable": 1,
    "fields": [row("item"), row("row_secret", permlevel=1), row("row_password", "Password")],
}
CLOSED_ROW = {"name": "Closed Row", "istable": 1, "fields": [row("item")]}
VAULT = {
    "name": "Vault",
    "autoname": "field:title",
    "track_changes": 1,
    "title_field": "secret",
    "search_fields": "secret,title",
    "is_submittable": 1,
    "fields": [
        row("title", reqd=1),
        row("plain"),
        row("secret", permlevel=1),
        row("checked", "Check", permlevel=1, default="1"),
        row("password", "Password"),
        row("paper", "Attach", permlevel=1),
        row("hidden", "Link", options="Hidden"),
        row("closed_link", "Link", options="Hidden", permlevel=1),
        row("keeper", "Link", options="User"),
        row("fetched", fetch_from="hidden.code", read_only=1),
        row("fetched_once", fetch_from="hidden.code", read_only=1, fetch_if_empty=1),
        row("number", "Float", precision="2"),
        row("when", "Datetime"),
        row("day", "Date"),
        row("site", options="URL"),
        row("anything", "JSON"),
        row("rows", "Table", options="Vault Row"),
        row("closed_rows", "Table", options="Closed Row", permlevel=1),
    ],
    "permissions": [MANAGES, MANAGES_LEVEL_1, LOW_ROLE],
}
DIARY = {
    "name": "Diary",
    "autoname": "field:title",
    "fields": [row("title", reqd=1), row("body")],
    "permissions": [MANAGES, {**LOW_ROLE, "if_owner": 1}],
}


@dataclass
class AttackSite:
    """The site behind its whole application. `canaries` are in what LOW and NOBODY may not read."""

    api: Api
    canaries: set[str]

    def client(self, user: str) -> Client:
        return self.api.client(user)

    @property
    def low(self) -> Client:
        return self.client(LOW)

    @property
    def admin(self) -> Client:
        return self.api.admin

    def canary(self, where: str) -> str:
        """A text that is nowhere else, and that nobody but its finder may see."""
        made = f"KANARI-{next(self._numbers)}-{where}"
        self.canaries.add(made)
        return made

    def __post_init__(self) -> None:
        self._numbers = count(len(self.canaries))

    def found_in(self, answer: httpx.Response) -> set[str]:
        """The canaries in the body and the headers of an answer, but for those that were in the question."""
        asked = str(answer.request.url) + answer.request.content.decode("utf-8", "replace")
        said = answer.text + str(answer.headers)
        return {canary for canary in self.canaries if canary in said and canary not in asked}


@dataclass(frozen=True)
class Known:
    """What attackers and judges know of a filled site."""

    keys: dict[str, str]
    canaries: set[str]


def fill(folder: Path, database: str) -> Known:
    """Make the site in `folder`, in a time zone where day and night are not those of UTC."""
    site = new_site(folder, database=database, admin_password=ADMIN_PASSWORD, time_zone="Asia/Shanghai")
    with behind(site, create_application(site)) as api:
        made = AttackSite(api, set())
        _fill(made)
        return Known(api.keys, made.canaries)


@contextmanager
def attack_site(folder: Path, known: Known) -> Iterator[AttackSite]:
    """The filled site in `folder`, open to attacks."""
    with behind_application(folder, known.keys) as api:
        yield AttackSite(api, set(known.canaries))


def _fill(site: AttackSite) -> None:
    admin = site.admin
    create(admin, "Role", {"role_name": "Low Role", "desk_access": 1})
    for definition in (HIDDEN, VAULT_ROW, CLOSED_ROW, VAULT, DIARY):
        create(admin, "DocType", {"module": "CRM", "custom": 1, **definition})
    site.api.make_user(LOW, "Low Role")
    site.api.make_user(NOBODY)
    site.api.make_user(MANAGER, "System Manager")
    put(admin, "User", MANAGER, bio=site.canary("bio"))
    site.canaries.update(part for user, key in site.api.keys.items() if user != LOW for part in key.split(":"))
    create(admin, "Hidden", {"title": "H1", "code": site.canary("code"), "keeper": MANAGER})
    create(admin, "Diary", {"title": "D1", "body": site.canary("diary")})
    create(admin, "Vault", {"title": "V1", "plain": "open", **_secrets(site)})
    put(admin, "Vault", "V1", **_secrets(site))
    for doctype, name in (("Hidden", "H1"), ("Diary", "D1")):
        _surround(site, doctype, name)
    assign(admin, "Vault", "V1", MANAGER)
    paper = upload(admin, site.canary("paper"), site.canary("content"), "Vault", "V1", "paper")
    put(admin, "Vault", "V1", paper=paper["file_url"])


def _secrets(site: AttackSite) -> dict[str, Any]:
    return {
        "secret": site.canary("secret"),
        "password": site.canary("password"),
        "closed_link": "H1",
        "keeper": MANAGER,
        "rows": [{"item": "a", "row_secret": site.canary("row"), "row_password": site.canary("row-password")}],
        "closed_rows": [{"item": site.canary("closed-row")}],
    }


def _surround(site: AttackSite, doctype: str, name: str) -> None:
    """Comment on, assign and attach to a document that LOW may not read."""
    body = {"reference_doctype": doctype, "reference_name": name, "content": site.canary("comment")}
    ok(site.admin.post("/api/method/frappe.desk.form.utils.add_comment", json=body))
    assign(site.admin, doctype, name, MANAGER, site.canary("assignment"))
    upload(site.admin, site.canary("file"), site.canary("content"), doctype, name)


def ok(answer: httpx.Response) -> Any:
    """What a successful answer holds."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body.get("data", body.get("message"))


def put(client: Client, doctype: str, name: str, **values: Any) -> Any:
    return ok(client.put(f"/api/resource/{doctype}/{name}", json=values))


def call(client: Client, method: str, **arguments: Any) -> httpx.Response:
    return client.post(f"/api/method/{method}", json=arguments)


def assign(client: Client, doctype: str, name: str, to: str, description: str = "") -> None:
    ok(
        call(
            client, "frappe.desk.form.assign_to.add", doctype=doctype, name=name, assign_to=to, description=description
        )
    )


def upload(
    client: Client, name: str, content: str, doctype: str = "", docname: str = "", fieldname: str = ""
) -> dict[str, Any]:
    sent = {"is_private": "1", "doctype": doctype, "docname": docname, "fieldname": fieldname}
    answer = client.post("/api/method/upload_file", files={"file": (f"{name}.txt", content.encode())}, data=sent)
    stored: dict[str, Any] = ok(answer)
    return stored
