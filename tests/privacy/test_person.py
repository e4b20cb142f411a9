"""A person in all stores: the report finds everything, the erasure leaves nothing but what must stay, and says why."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from crm_platform.api.idempotency import once
from crm_platform.api.privacy_methods import require_accounts
from crm_platform.app import create_worker
from crm_platform.documents.recompute import differences
from crm_platform.errors import MandatoryError, PermissionError, TimestampMismatchError, ValidationError
from crm_platform.events.forgetting import hide
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.jobs.tables import JOB
from crm_platform.privacy import audit, erasure
from crm_platform.privacy.erasure_plan import Item, plan
from crm_platform.privacy.officers import require_officer
from crm_platform.privacy.report import archive, page, report
from crm_platform.privacy.subject import find
from crm_platform.testing import TestSite
from crm_platform.transfer.merging.merging import merge
from support.definitions import row
from support.person import (
    CANARIES,
    MAIL,
    NAME,
    PAPER,
    PERSON,
    PERSONAL,
    PHONE,
    as_system,
    dropped,
    everywhere,
    fill,
    import_and_merge,
    note_moves,
    sealed,
    take_out,
    told_elsewhere,
)
from support.sabotage import defended_by, nothing


def test_the_report_has_everything_in_full_and_is_told(site: TestSite) -> None:
    fill(site)
    assert as_system(site, lambda ctx: find(ctx, PAPER)) == [PERSON]
    assert as_system(site, lambda ctx: find(ctx, PHONE)) == [PERSON]
    assert as_system(site, lambda ctx: find(ctx, MAIL)) == [PERSON]
    made = as_system(site, lambda ctx: report(ctx, [PERSON], "request 12"))
    (record,) = made["records"]
    assert record["values"] == {"title": NAME, "mail": MAIL, "paper": PAPER, "ward": "三"}
    assert record["rows"]["phones"][0]["values"] == {"phone": PHONE}
    assert [one["values"]["status"] for one in made["consents"]].count("Withdrawn") == 1
    assert [len(made[part]) for part in ("comments", "history", "files", "linked")] == [1, 1, 1, 3]
    assert {one["field"]: one["purpose"] for one in made["purposes"]}["mail"] == "Appointments"
    assert {"ToDo", "Visit"} <= {one["doctype"] for one in made["mentions"]}
    html = page(made, "zh", lambda text: text)
    assert all(text in html for text in (NAME, MAIL, PAPER, PHONE, "Appointments"))
    with zipfile.ZipFile(io.BytesIO(archive(made, html, lambda _: b"content"))) as packed:
        assert [name for name in packed.namelist() if not name.startswith("files/")] == ["report.json", "report.html"]
        assert json.loads(packed.read("report.json"))["records"][0]["values"]["paper"] == PAPER
    newest = site.read(
        lambda ctx: ctx.store.list("Audit Log", fields=["event", "reference_name"], order_by="sequence desc", limit=1)
    )
    assert newest == [{"event": "Person Reported", "reference_name": NAME}]


def test_a_report_is_a_safe_page(site: TestSite) -> None:
    site.doctype("Patient", row("title", **PERSONAL), row("note"), autoname="hash")
    name = site.insert("Patient", title="<script>alert(1)</script>", note="{{7*7}}").name
    html = page(as_system(site, lambda ctx: report(ctx, [("Patient", name)], "r")), "en", lambda text: text)
    assert "<script>" not in html
    assert "{{7*7}}" in html


def test_the_plan_says_what_happens_and_why_and_changes_nothing(site: TestSite, tmp_path: Path) -> None:
    visits = fill(site)
    before = site.site.runtime.database.digest()
    items = {(item.doctype, item.name): item for item in as_system(site, lambda ctx: plan(ctx, [PERSON])).items}
    assert site.site.runtime.database.digest() == before
    assert items[PERSON] == Item(*PERSON, "Anonymise", "", ("title", "mail", "paper", "phone"))
    assert items["Visit", visits["open"]] == Item("Visit", visits["open"], "Anonymise", "", ("patient_name", "notes"))
    assert items["Visit", visits["held"]] == Item("Visit", visits["held"], "Keep", "Court case 7")
    assert items["Visit", visits["final"]].action == "Keep"
    assert "submitted" in items["Visit", visits["final"]].reason
    actions = {doctype: item.action for (doctype, _), item in items.items() if doctype != "Visit"}
    assert actions | {"Version": "Delete"} == {
        **{"Patient": "Anonymise", "Comment": "Delete", "Version": "Delete", "Consent": "Delete", "File": "Delete"},
        **{"ToDo": "Redact"},
    }
    assert (tmp_path / "x").exists() is False


@defended_by("crm_platform.privacy.erasure:forget_history", replace_with=nothing)
@defended_by("crm_platform.documents.erased:Erased.is_in", replace_with=lambda *_: False)
@defended_by("crm_platform.documents.erased:Erased.is_told_in", replace_with=lambda *_: False)
@defended_by("crm_platform.privacy.erasure_plan:mentions", replace_with=lambda *_: ())
def test_X37_an_erased_person_is_in_no_store_but_what_must_be_kept(site: TestSite, tmp_path: Path) -> None:
    visits = fill(site)
    import_and_merge(site)
    told_elsewhere(site)
    site.insert("Patient", title="other", mail="other@example.cn")
    as_system(site, once("k", b"", lambda ctx: ctx.store.get(*PERSON).as_dict()["mail"]))
    as_system(site, lambda ctx: note_moves(ctx, PERSON, ("Patient", f"{NAME} 2"), ("Visit", visits["open"])))
    dropped(site)
    held = as_system(site, lambda ctx: ctx.store.get("Visit", visits["held"]))
    assert (held.patient_name, held.notes) == (NAME, f"write to {MAIL}")
    as_system(site, lambda ctx: take_out(ctx, visits["held"], visits["final"]))
    assert {canary: found for canary, found in everywhere(site, tmp_path / "dump").items() if found} == {}
    assert as_system(site, lambda ctx: find(ctx, PAPER)) == []
    left = as_system(site, lambda ctx: ctx.store.list("Visit", fields=["patient", "patient_name", "notes"]))
    left = [visit for visit in left if visit["patient"] != "another"]
    assert left == [{"patient": left[0]["patient"], "patient_name": None, "notes": "call ••• or •••"}]
    assert left[0]["patient"].startswith("erased-")
    (view,) = as_system(site, lambda ctx: ctx.store.list("Saved View", fields=["query"]))
    query = [["patient", "=", left[0]["patient"]], ["notes", "=", "三"]]
    assert json.loads(json.loads(view["query"])["filters"]) == query, "a view shows what it showed"
    assert len(as_system(site, lambda ctx: list(sealed(ctx)))) == 1, "the import of others can still be taken back"
    waiting = as_system(site, lambda ctx: [row["arguments"] for row in ctx.connection.fetch(JOB)])
    assert [json.loads(one) for one in waiting if "other" in one] == [{"name": "other"}], "other jobs are still done"
    left = as_system(site, lambda ctx: ctx.store.list("File", fields=("file_name",), limit=0))
    assert [row["file_name"] for row in left if row["file_name"].endswith(".csv")] == ["others.csv"]
    assert site.read(lambda ctx: list(differences(ctx))) == []
    assert site.read(audit.verify)[1] is None
    told = site.read(
        lambda ctx: ctx.store.list("Audit Log", fields=["event", "details"], order_by="sequence desc", limit=1)
    )[0]
    assert told["event"] == "Erased"
    assert json.loads(told["details"])["reason"] == "request 12"
    assert site.get("Patient", "other").mail == "other@example.cn"


@defended_by("crm_platform.privacy.changing:_recompute", replace_with=nothing)
def test_what_is_computed_from_an_erased_person_follows(site: TestSite, tmp_path: Path) -> None:
    """Formulas, roll-ups over rows and over documents that link elsewhere, and what those give in turn."""
    count = {"read_only": 1}
    gathered = {"from": "Patient", "link": "ward", "function": "sum", "field": "points"}
    reached = {"from": "Patient", "link": "ward", "function": "count", "filter": "doc.mail"}
    site.doctype("Ward", row("title"), autoname="field:title")
    site.doctype("Patient Phone", row("phone", **PERSONAL), row("points", "Int", **PERSONAL), istable=1)
    rows = {"table": "phones", "function": "sum", "field": "points"}
    site.doctype(
        "Patient",
        *(row("given", **PERSONAL), row("mail", options="Email", **PERSONAL), row("ward", "Link", options="Ward")),
        row("greeting", formula="'Hello ' + doc.given", read_only=1),
        row("phones", "Table", options="Patient Phone"),
        row("points", "Int", **count, rollup=json.dumps(rows)),
        autoname="hash",
    )
    for name, rollup in (("points", gathered), ("reachable", reached)):
        computed = {"fieldtype": "Int", "rollup": json.dumps(rollup), **count}
        site.insert("Custom Field", dt="Ward", fieldname=name, label=name, **computed)
    site.doctype("Visit", row("patient", "Link", options="Patient"), autoname="hash")
    site.insert("Ward", title="三")
    for given in (NAME, "other"):
        phones = [{"phone": PHONE, "points": 3}, {"phone": "1", "points": 4}]
        patient = site.insert("Patient", given=given, mail=MAIL if given == NAME else "", ward="三", phones=phones)
        site.insert("Visit", patient=patient.name)
    ward = site.get("Ward", "三")
    assert (ward.points, ward.reachable) == (14, 1)
    person = site.read(lambda ctx: ctx.store.list("Patient", filters={"given": NAME}))[0]["name"]
    as_system(site, lambda ctx: erasure.apply(ctx, [("Patient", person)], "request 13", lambda *_: None))
    ward = site.get("Ward", "三")
    assert (ward.points, ward.reachable) == (7, 0)
    assert site.read(lambda ctx: list(differences(ctx))) == []
    assert everywhere(site, tmp_path / "dump")[NAME] == []


def test_an_open_form_cannot_bring_erased_values_back(site: TestSite) -> None:
    visit = fill(site)["open"]
    stale = as_system(site, lambda ctx: ctx.store.get("Visit", visit))
    dropped(site)
    values = {"patient_name": NAME, "modified": str(stale["modified"])}
    with pytest.raises(TimestampMismatchError):
        as_system(site, lambda ctx: ctx.store.update("Visit", visit, values))
    assert site.get("Visit", visit).patient_name is None


def test_a_person_that_nothing_links_to_is_deleted(site: TestSite, tmp_path: Path) -> None:
    site.doctype("Patient", row("title", **PERSONAL), row("mail", options="Email", **PERSONAL), autoname="field:title")
    site.insert("Patient", title=NAME, mail=MAIL)
    site.insert("Comment", reference_doctype="Patient", reference_name=NAME, content="hi", comment_type="Comment")
    dropped(site)
    assert as_system(site, lambda ctx: ctx.store.count("Patient")) == 0
    assert {canary: found for canary, found in everywhere(site, tmp_path / "dump").items() if found} == {}


def test_a_person_under_a_hold_is_kept_whole_and_not_deleted_either(site: TestSite) -> None:
    fill(site)
    site.insert("Legal Hold", reference_doctype="Patient", reference_name=NAME, reason="Court case 8")
    items = as_system(site, lambda ctx: plan(ctx, [PERSON])).items
    assert {item.action for item in items if item.doctype in ("Patient", "Comment", "Consent")} == {"Keep"}
    with pytest.raises(ValidationError, match="legal hold"):
        as_system(site, lambda ctx: ctx.store.delete(*PERSON))


@defended_by("crm_platform.privacy.holds:_refuse_held", replace_with=nothing)
def test_X37_a_hold_goes_on_whatever_name_its_document_should_get(site: TestSite) -> None:
    site.doctype("Patient", row("title", **PERSONAL), autoname="field:title", allow_rename=1)
    for title in (NAME, "乙"):
        site.insert("Patient", title=title)
    hold = site.insert("Legal Hold", reference_doctype="Patient", reference_name=NAME, reason="Court case 8")
    for loses_it in (
        lambda ctx: ctx.store.rename("Patient", NAME, "丙"),
        lambda ctx: merge(ctx, "Patient", "乙", [NAME], {}),
    ):
        with pytest.raises(ValidationError, match="legal hold"):
            as_system(site, loses_it)
    as_system(site, lambda ctx: merge(ctx, "Patient", NAME, ["乙"], {}))
    site.update("Legal Hold", str(hold["name"]), released=1)
    assert as_system(site, lambda ctx: ctx.store.rename("Patient", NAME, "丙")) == "丙"


def test_a_hold_on_a_name_that_nobody_has_is_refused(site: TestSite) -> None:
    site.doctype("Patient", row("title", **PERSONAL), autoname="field:title")
    site.insert("Patient", title=NAME)
    about = {"reference_doctype": "Patient", "reason": "Court case 8"}
    with pytest.raises(ValidationError) as refused:
        site.insert("Legal Hold", reference_name=f"{NAME}乙", **about)
    assert [fault.field for fault in refused.value.errors] == ["reference_name"]
    with pytest.raises(MandatoryError, match="Reference Name"):
        site.insert("Legal Hold", **about)
    site.insert("Legal Hold", reference_name=NAME, **about)


def test_an_account_is_erased_from_what_it_made(site: TestSite, tmp_path: Path) -> None:
    site.user("kanari.zhuge@example.cn", "System Manager")
    site.doctype("Thing", row("title"), autoname="field:title")
    site.insert("Thing", "kanari.zhuge@example.cn", title="甲")
    as_system(site, lambda ctx: erasure.apply(ctx, [("User", MAIL)], "left", lambda *_: None))
    assert everywhere(site, tmp_path / "dump")[MAIL] == []
    assert site.get("Thing", "甲").owner.startswith("erased-")
    with pytest.raises(ValidationError, match="part of the site"):
        as_system(site, lambda ctx: plan(ctx, [("User", "Administrator")]))


def test_nothing_of_an_erased_person_is_left_in_the_files(sqlite_site: TestSite) -> None:
    """Neither in the database's pages, free ones included, nor in its log, once the worker has had its turn."""
    site = sqlite_site
    site.site.events.expect()
    visits = fill(site)
    as_system(site, lambda ctx: take_out(ctx, *visits.values()))
    site.site.runtime.database.analyze()
    assert "kanari" in raw(site)
    files = Files(Storage(site.site.folder.files))
    as_system(site, lambda ctx: erasure.apply(ctx, [PERSON], "request 12", files.drop))
    site.site.events.close()
    as_system(site, hide)
    worker = create_worker(site.site)
    while worker.run_once():
        pass
    left = raw(site)
    words = ("kanari", *(canary.casefold() for canary in CANARIES[3:]))
    assert [left[at - 60 : at + 60] for word in words for at in [left.find(word)] if at >= 0] == []


