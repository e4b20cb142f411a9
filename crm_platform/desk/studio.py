"""crm.studio.*: definitions as the studio shapes them: which layer says what, and what of it is the site's own."""

from __future__ import annotations

from typing import Any

from crm_platform.api.definitions import doctype_of, shown
from crm_platform.api.plan_jobs import require_manager
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import OWNER_KEYS, site_bodies, site_definitions
from crm_platform.documents.overtaking import newest_standing
from crm_platform.metadata.layers import ENGINE, SITE
from crm_platform.metadata.model import DocType, Field
from crm_platform.metadata.records import Definition

CHANGES = ("Custom Field", "Property Setter")


def doctypes(ctx: Context) -> list[dict[str, Any]]:
    """All DocTypes, child tables among them, with the layer that each comes from. For System Managers."""
    require_manager(ctx)
    changed = {_owner(one) for kind in CHANGES for one in site_definitions(ctx, kind)}
    found = [_listed(ctx, meta, changed) for meta in ctx.definitions.values()]
    return sorted(found, key=lambda one: (one["module"], one["name"]))


def doctype(ctx: Context, doctype: str) -> dict[str, Any]:
    """One effective definition, untranslated, and who says what in it. For System Managers.

    `own` is the site's stored DocType (null for one of the product or a pack); `layers` names the layer of each field,
    `provenance` that of each property which another layer than the field's changed ("property" or
    "fieldname.property"); `custom_fields` and `setters` are the site's records that change the DocType, `permissions`
    the names of its Custom DocPerms, which replace the delivered rights. `labels` translates the labels and
    descriptions of fields. `as_of` is the newest plan: sent with a draft, it keeps that from overwriting what others do
    meanwhile.
    Raises PermissionError, DoesNotExistError.
    """
    meta = doctype_of(require_manager(ctx), doctype)
    body = shown(meta)
    generated = {field.fieldname for field in meta.fields if field.layer == ENGINE}
    return {
        "doctype": {**body, "fields": [row for row in body["fields"] if row["fieldname"] not in generated]},
        "labels": {text: ctx._(text) for field in meta.fields for text in _words(field)},
        "layer": meta.layer,
        "own": site_bodies(ctx, [("DocType", doctype)])["DocType", doctype],
        "layers": {field.fieldname: field.layer for field in meta.fields},
        "provenance": dict(meta.provenance),
        "custom_fields": [_record(one) for one in _of_site(ctx, "Custom Field", doctype)],
        "setters": [_record(one) for one in _of_site(ctx, "Property Setter", doctype)],
        "permissions": [one.name for one in _of_site(ctx, "Custom DocPerm", doctype)],
        "as_of": newest_standing(ctx),
    }


def _of_site(ctx: Context, kind: str, doctype: str) -> list[Definition]:
    return [one for one in site_definitions(ctx, kind) if _owner(one) == doctype]


def _words(field: Field) -> list[str]:
    """What people read of a field."""
    return [text for text in (field.label, str(field.properties.get("description") or "")) if text]


def _owner(one: Definition) -> str:
    return str(one.body.get(OWNER_KEYS[one.kind]))


def _record(one: Definition) -> dict[str, Any]:
    return {**one.body, "doctype": one.kind, "name": one.name}


def _listed(ctx: Context, meta: DocType, changed: set[str]) -> dict[str, Any]:
    return {
        "name": meta.name,
        "label": ctx._(meta.name),
        "module": meta.module,
        "layer": meta.layer,
        "is_changed": meta.layer != SITE and meta.name in changed,
        "istable": int(meta.istable),
        "issingle": int(meta.issingle),
        "is_submittable": int(meta.is_submittable),
        "fields": sum(field.layer != ENGINE for field in meta.fields),
    }
