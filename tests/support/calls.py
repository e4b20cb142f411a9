"""Fixtures: a site whose webhooks may call a server on this machine, with a clock and a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from crm_platform.app import create_worker
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.clock import Clock
from support.receiver import Receiver, receiver

__all__ = ["receiver"]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Calls:
    """The site, its clock, the receiver, and what tests of webhooks do with them."""

    site: TestSite
    clock: Clock
    receiver: Receiver

    def hook(self, event: str = "on_update", user: str = "Administrator", /, **values: Any) -> str:
        """A webhook on Case."""
        given = {"webhook_doctype": "Case", "webhook_docevent": event, "request_url": self.receiver.url, **values}
        return str(self.site.insert("Webhook", user, **given)["name"])

    def case(self, title: str = "退货", **values: Any) -> str:
        return str(self.site.insert("Case", title=title, **values)["name"])

    def work(self) -> None:
        """Do every job that is due."""
        worker = create_worker(self.site.site)
        while worker.run_once():
            pass

    def log(self) -> list[dict[str, Any]]:
        fields = ["name", "status", "error", "retry", "data", "response", "response_status", "headers", "event"]
        return list(
            self.site.read(lambda ctx: ctx.store.list("Webhook Request Log", fields=fields, order_by="creation asc"))
        )

    def bodies(self) -> list[bytes]:
        return [request.body for request in self.receiver.received]


@contextmanager
def calls_of(site: TestSite, receiver: Receiver) -> Iterator[Calls]:
    clock = Clock()
    site.site.close()
    site.site.folder.write_settings(replace(site.site.settings, outbound_allow=["127.0.0.1"]))
    made = TestSite(open_site(site.site.folder.path, clock=clock))
    made.role("Cases")
    everything = {"read": 1, "write": 1, "create": 1, "delete": 1, "submit": 1, "cancel": 1}
    rights = [
        {"role": "System Manager", **everything},
        {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1},
        {"role": "Cases", "read": 1, "if_owner": 0},
    ]
    fields = [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data"},
        {"fieldname": "amount", "label": "Amount", "fieldtype": "Currency"},
        {"fieldname": "secret", "label": "Secret", "fieldtype": "Data", "permlevel": 1},
        {"fieldname": "password", "label": "Password", "fieldtype": "Password"},
    ]
    made.doctype("Case", *fields, is_submittable=1, permissions=rights)
    yield Calls(made, clock, receiver)
    made.site.close()


@pytest.fixture
def calls(site: TestSite, receiver: Receiver) -> Iterator[Calls]:
    """On each database."""
    with calls_of(site, receiver) as made:
        yield made


@pytest.fixture
def sqlite_calls(sqlite_site: TestSite, receiver: Receiver) -> Iterator[Calls]:
    """On SQLite, for what has nothing to do with the database."""
    with calls_of(sqlite_site, receiver) as made:
        yield made
