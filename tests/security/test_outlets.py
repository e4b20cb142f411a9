"""What leaves a site by itself – mails, calls, notifications, logs, jobs, the index – holds nothing that is masked, and
nothing of a level that is closed to who set it off or gets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from crm_platform.database.dump import read_manifest
from crm_platform.search.query import search
from crm_platform.testing import TestSite
from crm_platform.transfer.report import Report
from support.definitions import row
from support.post_office import MAKE, PostOffice, post_office
from support.printing import pages
from support.privacy_site import CARDS, CLERK, CLIENT, ID_NUMBER, client, leaks
from support.receiver import Receiver, receiver
from support.sabotage import always, defended_by, nothing
from support.transfer import run_import, write_csv

__all__ = ["receiver"]

CLOSED = "KANARI-CLOSED-LEVEL"
OUTSIDE = "partner@example.org"
SEEN = "gesehen"
FIELDS = ("id_number", "card", "mobile", "mail", "person", "pay", "higher", "closed")
EVERY_FIELD = " ".join(f"{{{{ doc.{name} or '' }}}}" for name in FIELDS)
ROWS = "{% for row in doc.cards %}{{ row.account }}{% endfor %}"
TEXT = f"{SEEN} {EVERY_FIELD} {ROWS}"
EVERYTHING = dict.fromkeys(("read", "write", "create", "delete", "print", "email", "import"), 1)


@dataclass
class Outlets:
    """A site whose documents leave it by every way that there is."""

    post: PostOffice
    receiver: Receiver
    folder: Path
    answers: list[tuple[str, str]] = field(default_factory=list)
    """(outlet, text) of what was asked for on the way."""

    @property
    def site(self) -> TestSite:
        return self.post.site

    def change(self, user: str) -> None:
        """Somebody changes the document, mails its print-out, imports over it and has it explained, and every job is
        done. The state of the jobs before is kept."""
        self.site.update("Client", "C1", user, remark=f"von {user}")
        client = self.post.client(user)
        print_out = {"subject": "Druck", "content": SEEN, "send_email": 1, "attach_document_print": 1}
        made = client.post(MAKE, json={"doctype": "Client", "name": "C1", "recipients": OUTSIDE, **print_out})
        assert made.status_code == 200, made.text
        for fieldname in FIELDS:
            about = {"doctype": "Client", "name": "C1"}
            for method, named in (("crm.explain.value", "fieldname"), ("crm.access.explain", "field")):
                told = client.get(f"/api/method/{method}", params={**about, named: fieldname})
                self.answers.append((f"{method} by {user}", told.text))
        self.answers.append((f"import by {user}", repr(self.import_over(user))))
        self.dump(f"before {user}")
        self.post.deliver()
        self.dump(f"after {user}")

    def import_over(self, user: str) -> Report:
        """Values that are there already, and some that are none: each row is refused, and says why."""
        rows = (["C2", ID_NUMBER, "5"], ["C3", "11010119900307", "kein Geld"], ["C1", ID_NUMBER, ""])
        file = write_csv(self.folder.parent / "over.csv", ["code", "id_number", "pay"], *rows)
        report = run_import(self.site, "Client", file, user=user)
        assert report.refused > 1
        return report

    def dump(self, name: str) -> None:
        self.site.site.runtime.database.backup(self.folder / name)

    def left(self) -> Iterator[tuple[str, str]]:
        """(outlet, text) of everything that was sent, told, logged or queued."""
        for recipient, message in self.post.inbox.taken:
            parts = [text_of(part) for part in message.walk() if not part.is_multipart()]
            yield f"mail to {recipient}", "\n".join(str(part) for part in [*message.values(), *parts])
        yield from self.answers
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


def text_of(part: EmailMessage) -> str:
    """What somebody reads in a part of a mail; of a print-out its text."""
    content = part.get_content()
    return "".join(pages(content)) if part.get_content_type() == "application/pdf" else str(content)


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
    for name in FIELDS:
        failing = {"action": "Notify", "users": CLERK, "subject": f"{{{{ doc.{name}|date }}}}", "message": SEEN}
        site.insert("Automation Rule", rule_name=f"Fail over {name}", actions=[failing], **rule)
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
    assert {f"mail to {CLERK}", "webhook", "tabNotification Log", "tabAutomation Log", "_job"} <= told
    assert "crm.explain.value by Administrator" in {outlet for outlet, _ in outlets.left()}
    sent = [message for recipient, message in outlets.post.inbox.taken if recipient == OUTSIDE]
    assert sent and all("application/pdf" in [part.get_content_type() for part in message.walk()] for message in sent)


@defended_by("crm_platform.documents.wire:hidden_fields", replace_with=always(frozenset()))
def test_B11_B18_B23_no_value_of_a_closed_level_leaves_by_who_may_not_read_it(outlets: Outlets) -> None:
    _tell(outlets.site, outlets.receiver.url, "Triggering User")
    outlets.change(CLERK)

    def told(text: str) -> list[str]:
        return [CLOSED] if CLOSED in text else []

    assert outlets.found(told).keys() <= {"search by Administrator"}
    assert {f"mail to {CLERK}", "webhook"} <= {outlet for outlet, text in outlets.left() if SEEN in text}
