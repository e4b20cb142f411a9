"""The numbers of a bank at every outlet: hidden there from everybody, opened by who may with a reason, and each time
written down."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_platform.database.dump import read_manifest
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.packs.discovery import Found
from crm_platform.sites.backup import backup
from crm_platform.sites.pack_export import export as export_pack
from crm_platform.testing import TestSite, make_site
from support.api_site import Client
from support.packs import make_pack
from support.plugins import PACKS
from support.post_office import MAKE, PostOffice, post_office
from support.printing import pages
from support.receiver import Receiver, http_receiver
from support.transfer import run_export

NUMBERS = {
    "Identity Document": ("id_number", "11010519491231002X", "•••002X"),
    "Bank Account": ("bank_account_no", "6217001234567890", "•••7890"),
    "Bank Card": ("card_number", "6222021234567890128", "•••0128"),
}
"""DocType → its field, the number, and how it is shown."""
OF_OWNER = "310104198001019876"
"""The number of a beneficial owner, in a row of a KYC Review."""

ADVISOR, COMPLIANCE, CREDIT = "advisor@example.com", "compliance@example.com", "credit@example.com"
BOSS, PRIVACY, OUTSIDE = "boss@example.com", "privacy@example.com", "notary@example.org"
ROLES = {
    ADVISOR: ("Bank Advisor", "Sales User"),
    COMPLIANCE: ("Compliance Officer", "Sales User"),
    CREDIT: ("Credit Officer", "Sales User"),
    BOSS: ("System Manager", "Auditor", "Bank Advisor", "Compliance Officer"),
    PRIVACY: ("Privacy Officer",),
}
SEEN = "gesehen"


@dataclass
class Bank:
    """A site with all packs, one of somebody else that listens, a post office, and a server that webhooks call."""

    post: PostOffice
    receiver: Receiver
    names: Mapping[str, str]
    heard: list[str]
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def site(self) -> TestSite:
        return self.post.site

    def client(self, user: str) -> Client:
        if user not in self.clients:
            self.clients[user] = self.post.client(user)
        return self.clients[user]

    def call(self, user: str, method: str, **arguments: Any) -> httpx.Response:
        return self.client(user).post(f"/api/method/{method}", json=arguments)

    def unmask(self, user: str, doctype: str, reason: str) -> httpx.Response:
        asked = {"doctype": doctype, "name": self.names[doctype], "fields": [NUMBERS[doctype][0]]}
        return self.call(user, "crm.privacy.unmask", **asked, reason=reason)

    def written_down(self, doctype: str, event: str = "Unmasked") -> list[dict[str, Any]]:
        """The entries of the audit log about the document."""
        about = {"event": event, "reference_doctype": doctype, "reference_name": self.names[doctype]}
        rows = self.site.read(lambda ctx: ctx.store.list("Audit Log", fields=["*"], filters=about))
        return [dict(row) for row in rows]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("outlets")
    heard: list[str] = []
    listener = make_pack(folder, "listener", document_events=lambda self: listening(heard))
    installed = [Found(pack.manifest.id, pack) for pack in (*PACKS, listener)]
    site = make_site(folder / "site", template=packs_template)
    site.site.folder.write_settings(replace(site.site.settings, outbound_allow=["127.0.0.1"]))
    site.site = replace(site.site, settings=site.site.folder.settings())
    with http_receiver() as receiver, post_office(site, installed) as post:
        post.site.enable_pack("listener")
        for user, roles in ROLES.items():
            post.site.user(user, *roles)
        tell(post.site, receiver.url)
        yield Bank(post, receiver, open_accounts(post.site), heard)


def listening(heard: list[str]) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
    """Hooks of a pack of somebody else on everything that happens to the three DocTypes."""

    def hear(ctx: Context, doc: Document) -> None:
        values = {NUMBERS[doc.doctype][0]: doc[NUMBERS[doc.doctype][0]]}
        heard.append(f"{ctx.user} {values} {doc.as_dict()} {doc.before and doc.before.as_dict()}")

    events = ("before_validate", "validate", "after_insert", "on_update", "on_change", "on_trash")
    return {doctype: dict.fromkeys(events, hear) for doctype in NUMBERS}


def tell(site: TestSite, url: str) -> None:
    """Rules and webhooks that try to tell the numbers to everybody."""
    for doctype, (number, _, _) in NUMBERS.items():
        text = f"{SEEN} {{{{ doc.{number} }}}}"
        actions = [
            {"action": "Send Mail", "users": COMPLIANCE, "subject": text, "message": text},
            {"action": "Notify", "users": COMPLIANCE, "subject": text, "message": text},
            {"action": "Assign", "choose_by": "Everyone", "users": COMPLIANCE, "message": text},
        ]
        rule = {"document_type": doctype, "run_as": "System", "trigger": "Changed", "actions": actions}
        site.insert("Automation Rule", rule_name=f"Tell {doctype}", **rule)
        hook = {"webhook_doctype": doctype, "webhook_docevent": "on_update", "request_url": url, "run_as": COMPLIANCE}
        site.insert("Webhook", **hook)
        site.insert("Webhook", **hook, webhook_json=f'{{"told": "{text}"}}')


def open_accounts(site: TestSite) -> Mapping[str, str]:
    """A customer with a paper, an account and a card, each changed once."""
    of = str(site.insert("Customer", ADVISOR, customer_name="诸葛明", customer_type="Individual").name)
    site.insert("Product", product_code="SAV", product_name="活期储蓄")
    made = {"Customer": of}
    values: dict[str, dict[str, Any]] = {
        "Identity Document": {"customer": of},
        "Bank Account": {"customer": of, "product": "SAV"},
        "Bank Card": {},
    }
    for doctype, (number, value, _) in NUMBERS.items():
        link = {"bank_account": made["Bank Account"]} if doctype == "Bank Card" else {}
        given = {**values[doctype], **link, number: value}
        made[doctype] = str(site.insert(doctype, ADVISOR, **given).name)
    owner = {"owner_name": "司马懿", "id_number": OF_OWNER, "share": 60}
    review = {"customer": of, "findings": "股权清晰", "proposed_risk": "Low", "beneficial_owners": [owner]}
    made["KYC Review"] = str(site.insert("KYC Review", ADVISOR, **review).name)
    site.update("Identity Document", made["Identity Document"], ADVISOR, issued_by="公安局")
    site.update("Bank Account", made["Bank Account"], ADVISOR, status="Frozen")
    site.update("Bank Card", made["Bank Card"], ADVISOR, status="Blocked")
    return made


def leaks(text: str) -> list[str]:
    numbers = {**{doctype: number for doctype, (_, number, _) in NUMBERS.items()}, "KYC Review": OF_OWNER}
    return [doctype for doctype, number in numbers.items() if number in text]


def bodies(answer: httpx.Response) -> str:
    """What is in an answer, unpacked where it is an archive, as an Excel file is."""
    if answer.content[:2] != b"PK":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


Ask = Callable[[Client, Mapping[str, str]], httpx.Response]
"""function(client, what is known of the document) → what an outlet answers."""


def got(path: str, **parameters: str) -> Ask:
    """GET of `path`, with {doctype}, {name}, {field} and {number} filled in."""

    def ask(http: Client, known: Mapping[str, str]) -> httpx.Response:
        filled = {key: value.format(**known) for key, value in parameters.items()}
        return http.get(path.format(**known), params=filled)

    return ask


def entered_again(http: Client, known: Mapping[str, str]) -> httpx.Response:
    """The refusal of a document with the same number."""
    return http.post(f"/api/resource/{known['doctype']}", json={"customer": "nobody", known["field"]: known["number"]})


COLUMNS = '["name","{field}"]'
VIEW = "/api/method/frappe.desk.reportview"
OUTLETS: Mapping[str, Ask] = {
    "list": got("/api/resource/{doctype}", fields=COLUMNS),
    "read": got("/api/resource/{doctype}/{name}"),
    "form": got("/api/method/frappe.desk.form.load.getdoc", doctype="{doctype}", name="{name}"),
    "value": got("/api/method/frappe.client.get_value", doctype="{doctype}", fieldname="{field}", filters="{name}"),
    "report": got(f"{VIEW}.get", doctype="{doctype}", fields=COLUMNS),
    "print": got("/printview", doctype="{doctype}", name="{name}"),
    "csv": got(f"{VIEW}.export_query", doctype="{doctype}", fields=COLUMNS, file_format_type="CSV"),
    "xlsx": got(f"{VIEW}.export_query", doctype="{doctype}", fields=COLUMNS, file_format_type="Excel"),
    "search": got("/api/method/crm.search.query", text="{number}"),
    "link": got("/api/method/frappe.desk.search.search_link", doctype="{doctype}", txt="{number}"),
    "overview": got("/api/method/crm.desk.overview", doctype="{doctype}", name="{name}"),
    "history": got("/api/resource/Version", fields='["*"]', filters='[["docname","=","{name}"]]', limit="0"),
    "audit log": got("/api/resource/Audit Log", fields='["*"]', limit="0"),
    "explanation": got("/api/method/crm.explain.value", doctype="{doctype}", name="{name}", fieldname="{field}"),
    "filter": got("/api/resource/{doctype}", fields=COLUMNS, filters='[["{field}","=","{number}"]]'),
    "error": entered_again,
}
SHOWING = frozenset({"list", "read", "form", "value", "report", "print", "csv", "xlsx"})
"""Outlets that show the document with its number, so with the mask."""

CLOSED = {
    ADVISOR: {"csv", "xlsx", "history", "audit log", "filter", "error"},
    COMPLIANCE: {"history", "audit log", "error"},
    CREDIT: {"print", "csv", "xlsx", "history", "audit log", "filter", "error"},
    BOSS: {"error"},
    "Administrator": {"error"},
}
"""User → outlets that refuse; the same number a second time is refused for everybody."""
OUTSIDE_OF = {CREDIT: ("Identity Document", "Bank Card")}
"""User → DocTypes that the user does not even read."""


@pytest.mark.parametrize("doctype", NUMBERS)
@pytest.mark.parametrize("user", CLOSED)
def test_no_outlet_shows_a_number_whoever_asks(bank: Bank, user: str, doctype: str) -> None:
    number_field, number, mask = NUMBERS[doctype]
    known = {"doctype": doctype, "name": bank.names[doctype], "field": number_field, "number": number}
    answers = {outlet: ask(bank.client(user), known) for outlet, ask in OUTLETS.items()}
    shown = {outlet: bodies(answer).replace(f"{number_field}={number}", "") for outlet, answer in answers.items()}
    assert {outlet: text for outlet, text in shown.items() if leaks(text)} == {}
    if doctype in OUTSIDE_OF.get(user, ()):
        assert {outlet for outlet in SHOWING if answers[outlet].status_code == 200} == set()
        return
    refused = {outlet for outlet, answer in answers.items() if answer.status_code != 200}
    assert refused == CLOSED[user]
    assert {outlet for outlet in SHOWING - refused if mask not in shown[outlet]} == set()


@pytest.mark.parametrize("user", [ADVISOR, COMPLIANCE, BOSS, "Administrator"])
def test_the_number_of_an_owner_is_hidden_in_the_review_and_on_its_sheet(bank: Bank, user: str) -> None:
    about = {"doctype": "KYC Review", "name": bank.names["KYC Review"]}
    for path, parameters in (
        ("/api/resource/KYC Review/{name}", {}),
        ("/api/method/frappe.desk.form.load.getdoc", about),
        ("/printview", about | {"format": "KYC Review Sheet"}),
    ):
        shown = bank.client(user).get(path.format(**about), params=parameters)
        assert shown.status_code == 200, shown.text
        assert (leaks(shown.text), "•••9876" in shown.text) == ([], True), path
    asked = {**about, "fields": ["beneficial_owners.id_number"], "reason": "核对持股"}
    opened = bank.call(user, "crm.privacy.unmask", **asked)
    may = user != ADVISOR
    assert (opened.status_code == 200) == may
    assert (OF_OWNER in opened.text) == may


@pytest.mark.parametrize("doctype", NUMBERS)
def test_a_number_is_opened_by_who_may_with_a_reason_and_each_time_written_down(bank: Bank, doctype: str) -> None:
    number_field, number, _ = NUMBERS[doctype]
    before = len(bank.written_down(doctype))
    for user in (ADVISOR, CREDIT, PRIVACY):
        assert bank.unmask(user, doctype, "只是好奇").status_code in (403, 404)
    assert bank.unmask(COMPLIANCE, doctype, "").status_code == 417
    assert len(bank.written_down(doctype)) == before
    for reason in ("核对转账", "法院来函"):
        answer = bank.unmask(COMPLIANCE, doctype, reason)
        assert answer.json()["message"] == {number_field: number}
    entries = bank.written_down(doctype)
    assert len(entries) == before + 2
    assert {entry["user"] for entry in entries} == {COMPLIANCE}
    assert [sum(reason in str(entry) for entry in entries) for reason in ("核对转账", "法院来函")] == [1, 1]
    assert leaks(str(entries)) == []


def test_no_number_leaves_by_itself(bank: Bank, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By mail, print-outs in mails, webhooks, hooks of others, notices, the log of the server; nor in the database."""
    print_out = {"subject": "Druck", "content": SEEN, "send_email": 1, "attach_document_print": 1}
    about = {"doctype": "Identity Document", "name": bank.names["Identity Document"]}
    with caplog.at_level(logging.DEBUG):
        sent = bank.client(COMPLIANCE).post(MAKE, json={**about, "recipients": OUTSIDE, **print_out})
        bank.post.deliver()
    assert sent.status_code == 200, sent.text
    left = {
        "mails": "\n".join(text_of(message) for _, message in bank.post.inbox.taken),
        "webhooks": "\n".join(request.body.decode() for request in bank.receiver.received),
        "hooks of others": "\n".join(bank.heard),
        "log": caplog.text,
        **tables(bank.site, tmp_path / "dump"),
    }
    assert {outlet: leaks(text) for outlet, text in left.items() if leaks(text)} == {}
    for outlet in ("mails", "webhooks", "tabNotification Log", "tabToDo"):
        assert [mask for _, _, mask in NUMBERS.values() if f"{SEEN} {mask}" not in left[outlet]] == [], outlet
    assert [mask for _, _, mask in NUMBERS.values() if mask not in left["hooks of others"]] == []
    assert {OUTSIDE, COMPLIANCE} <= {recipient for recipient, _ in bank.post.inbox.taken}


