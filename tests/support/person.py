"""A person in all stores of a site, and what finds whatever is left of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crm_platform.database.system import ORIGIN, SECRET, STATE_MOVE
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.naming import random_name
from crm_platform.documents.saving import write_as_is
from crm_platform.files.attachments import Files, Upload
from crm_platform.files.storage import Storage
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.tables import DONE, FAILED, JOB
from crm_platform.privacy import erasure
from crm_platform.search.index import index_of
from crm_platform.search.tokens import tokens
from crm_platform.testing import TestSite
from crm_platform.transfer.importing import with_key, without_mapping
from crm_platform.transfer.journal import IMPORT_PART
from crm_platform.transfer.merging.journal import MERGE_CONTENT
from crm_platform.transfer.merging.merging import merge
from support.definitions import row
from support.transfer import run_import, write_csv

PERSON = ("Patient", "诸葛孔明-KANARI")
NAME, MAIL, FORMER = "诸葛孔明-KANARI", "kanari.zhuge@example.cn", "former.kanari@example.cn"
PAPER, PHONE = "11010119900307775X", "+8613912345678"
CANARIES = (NAME, MAIL, FORMER, PAPER, PHONE)
PERSONAL = {"sensitivity": "Personal"}


def fill(site: TestSite) -> dict[str, str]:
    """One person in a document with rows, linked documents, history, comments, files, mails, consents and texts."""
    site.doctype("Patient Phone", row("phone", "Phone", **PERSONAL), istable=1)
    site.doctype(
        "Patient",
        row("title", reqd=1, in_global_search=1, **PERSONAL),
        row("mail", options="Email", purpose="Appointments", in_global_search=1, **PERSONAL),
        row("paper", sensitivity="Secret", mask_format="ID Number", exact_search=1),
        row("phones", "Table", options="Patient Phone"),
        row("ward"),
        autoname="field:title",
        track_changes=1,
        title_field="title",
        allow_import=1,
        index_web_pages_for_search=1,
    )
    site.doctype("Ward", row("title"), row("notes", "Text"), autoname="field:title")
    site.doctype(
        "Visit",
        row("patient", "Link", options="Patient", reqd=1),
        row("patient_name", fetch_from="patient.title", **PERSONAL),
        row("notes", "Text"),
        autoname="hash",
        track_changes=1,
        is_submittable=1,
    )
    site.insert("Patient", title=NAME, mail=FORMER, paper=PAPER, ward="三", phones=[{"phone": PHONE}])
    site.update("Patient", NAME, mail=MAIL)
    visits = {
        kind: site.insert("Visit", patient=NAME, notes=f"write to {MAIL}").name for kind in ("open", "held", "final")
    }
    site.update("Visit", visits["open"], notes=f"call {PHONE} or {FORMER}")
    site.update("Visit", visits["final"], docstatus=1)
    site.insert("Legal Hold", reference_doctype="Visit", reference_name=visits["held"], reason="Court case 7")
    site.insert("Comment", reference_doctype="Patient", reference_name=NAME, content=MAIL, comment_type="Comment")
    site.insert("ToDo", description=f"ask {MAIL}", allocated_to="Administrator")
    for status in ("Given", "Withdrawn"):
        about = {"reference_doctype": "Patient", "reference_name": NAME}
        site.insert("Consent", **about, purpose="News", status=status, evidence=f"signed by {NAME}")
    paper = {"attached_to_doctype": "Patient", "attached_to_name": NAME, "is_private": 1}
    as_system(site, lambda ctx: ctx.store.insert(ctx.store.new("File", {"file_name": f"{NAME}.txt", **paper})))
    return visits


def told_elsewhere(site: TestSite) -> None:
    """The person in jobs of every state, in mail and calls that wait, and in an uploaded table."""
    about = {"reference_doctype": "Patient", "reference_name": NAME}
    waiting = {"sender": "us@example.org", "recipients": [{"recipient": MAIL}], "status": "Not Sent", **about}
    letter = {"subject": f"An {MAIL}", "message": PHONE, "template_data": json.dumps({"mail": MAIL})}
    query = json.dumps({"filters": json.dumps([["patient", "=", NAME], ["notes", "=", "三"]])})
    site.insert("Saved View", label="诸葛", reference_doctype="Visit", query=query)
    site.insert("Patient", title="another")
    visit = site.insert("Visit", patient=NAME, notes="of another").name
    site.update("Visit", visit, patient="another")
    call = {"reference_doctype": "Patient", "reference_document": NAME, "status": "Queued", "url": "https://x.example"}
    tables = {"recorded.csv": f"name,mail\n{NAME},{FORMER}\n", "others.csv": "name,mail\nother,other@example.cn\n"}

    def tell(ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Email Queue", {**waiting, **letter}))
        elsewhere = {
            **waiting,
            "reference_doctype": None,
            "reference_name": None,
            "sealed_message": f"to {NAME}, {MAIL}",
        }
        ctx.store.insert(ctx.store.new("Email Queue", elsewhere))
        ctx.store.insert(ctx.store.new("Webhook Request Log", {**call, "data": json.dumps({"mail": MAIL})}))
        for arguments in ({"name": NAME}, {"to": [MAIL.upper()]}, {"name": "other"}):
            enqueue(ctx, "core:search", arguments)
        done = enqueue(ctx, "core:search", {"of": "done"})
        ctx.connection.change(JOB, {"state": DONE, "result": json.dumps([f"told {PHONE}"])}, {"id": done})
        failed = enqueue(ctx, "core:search", {"of": "failed"})
        ctx.connection.change(JOB, {"state": FAILED, "error": f"{MAIL} is not reachable"}, {"id": failed})
        for name, content in tables.items():
            upload = Upload(name, io.BytesIO(content.encode()))
            files = Files(Storage(site.site.folder.files))
            files.record(ctx, upload, files.store(upload))

    as_system(site, tell)
    logged(site)


def logged(site: TestSite) -> None:
    """The person in what tells of documents, and in what is noted beside them."""
    about = {"reference_doctype": "Patient", "reference_name": NAME}
    by_name = {"document_type": "Patient", "document_name": NAME}
    logs = (
        (
            "Notification Log",
            {"for_user": "Administrator", "subject": f"{NAME} 到期", "email_content": MAIL, **by_name},
        ),
        ("Automation Log", {"rule": "r", "done": f"title is set to {NAME}.", "reason": f"{MAIL} is new", **by_name}),
        ("Error Log", {"method": "m", "error": f"{NAME}: {PHONE}", **about}),
        ("Activity Log", {"subject": f"{NAME} saved", "content": MAIL, **about}),
        ("Communication", {"subject": f"Re: {NAME}", "sender": MAIL, "content": f"<p>{PHONE}</p>", **about}),
        ("Tag Link", {"document_type": "Patient", "document_name": NAME, "tag": "Kanari"}),
        ("DocShare", {"share_doctype": "Patient", "share_name": NAME, "user": "Administrator", "read": 1}),
    )
    setters = {"title": ["notes", "1.0", "Patient.validate", "2026-01-01T00:00:00+00:00"]}

    def tell(ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Tag", {"name": "Kanari"}))
        for kind, values in logs:
            write_as_is(ctx, [log(ctx, kind, values)])
        ctx.connection.put(ORIGIN, {"doctype": "Patient", "name": NAME, "setters": json.dumps(setters)})

    as_system(site, tell)


def log(ctx: Context, kind: str, values: dict[str, Any]) -> Document:
    return Document(ctx.definitions[kind], ctx.definitions, {"name": random_name(), **values})


def import_and_merge(site: TestSite) -> None:
    """What imports and merges keep, so that they can be taken back."""
    with TemporaryDirectory() as folder:
        file = write_csv(Path(folder) / "wards.csv", ["title", "ward"], [NAME, "四"], ["imported", "五"])
        run_import(site, "Patient", file, with_key(without_mapping("Patient"), ["title"]))
    site.insert("Patient", title=f"{NAME} 2", mail="twice.kanari@example.cn", phones=[{"phone": PHONE}])
    site.write(lambda ctx: merge(ctx, "Patient", NAME, [f"{NAME} 2"], {}))
    site.update("Patient", NAME, ward="三")
    site.insert("Ward", title="A")
    site.insert("Ward", title="B", notes=f"first {MAIL}")
    site.write(lambda ctx: merge(ctx, "Ward", "A", ["B"], {}))
    site.update("Ward", "A", notes="")


def everywhere(site: TestSite, folder: Path) -> dict[str, list[str]]:
    """Every line of every table, index and log of the site that still names the person."""
    site.site.runtime.database.backup(folder)
    lines = [line for path in folder.iterdir() for line in path.read_text("utf-8").splitlines()]
    lines += as_system(site, lambda ctx: list(sealed(ctx)))
    lines += as_system(site, lambda ctx: [ctx.runtime.cipher.decrypt(row["ciphertext"]) for row in _secrets(ctx)])
    lines += as_system(site, lambda ctx: list(_indexed(ctx)))
    lines += [path.read_text("utf-8", "replace") for path in site.site.folder.files.rglob("*") if path.is_file()]
    return {canary: [line for line in lines if canary in line] for canary in CANARIES}


def sealed(ctx: Context) -> Iterator[str]:
    """What is encrypted and no field of a document."""
    for table in (IMPORT_PART, MERGE_CONTENT):
        yield from (ctx.runtime.cipher.decrypt(row["content"]) for row in ctx.connection.fetch(table))


def _indexed(ctx: Context) -> Iterator[str]:
    """Each entry of the search index with the canaries whose words it has: a backup does not hold it."""
    for values in ctx.connection.rows("SELECT * FROM search_entry"):
        entry = " ".join(str(value) for value in values)
        yield " ".join([entry, *(canary for canary in CANARIES if all(token in entry for token in tokens(canary)))])


def take_out(ctx: Context, *visits: str) -> None:
    """Remove visits that nobody may delete, also from the index."""
    for name in visits:
        ctx.connection.delete_rows(ctx.definitions["Visit"], {"name": name})
    index_of(ctx.connection).drop("Visit", visits)
    index_of(ctx.connection).settle()


def note_moves(ctx: Context, *documents: tuple[str, str]) -> None:
    """As a plan notes them that has moved documents to another workflow state."""
    for doctype, name in documents:
        about = {"plan": 1, "table_name": f"tab{doctype}", "column_name": "status", "name": name}
        ctx.connection.add(STATE_MOVE, {**about, "was": "Open", "became": "Draft"})


def _secrets(ctx: Context) -> list[dict[str, Any]]:
    """Sealed messages and their like; not what opens an account."""
    return [row for row in ctx.connection.fetch(SECRET) if row["doctype"] != "User"]


def as_system(site: TestSite, work: Any) -> Any:
    return site.system(lambda ctx: work(ctx.as_system()))


def dropped(site: TestSite) -> list[str]:
    gone: list[str] = []
    as_system(site, lambda ctx: erasure.apply(ctx, [PERSON], "request 12", lambda _, url: gone.append(url)))
    return gone
