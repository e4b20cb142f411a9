"""crm.privacy.*: seeing masked values, reports about a person, erasure, consent. Ours: Frappe has nothing like it."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from starlette.responses import Response

from crm_platform.access.privilege import require_above, require_manager
from crm_platform.api.call import Call
from crm_platform.api.methods import WRITING, ApiMethod, Method, ShellMethod
from crm_platform.api.replies import attachment, method_response
from crm_platform.documents.context import Context
from crm_platform.documents.overtaking import newest_standing
from crm_platform.errors import ValidationError
from crm_platform.privacy import consent, erasure, erasure_plan, report, subject, unmasking
from crm_platform.privacy.officers import require_officer
from crm_platform.privacy.subject import Name


def unmask(ctx: Context, doctype: str, name: str, fields: list[Any] | str, reason: str) -> dict[str, Any]:
    """What masked fields of a document hold; the audit log tells who saw it and why."""
    names = [fields] if isinstance(fields, str) else [str(field) for field in fields]
    return unmasking.unmask(ctx, doctype, name, names, reason)


def find_person(ctx: Context, identity: str) -> list[dict[str, str]]:
    """Documents with this e-mail address, telephone or identity number: candidates for a report or an erasure."""
    found = subject.find(require_officer(ctx), identity)
    return [{"doctype": doctype, "name": name} for doctype, name in found]


def has_consent(ctx: Context, doctype: str, name: str, purpose: str, channel: str = "") -> bool:
    """Whether a person who may be read has agreed to a purpose, and not withdrawn it."""
    ctx.store.get(doctype, name)
    return consent.has_consent(ctx, doctype, name, purpose, channel)


def classes(ctx: Context) -> dict[str, Any]:
    """`fields`: every field with a class of personal data or a time of retention, with who says so; `as_of` is the
    newest plan (see crm.plan.apply). For System Managers and Privacy Officers."""
    require_officer(ctx)
    fields = [
        {
            "doctype": meta.name,
            "label": ctx._(meta.name),
            "fieldname": field.fieldname,
            "field_label": ctx._(field.label or field.fieldname),
            "sensitivity": str(field.properties.get("sensitivity") or ""),
            "retention_days": int(field.properties.get("retention_days") or 0),
            "layer": meta.layer_of("sensitivity", field.fieldname),
        }
        for meta in sorted(ctx.definitions.values(), key=lambda meta: meta.name)
        for field in meta.fields
        if field.properties.get("sensitivity") or field.properties.get("retention_days")
    ]
    return {"fields": fields, "as_of": newest_standing(ctx)}


def plan_erasure(ctx: Context, doctype: str, name: str, also: list[Any] | None = None) -> list[dict[str, Any]]:
    """What an erasure would do with each document, and why it keeps some. Nothing is changed."""
    return _items(erasure_plan.plan(require_officer(ctx), _names(doctype, name, also)))


def report_person(ctx: Context, doctype: str, name: str, reason: str, also: list[Any] | None = None) -> dict[str, Any]:
    """Everything that the site holds about a person; `also` names further documents of the same person."""
    return report.report(require_officer(ctx), _names(doctype, name, also), reason)


async def download_report(call: Call, doctype: str, name: str, reason: str, also: list[Any] | None = None) -> Response:
    """The report as an archive: report.json, report.html and the files."""
    content = await call.write(lambda ctx: report_person(ctx, doctype, name, reason, also))
    translate = partial(call.site.runtime.translate, call.scope.language)
    html = report.page(content, call.scope.language, translate)
    return attachment(report.archive(content, html, call.site.services.files.content), "application/zip", "person.zip")


async def erase(call: Call, doctype: str, name: str, reason: str, also: list[Any] | None = None) -> Response:
    """Erase a person; answers what was done with each document."""
    files, names = call.site.services.files, _names(doctype, name, also)

    def work(ctx: Context) -> list[dict[str, Any]]:
        require_accounts(ctx, names)
        return _items(erasure.apply(require_officer(ctx), names, reason, files.drop))

    made = await call.write(work)
    return method_response({"documents": made, "note": erasure.BACKUPS}, call.style)


def require_accounts(ctx: Context, names: list[Name]) -> None:
    """To erase an account is to delete it: that is for System Managers, as everywhere, and none is above another."""
    for doctype, name in names:
        if doctype == "User":
            require_manager(ctx, doctype)
            require_above(ctx, name)


def _names(doctype: str, name: str, also: list[Any] | None) -> list[Name]:
    for one in also or ():
        if not isinstance(one, dict) or not isinstance(one.get("doctype"), str) or not isinstance(one.get("name"), str):
            raise ValidationError('also takes a list of documents, each as {{"doctype": …, "name": …}}.')
    further = ((one["doctype"], one["name"]) for one in also or ())
    return list(dict.fromkeys([(doctype, name), *further]))


def _items(made: erasure_plan.Plan) -> list[dict[str, Any]]:
    return [asdict(item) for item in made.items]


METHODS: tuple[Method, ...] = (
    ApiMethod("crm.privacy.unmask", unmask, writes=True),
    ApiMethod("crm.privacy.find_person", find_person),
    ApiMethod("crm.privacy.has_consent", has_consent),
    ApiMethod("crm.privacy.classes", classes),
    ApiMethod("crm.privacy.plan_erasure", plan_erasure),
    ApiMethod("crm.privacy.report_person", report_person, writes=True),
    ShellMethod("crm.privacy.download_report", download_report, writes=True, verbs=WRITING, produces="application/zip"),
    ShellMethod("crm.privacy.erase", erase, writes=True, verbs=WRITING),
)