def tables(site: TestSite, folder: Path) -> Mapping[str, str]:
    """Every table of the database as text."""
    site.site.runtime.database.backup(folder)
    return {entry.name: (folder / entry.file).read_text("utf-8") for entry in read_manifest(folder)}


def text_of(message: Any) -> str:
    """What somebody reads in a mail and in the print-out that is attached to it."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    texts = [
        "".join(pages(part.get_content())) if part.get_content_type() == "application/pdf" else str(part.get_content())
        for part in parts
    ]
    return "\n".join([*map(str, message.values()), *texts])


def test_files_that_leave_the_site_hold_no_number(bank: Bank, tmp_path: Path) -> None:
    """An export of the command line, the data of the pack that is taken off, a backup."""
    texts = {}
    for doctype, (number, _, mask) in NUMBERS.items():
        file = run_export(bank.site, doctype, tmp_path / f"{doctype}.csv", fields=["name", number])
        texts[doctype] = file.read_text("utf-8")
        assert mask in texts[doctype]
    export_pack(bank.site.site, "banking", tmp_path / "banking.jsonl")
    texts["pack"] = (tmp_path / "banking.jsonl").read_text("utf-8")
    backup(bank.site.site, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        texts["backup"] = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert bank.names["Bank Card"] in texts["pack"]
    assert bank.names["Bank Card"] in texts["backup"]
    assert {file: leaks(text) for file, text in texts.items() if leaks(text)} == {}


@pytest.mark.parametrize("doctype", NUMBERS)
def test_a_report_about_the_person_has_the_numbers_for_the_privacy_officer_alone(bank: Bank, doctype: str) -> None:
    """The person has a right to the whole value (GDPR article 15, PIPL article 45); who made the report is written
    down."""
    asked = {"doctype": "Customer", "name": bank.names["Customer"], "reason": "Auskunft"}
    for user in (ADVISOR, COMPLIANCE, CREDIT):
        answers = [bank.call(user, f"crm.privacy.{name}", **asked) for name in ("report_person", "download_report")]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert leaks("".join(answer.text for answer in answers)) == []
    before = len(bank.written_down("Customer", "Person Reported"))
    whole = bank.call(PRIVACY, "crm.privacy.report_person", **asked)
    archive = bank.call(PRIVACY, "crm.privacy.download_report", **asked)
    assert doctype in leaks(whole.text)
    assert doctype in leaks(bodies(archive))
    entries = bank.written_down("Customer", "Person Reported")
    assert len(entries) == before + 2
    assert {entry["user"] for entry in entries} == {PRIVACY}
