"""Fills a site with the demo data of the product and of its packs (format: crm_platform/demo/README.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain, groupby
from typing import Any, NamedTuple

import orjson

from crm_platform.demo.dates import DAY, moved
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.errors import ValidationError
from crm_platform.sites.opening import Site
from crm_platform.workflow.applying import Seen, apply

Record = Mapping[str, Any]
Progress = Callable[[int], None]
"""Told how many records are done."""


def records_of(folder: Traversable) -> Iterator[Record]:
    """The records of a `demo` folder, files in the order of their names."""
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".json"):
                yield from orjson.loads(file.read_bytes())


def demo_records(site: Site) -> list[Record]:
    """All records for a site, those of the product before those of its enabled packs."""
    packs = site.runtime.read(lambda ctx: site.source.hooks_of(ctx.definitions).packs)
    folders = [files("crm_platform") / "demo", *(pack.data / "demo" for pack in packs)]
    return [record for folder in folders for record in records_of(folder)]


def fill(site: Site, password: str, progress: Progress, more: Iterable[Record] = (), day: date = DAY) -> None:
    """Create everything in one transaction, `more` after the demo data; every user gets `password`.

    The dates of the demo data are moved so that `day` is the day they are written for. Raises what the documents API
    raises.
    """
    records = (moved(record, day - DAY) for record in demo_records(site))
    site.runtime.write(lambda ctx: Filling(site, ctx, password).run(chain(records, more), progress))


@dataclass
class Filling:
    """One filling; remembers the names behind the labels of records."""

    site: Site
    ctx: Context
    password: str
    names: dict[str, str] = field(default_factory=dict)

    def run(self, records: Iterable[Record], progress: Progress) -> None:
        """One after the other; of the records of a history those that stand together go in together."""
        done = 0
        for together, group in groupby(records, key=_together):
            for part in [list(group)] if together else ([record] for record in group):
                if together:
                    self._bring_in(together, part)
                else:
                    self._add(part[0])
                done += len(part)
                progress(done)

    def _bring_in(self, together: _Together, records: list[Record]) -> None:
        """History, at the time of its own: it has its states and read-only fields already, so the system enters it."""
        doctype, values = together.doctype, [self._resolved(record["values"]) for record in records]
        ctx = replace(self.site.system(self.ctx), clock=lambda: datetime.fromisoformat(together.at))
        if together.is_update:
            docs = [
                ctx.store.update(doctype, self._resolved(record["update"]), values[n])
                for n, record in enumerate(records)
            ]
        else:
            docs = list(ctx.store.insert_many([ctx.store.new(doctype, given) for given in values]))
        self.names |= {record["id"]: str(doc.name) for record, doc in zip(records, docs, strict=True) if "id" in record}

    def _add(self, record: Record) -> None:
        doctype = record["doctype"]
        ctx = self._as(record.get("user", ADMINISTRATOR))
        values = self._resolved(record["values"])
        if doctype == "User":
            values["new_password"] = self.password
        if "update" in record:
            name = str(ctx.store.update(doctype, self._resolved(record["update"]), values).name)
        else:
            name = str(ctx.store.insert(ctx.store.new(doctype, values)).name)
        if "id" in record:
            self.names[record["id"]] = name
        for step in record.get("actions", ()):
            self._act(doctype, name, step)

    def _act(self, doctype: str, name: str, step: Mapping[str, str]) -> None:
        """Take a workflow action, as somebody who has the document before him as it is."""
        ctx = self._as(step.get("user", ADMINISTRATOR))
        seen = Seen(modified=str(ctx.store.get(doctype, name).modified))
        apply(ctx, doctype, name, step["action"], seen)

    def _as(self, user: str) -> Context:
        return self.site.access.as_user(self.ctx, self._resolved(user))

    def _resolved(self, value: Any) -> Any:
        """`value` with every "@id" replaced by the name of that document."""
        if isinstance(value, str):
            return self._name_of(value[1:]) if value.startswith("@") else value
        if isinstance(value, dict):
            return {key: self._resolved(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._resolved(inner) for inner in value]
        return value

    def _name_of(self, label: str) -> str:
        if label not in self.names:
            raise ValidationError("The demo data name {id}, which no record before has.", id=f"@{label}")
        return self.names[label]


class _Together(NamedTuple):
    """What records of a history have in common that are brought in with one call."""

    doctype: str
    at: str
    is_update: bool


def _together(record: Record) -> _Together | None:
    """None for a record that goes in alone, with the rights of its user."""
    return _Together(record["doctype"], record["at"], "update" in record) if "at" in record else None
