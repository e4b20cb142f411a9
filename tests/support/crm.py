"""Persons with the roles of the standard CRM and what they do through the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from crm_platform.app import create_application
from crm_platform.testing import TestSite
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.api_site import Api, Client


@dataclass
class Person:
    """Somebody at work: every call goes through the API with the rights of the person."""

    client: Client
    email: str

    def create(self, doctype: str, **values: Any) -> dict[str, Any]:
        """A new document as the API answers it."""
        return _data(self.client.post(f"/api/resource/{doctype}", json=values))

    def get(self, doctype: str, name: str) -> dict[str, Any]:
        return _data(self.client.get(f"/api/resource/{doctype}/{name}"))

    def change(self, doctype: str, name: str, **values: Any) -> dict[str, Any]:
        return _data(self.client.put(f"/api/resource/{doctype}/{name}", json=values))

    def list(self, doctype: str, **parameters: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.call("frappe.client.get_list", doctype=doctype, limit=0, **parameters)
        return rows

    def call(self, method: str, **arguments: Any) -> Any:
        """What an API method answers."""
        answer = self.client.post(f"/api/method/{method}", json=arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()["message"]

    def act(self, doctype: str, name: str, action: str) -> dict[str, Any]:
        """Take a workflow action and return the document."""
        doc: dict[str, Any] = self.call(
            "frappe.model.workflow.apply_workflow", doc=self.get(doctype, name) | {"doctype": doctype}, action=action
        )
        return doc

    def refused(self, method: str, **arguments: Any) -> str:
        """The sentence with which an API method refuses."""
        return refusal(self.client.post(f"/api/method/{method}", json=arguments))

    def refused_new(self, doctype: str, **values: Any) -> str:
        """The sentence with which a new document is refused."""
        return refusal(self.client.post(f"/api/resource/{doctype}", json=values))

    def refused_change(self, doctype: str, name: str, **values: Any) -> str:
        """The sentence with which a change of a document is refused."""
        return refusal(self.client.put(f"/api/resource/{doctype}/{name}", json=values))


def _data(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def refusal(answer: httpx.Response) -> str:
    """The sentence of a refusal and those of its fields. Asserts that it is a refusal and no fault of ours."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    body = answer.json()
    return " ".join([body["exception"], *(fault["message"] for fault in body.get("errors", ()))])


class Crm(Api):
    """The standard CRM behind its API. Persons are made when they are first asked for."""

    def person(self, email: str, *roles: str) -> Person:
        """Somebody with these roles."""
        client = self.client(email) if email in self.keys else self.make_user(email, *roles)
        return Person(client, email)

    @property
    def sales(self) -> Person:
        return self.person("sales.user@example.com", "Sales User")

    @property
    def sales_manager(self) -> Person:
        return self.person("sales.manager@example.com", "Sales User", "Sales Manager")

    @property
    def service(self) -> Person:
        return self.person("service.user@example.com", "Service User")

    @property
    def marketing(self) -> Person:
        return self.person("marketing.user@example.com", "Marketing User")

    @property
    def administrator(self) -> Person:
        return Person(self.admin, "Administrator")


@contextmanager
def crm_behind(site: TestSite) -> Iterator[Crm]:
    """The application of an open site, with keys of the Administrator."""
    made = Crm(site.site, create_application(site.site), password=ADMIN_PASSWORD)
    try:
        made.make_keys("Administrator")
        yield made
    finally:
        made.runner.close()
