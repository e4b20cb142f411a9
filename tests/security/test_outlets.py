"""What leaves a site by itself – mails, calls, notifications, logs, jobs, the index – holds nothing that is masked, and
nothing of a level that is closed to who set it off or gets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crm_platform.database.dump import read_manifest
from crm_platform.search.query import search
from crm_platform.testing import TestSite
from support.definitions import row
from support.post_office import PostOffice, post_office
from support.privacy_site import CARDS, CLERK, CLIENT, client, leaks
from support.receiver import Receiver, receiver
from support.sabotage import always, defended_by, nothing

__all__ = ["receiver"]

CLOSED = "KANARI-CLOSED-LEVEL"
OUTSIDE = "partner@example.org"
SEEN = "gesehen"
EVERY_FIELD = " ".join(
    f"{{{{ doc.{name} or '' }}}}"
    for name in ("id_number", "card", "mobile", "mail", "person", "pay", "higher", "closed")
)
ROWS = "{% for row in doc.cards %}{{ row.account }}{% endfor %}"
TEXT = f"{SEEN} {EVERY_FIELD} {ROWS}"
EVERYTHING = {"read": 1, "write": 1, "create": 1, "delete": 1, "print": 1}


@dataclass
class Outlets:
    """A site whose documents leave it by every way that there is."""

    post: PostOffice
    receiver: Receiver
    folder: Path

    @property
    def site(self) -> TestSite:
        return self.post.site

    def change(self, user: str) -> None:
        """Somebody changes the document, and every job of it is done; the state of the jobs before is kept."""
        self.site.update("Client", "C1", user, remark=f"von {user}")
        self.dump(f"before {user}")
        self.post.deliver()
        self.dump(f"after {user}")

    def dump(self, name: str) -> None:
        self.site.site.runtime.database.backup(self.folder / name)

    def left(self) -> Iterator[tuple[str, str]]:
        """(outlet, text) of everything that was sent, told, logged or queued."""
        for recipient, message in self.post.inbox.taken:
            parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
            yield f"mail to {recipient}", "\n".join(str(part) for part in [*message.values(), *parts])
        for request in self.receiver.received:
            yield "webhook", request.body.decode() + str(request.headers)
        for folder in sorted(self.folder.iterdir()):
            for table in read_manifest(folder):
                if table.name not in ("tabClient", "tabBank Card"):
                    yield table.name, (folder / table.file).read_text("utf-8")
        for text in ("诸葛", "C1", "6222", "KANARI", "zhang"):
            for user in (CLERK, "Administrator"):
                found = self.site.read(lambda ctx, text=text: search(ctx, text), user)
                yield f"search by {user}", repr(found).replace(repr(text), "")

    def found(self, told: Callable[[str], list[str]]) -> dict[str, list[str]]:
        return {outlet: told(text) for outlet, text in self.left() if told(text)}


@pytest.fixture
def outlets(site: TestSite, receiver: Receiver, tmp_path: Path) -> Iterator[Outlets]:
    site.site.folder.write_settings(replace(site.site.settings, outbound_allow=["127.0.0.1"]))
    site.site = replace(site.site, settings=site.site.folder.settings())
    with post_office(site) as post:
        _define(post.site)
        yield Outlets(post, receiver, tmp_path / "dumps")


def _define(site: TestSite) -> None:
    for role in ("Clerk", "Officer"):
        site.role(role)
    site.user(CLERK, "Clerk")
    fields = [*CLIENT["fields"], row("closed", permlevel=2, in_global_search=1)]  # type: ignore[misc]
    permissions = [
        {"role": "System Manager", **EVERYTHING},
        *({"role": "System Manager", "permlevel": level, "read": 1, "write": 1} for level in (1, 2)),
        {"role": "Clerk", **EVERYTHING},
        {"role": "Clerk", "permlevel": 1, "read": 1},
    ]
    site.insert("DocType", module="CRM", custom=1, **CARDS)
    shape = {**CLIENT, "fields": fields, "permissions": permissions, "index_web_pages_for_search": 1}
    site.insert("DocType", module="CRM", custom=1, **shape)
    site.insert("Client", **client("C1", closed=CLOSED))


def _tell(site: TestSite, url: str, run_as: str) -> None:
    """Rules, Frappe's notifications and webhooks that try to tell all of it to everybody."""
    site.insert("Email Template", name="All", subject=TEXT, use_html=1, response_html=TEXT)
    actions = [
        {"action": "Send Mail", "users": CLERK, "subject": TEXT, "message": TEXT},
        {"action": "Send Mail", "users": CLERK, "email_template": "All"},
        {"action": "Notify", "users": CLERK, "subject": TEXT, "message": TEXT},
        {"action": "Assign", "choose_by": "Everyone", "users": CLERK, "message": TEXT},
    ]
    rule = {"document_type": "Client", "run_as": run_as, "trigger": "Changed", "condition": "doc.pay != 1"}
    site.insert("Automation Rule", rule_name="Tell", actions=actions, **rule)
    hook = {"webhook_doctype": "Client", "webhook_docevent": "on_update", "request_url": url, "run_as": CLERK}
    site.insert("Webhook", **hook)
    site.insert("Webhook", **hook, webhook_json=json.dumps({"all": TEXT}))


@defended_by("crm_platform.database.reading:mask_rows", replace_with=nothing)
def test_B11_B18_B23_no_masked_value_leaves_by_itself(outlets: Outlets) -> None:
    """Not even where a rule runs as the system, and an administrator sets it off."""
    _tell(outlets.site, outlets.receiver.url, "System")
    outlets.change("Administrator")
    outlets.change(CLERK)
    assert outlets.found(leaks) == {}
    told = {outlet for outlet, text in outlets.left() if SEEN in text or "C1" in text}
    assert {f"mail to {CLERK}", "webhook", "tabNotification Log", "tabAutomation Log"} <= told


@defended_by("crm_platform.documents.wire:hidden_fields", replace_with=always(frozenset()))
def test_B11_B18_B23_no_value_of_a_closed_level_leaves_by_who_may_not_read_it(outlets: Outlets) -> None:
    _tell(outlets.site, outlets.receiver.url, "Triggering User")
    outlets.change(CLERK)

    def told(text: str) -> list[str]:
        return [CLOSED] if CLOSED in text else []

    assert outlets.found(told).keys() <= {"search by Administrator"}
    assert {f"mail to {CLERK}", "webhook"} <= {outlet for outlet, text in outlets.left() if SEEN in text}