def raw(site: TestSite) -> str:
    """The bytes of every file of the site but the key, as text without capitals."""
    files = [path for path in Path(site.site.folder.path).rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files).casefold()


def test_an_officer_who_is_no_manager_erases_no_account(site: TestSite) -> None:
    site.user("boss@example.com", "System Manager")
    for user, roles, name in (
        ("officer@example.com", ("Privacy Officer",), "boss@example.com"),
        ("manager@example.com", ("Privacy Officer", "System Manager"), "Administrator"),
    ):
        site.user(user, *roles)
        with pytest.raises(PermissionError, match="may change"):
            site.write(lambda ctx, name=name: require_accounts(ctx, [("User", name)]), user)  # type: ignore[misc]
    site.write(lambda ctx: require_accounts(ctx, [("User", "boss@example.com")]), "manager@example.com")


def test_an_identity_is_found_and_erased_however_it_is_written(site: TestSite, tmp_path: Path) -> None:
    site.doctype("Patient", row("title", **PERSONAL), row("mail", options="Email", **PERSONAL), autoname="hash")
    name = site.insert("Patient", title="诸葛", mail="Kan_ari.Zhuge@Example.cn").name
    site.insert("Patient", title="other", mail="KanXari.Zhuge@Example.cn")
    site.insert("ToDo", description="ask kan_ari.ZHUGE@example.CN", allocated_to="Administrator")
    assert as_system(site, lambda ctx: find(ctx, "kan_ari.zhuge@example.cn")) == [("Patient", name)]
    as_system(site, lambda ctx: erasure.apply(ctx, [("Patient", name)], "request", lambda *_: None))
    (task,) = site.read(lambda ctx: ctx.store.list("ToDo", fields=("description",)))
    assert "kan_ari" not in task["description"].lower()


def test_only_officers_look_into_a_person(site: TestSite) -> None:
    site.user("officer@example.com", "Privacy Officer")
    site.user("clerk@example.com", "Sales Manager")
    assert site.read(require_officer, "officer@example.com").user == "officer@example.com"
    with pytest.raises(PermissionError):
        site.read(require_officer, "clerk@example.com")


def test_without_personal_fields_nothing_is_guessed(site: TestSite) -> None:
    site.doctype("Plain", row("title"), autoname="field:title")
    site.doctype("Visit", row("plain", "Link", options="Plain"), autoname="hash")
    site.insert("Plain", title="甲")
    site.insert("Visit", plain="甲")
    with pytest.raises(ValidationError, match="sensitivity"):
        as_system(site, lambda ctx: plan(ctx, [("Plain", "甲")]))
