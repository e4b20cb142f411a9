"""Fixture: a site that sends mail to a real SMTP server on this machine, with a clock, a worker and clients."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.app import create_application, create_worker
from crm_platform.app.tasks import mail_delivery
from crm_platform.documents.document import Document
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.jobs.worker import Worker
from crm_platform.packs.discovery import Found
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.api_site import Client
from support.clock import Clock
from support.mail_server import Inbox, smtp_server

ADDRESS = "https://crm.example.com"
OWN = "support@example.com"
MAKE = "/api/method/frappe.core.doctype.communication.email.make"


@dataclass
class PostOffice:
    """The site, its clock, the server's inbox, and what tests of mail do with them."""

    site: TestSite
    clock: Clock
    inbox: Inbox
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    trust: ssl.SSLContext | None = None

    def worker(self) -> Worker:
        site = self.site.site
        if self.trust is None:
            return create_worker(site)
        delivery = replace(mail_delivery(site, Files(Storage(site.folder.files))), trust=lambda: self.trust)
        return create_worker(site, delivery.tasks())

    def deliver(self) -> None:
        """Do every job that is due."""
        worker = self.worker()
        while worker.run_once():
            pass

    def queue(self, *recipients: str, user: str = "Administrator", **letter: Any) -> str:
        """Queue a mail as another room does; answers the name in the outbox."""
        text = {} if "template" in letter else {"subject": "报价单", "message": "<p>您好</p>"}
        return self.site.write(
            lambda ctx: self.site.site.outbox.queue_mail(ctx, recipients=recipients, **{**text, **letter}), user
        )

    def queued(self, name: str) -> Document:
        return self.site.get("Email Queue", name)

    def outbox(self) -> Sequence[dict[str, Any]]:
        return self.site.read(
            lambda ctx: ctx.store.list("Email Queue", fields=["name", "status", "retry"], order_by="creation asc")
        )

    def timeline(self, doctype: str, name: str, user: str = "Administrator") -> Sequence[dict[str, Any]]:
        """The communications of a document, the oldest first."""
        fields = ["name", "subject", "content", "sender", "sent_or_received", "delivery_status", "communication_type"]
        filters = {"reference_doctype": doctype, "reference_name": name}
        return self.site.read(
            lambda ctx: ctx.store.list("Communication", fields=fields, filters=filters, order_by="creation asc"), user
        )

    def client(self, user: str = "") -> Client:
        """A client of the API that sends the user's key; a guest without one."""
        app, headers = create_application(self.site.site), {}
        if user:
            made = self.site.write(lambda ctx: keys_of(ctx, user))
            headers["authorization"] = f"token {made}"
        return Client(app, self.runner, headers)


def keys_of(ctx: Any, user: str) -> str:
    """A new API key of a user."""
    secret = generate_keys(ctx, user)
    return f"{ctx.store.get('User', user)['api_key']}:{secret}"


@contextmanager
def post_office(site: TestSite, installed: Sequence[Found] | None = None) -> Iterator[PostOffice]:
    """The site opened again by a clock of its own, with an outgoing account; `installed` are the packs to choose from
    instead of the installed ones."""
    clock = Clock()
    site.site.close()
    site.site.folder.write_settings(replace(site.site.settings, url=ADDRESS))
    made = TestSite(open_site(site.site.folder.path, installed=installed, clock=clock))
    with smtp_server(Inbox()) as inbox:
        account = {"email_account_name": "客服", "email_id": OWN, "enable_outgoing": 1, "default_outgoing": 1}
        made.insert("Email Account", **account, smtp_server="127.0.0.1", smtp_port=inbox.port, use_tls=0)
        office = PostOffice(made, clock, inbox)
        yield office
        office.runner.close()
        made.site.close()


@pytest.fixture
def post(site: TestSite) -> Iterator[PostOffice]:
    """A post office on each database."""
    with post_office(site) as office:
        yield office


@pytest.fixture
def sqlite_post(sqlite_site: TestSite) -> Iterator[PostOffice]:
    """One on SQLite, for what has nothing to do with the database."""
    with post_office(sqlite_site) as office:
        yield office
