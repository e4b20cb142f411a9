"""A served site with all packs of the product, and the two colleagues who work there: one enters, the other decides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from support.served import ServedSite, create, serving
from support.shop import storage_of

PASSWORD = "a long enough 密码 7"
CLERK, HEAD = "zhou@example.com", "wu@example.com"
ROLES = {
    CLERK: ("Sales User", "Service User", "Knowledge Author", "Bank Advisor"),
    HEAD: (
        *("Sales User", "Sales Manager", "Service User", "Service Manager", "Accounts User"),
        *("Knowledge Reviewer", "Compliance Officer"),
    ),
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at work: over REST, and with a session of the browser."""

    client: httpx.Client
    storage: dict[str, Any]

    def create(self, doctype: str, **values: Any) -> str:
        return str(create(self.client, doctype, **values)["name"])

    def get(self, doctype: str, name: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/resource/{doctype}/{name}")
        found: dict[str, Any] = answer.raise_for_status().json()["data"]
        return found

    def call(self, method: str, **arguments: Any) -> Any:
        answer = self.client.post(f"/api/method/{method}", json=arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()["message"]

    def act(self, doctype: str, name: str, action: str) -> None:
        """Take a workflow action."""
        doc = {"doctype": doctype, "name": name}
        self.call("frappe.model.workflow.apply_workflow", doc=doc, action=action)


@dataclass(frozen=True, slots=True)
class Branch:
    """The site, who administers it, and the two."""

    served: ServedSite
    admin: Colleague
    clerk: Colleague
    head: Colleague


@contextmanager
def opened_branch(folder: Path, template: Path) -> Iterator[Branch]:
    """Copy a site that has the packs, serve it, and sign everybody in."""
    shutil.copytree(template, folder)
    with serving(folder) as served, served.client() as client:
        for email, roles in ROLES.items():
            rows = [{"role": role} for role in roles]
            create(client, "User", email=email, first_name=email.partition("@")[0], new_password=PASSWORD, roles=rows)
        admin = Colleague(client, {})
        with served.client(CLERK, PASSWORD) as clerk, served.client(HEAD, PASSWORD) as head:
            yield Branch(served, admin, _at_work(served, CLERK, clerk), _at_work(served, HEAD, head))


def _at_work(served: ServedSite, email: str, client: httpx.Client) -> Colleague:
    """With another session for the browser: one that has loaded the interface needs its token for every change."""
    return Colleague(client, storage_of(served.session(email, PASSWORD)))
