"""What erasing a person would do, document by document, and why some are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Literal

from crm_platform.documents.coerce import empty
from crm_platform.documents.context import ADMINISTRATOR, GUEST, Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import load
from crm_platform.errors import ValidationError
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import Field
from crm_platform.privacy.holds import holds
from crm_platform.privacy.redaction import mentions
from crm_platform.privacy.subject import Name, Subject, gather, parts, personal

Action = Literal["Delete", "Anonymise", "Redact", "Keep"]
SUBMITTED = 1
FINAL = "It is submitted: a record that must stay as it is."
ERASED = "Erased"
SEALED = frozenset({"Email Queue"})
"""DocTypes that keep the same texts sealed as well, where nothing can be taken out of them: what mentions goes."""


@dataclass(frozen=True)
class Item:
    """What becomes of one document. `fields` are those that are emptied; `reason` says why it is kept."""

    doctype: str
    name: str
    action: Action
    reason: str = ""
    fields: tuple[str, ...] = ()

    @property
    def key(self) -> Name:
        return self.doctype, self.name


@dataclass
class Plan:
    """What an erasure would do: `found` says it of each document, `changes` is for doing it."""

    subject: Subject
    found: dict[Name, Item] = field(default_factory=dict)
    changes: dict[Name, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Document → name of it or of one of its rows → new values."""

    @property
    def items(self) -> list[Item]:
        return list(self.found.values())

    def add(self, key: Name, action: Action, reason: str = "", fields: Iterable[str] = ()) -> None:
        """Say what becomes of a document; more fields of one that changes already are added."""
        known = self.found.get(key)
        before = known.fields if known is not None and known.fields else ()
        doing: Action = known.action if known is not None and before else action
        self.found[key] = Item(*key, doing, reason, tuple(dict.fromkeys((*before, *fields))))


def plan(ctx: Context, names: list[Name]) -> Plan:
    """Look at everything that hangs on these documents, and change nothing. `ctx` acts as the system.

    Raises DoesNotExistError, ValidationError for an account that the site needs.
    """
    for doctype, name in names:
        if doctype == "User" and name in (ADMINISTRATOR, GUEST):
            raise ValidationError("The account {name} is part of the site and cannot be erased.", name=name)
    made, held = Plan(gather(ctx, names)), holds(ctx)
    staying = _plan_linked(ctx, made, held)
    _plan_persons(made, held, staying)
    _plan_belonging(made, held)
    _plan_mentions(ctx, made, held)
    for key in made.subject.linked.keys() - made.found.keys():
        made.add(key, "Keep", "It holds no personal data of its own.")
    return made


def _plan_linked(ctx: Context, made: Plan, held: Mapping[Name, str]) -> set[Name]:
    """Documents that name the person stay, without what they copied of him; returns the persons they keep alive."""
    staying = set()
    for key, (owner, link) in made.subject.linked.items():
        staying.add(owner)
        doc = load(ctx, ctx.definitions[key[0]], key[1])
        if doc is None:
            continue
        changes = _copied(made.subject, doc, link)
        if key in held or _is_final(doc):
            made.add(key, "Keep", held.get(key, FINAL))
        elif changes:
            _note(made, doc, changes)
    return staying


def _is_final(doc: Document) -> bool:
    return bool(doc["docstatus"] == SUBMITTED)


def _copied(subject: Subject, doc: Document, link: Field) -> dict[str, dict[str, Any]]:
    """Personal fields that were fetched through the link to the person, or that hold one of his identities."""
    found: dict[str, dict[str, Any]] = {}
    for part in parts(doc):
        for f in personal(part.meta):
            value = plain_of(part[f.fieldname])
            fetched = f.fetch_from.partition(".")[0] == link.fieldname
            if value not in (None, "", 0) and (fetched or value in subject.identities):
                found.setdefault(str(part["name"]), {})[f.fieldname] = neutral(f)
    return found


def _plan_persons(made: Plan, held: Mapping[Name, str], staying: set[Name]) -> None:
    for key, doc in made.subject.documents.items():
        if key in held or _is_final(doc):
            made.add(key, "Keep", held.get(key, FINAL))
        elif key in staying or key[0] == "User":
            _note(made, doc, _personal_values(doc))
        else:
            made.add(key, "Delete")


def _personal_values(doc: Document) -> dict[str, dict[str, Any]]:
    """Raises ValidationError when nobody has said which fields of the DocType are personal."""
    found = {
        str(part["name"]): {f.fieldname: neutral(f) for f in personal(part.meta)}
        for part in parts(doc)
        if personal(part.meta)
    }
    if not personal(doc.meta):
        raise ValidationError(
            "{doctype} {name} must stay, as others link to it, but no field of {doctype} is marked as personal. "
            "Set the sensitivity of its fields first.",
            doctype=doc.doctype,
            name=doc["name"],
        )
    return found


def neutral(f: Field) -> Any:
    """What stands in the place of an erased value."""
    if f.storage == "text" and f.reqd:
        return f"{ERASED}-{token_hex(4)}" if f.unique else ERASED
    return empty(f)


def _note(made: Plan, doc: Document, changes: dict[str, dict[str, Any]]) -> None:
    key = (doc.doctype, str(doc["name"]))
    made.changes[key] = changes
    made.add(key, "Anonymise", fields=(name for values in changes.values() for name in values))


def _plan_belonging(made: Plan, held: Mapping[Name, str]) -> None:
    """What belongs to a document of the person goes and stays with it."""
    for key, owner in made.subject.belonging.items():
        reason = held.get(key) or (made.found[owner].reason if made.found[owner].action == "Keep" else "")
        made.add(key, "Keep" if reason else "Delete", reason)


def _plan_mentions(ctx: Context, made: Plan, held: Mapping[Name, str]) -> None:
    settled = {item.key for item in made.items if item.action in ("Delete", "Keep")}
    for mention in mentions(ctx, made.subject.identities, settled):
        if mention.owner in held:
            made.add(mention.owner, "Keep", held[mention.owner])
            continue
        if mention.owner[0] in SEALED:
            made.add(mention.owner, "Delete")
            continue
        values = made.changes.setdefault(mention.owner, {}).setdefault(mention.name, {})
        made.changes[mention.owner][mention.name] = {**mention.texts, **values}
        made.add(mention.owner, "Redact", fields=mention.texts)
