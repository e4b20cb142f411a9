"""Checks of fetch_from: it goes through a Link to a field that is there, and never round in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.model import Definitions, DocType, Field

Step = tuple[str, str]
"""A field as (DocType, fieldname)."""

_VIRTUAL_TARGETS = frozenset({"name", "owner", "creation", "modified", "modified_by", "docstatus", "idx"})


def _path(field: Field) -> tuple[str, str]:
    link, _, source = field.fetch_from.strip().partition(".")
    return link.strip(), source.strip()


def _fetching(doctype: DocType) -> Iterator[tuple[Field, str, str]]:
    for f in doctype.fields:
        link, source = _path(f)
        if link and source:
            yield f, link, source


def _malformed(doctype: DocType, _: World) -> Iterator[Fault]:
    for f in doctype.fields:
        if f.fetch_from.strip(" .\n\t") and not all(_path(f)):
            yield fault(f.fieldname, path=f.fetch_from)


def _through_no_link(doctype: DocType, _: World) -> Iterator[Fault]:
    for f, link, _source in _fetching(doctype):
        through = doctype.field(link)
        if through is None or through.fieldtype not in ("Link", "Dynamic Link"):
            yield fault(f.fieldname, link=link)


def _of_missing_field(doctype: DocType, world: World) -> Iterator[Fault]:
    for f, link, source in _fetching(doctype):
        through = doctype.field(link)
        target = world.definitions.get(through.options) if through and through.fieldtype == "Link" else None
        if target is not None and source not in _VIRTUAL_TARGETS and target.field(source) is None:
            yield fault(f.fieldname, source=source, target=target.name)


def _from_itself(doctype: DocType, _: World) -> Iterator[Fault]:
    return (fault(f.fieldname) for f, link, _source in _fetching(doctype) if link == f.fieldname)


def _sources(definitions: Definitions, step: Step) -> Iterator[Step]:
    """The fields whose values the field `step` takes over: the one it fetches, and the Link on the way there."""
    doctype = definitions.get(step[0])
    f = doctype.field(step[1]) if doctype else None
    if doctype is None or f is None or not f.fetch_from:
        return
    link, source = _path(f)
    through = doctype.field(link)
    if through is not None and through.fieldtype == "Link" and link != step[1]:
        yield doctype.name, link
        # Taking over the same field of another document of the DocType (a parent's company) ends at that document.
        if (through.options, source) != step:
            yield through.options, source


def _in_a_circle(doctype: DocType, world: World) -> Iterator[Fault]:
    for f, _link, _source in _fetching(doctype):
        circle = _circle(world.definitions, (doctype.name, f.fieldname))
        if circle:
            yield fault(f.fieldname, circle=" → ".join(f"{name}.{field}" for name, field in circle))


def _circle(definitions: Definitions, start: Step) -> list[Step]:
    """The shortest way from a field over what it fetches back to itself; empty when there is none."""
    ways: dict[Step, list[Step]] = {start: [start]}
    waiting = [start]
    for step in waiting:
        for source in _sources(definitions, step):
            if source == start:
                return [*ways[step], start]
            if source not in ways:
                ways[source] = [*ways[step], source]
                waiting.append(source)
    return []


CHECKS = (
    Check(
        "D321",
        _malformed,
        '{doctype}: the field {field} fetches from "{path}", which is no path.',
        "Write the Link field, a point and the field to fetch, for example customer.territory.",
        "warning",
    ),
    Check(
        "D322",
        _through_no_link,
        "{doctype}: the field {field} fetches through {link}, which is no Link field.",
        "Name a Link field of {doctype} before the point.",
        "warning",
    ),
    Check(
        "D323",
        _of_missing_field,
        "{doctype}: the field {field} fetches {source}, which {target} does not have.",
        "Name a field of {target} after the point.",
        "warning",
    ),
    Check(
        "D324",
        _from_itself,
        "{doctype}: the field {field} fetches from itself.",
        "Fetch through another Link field.",
    ),
    Check(
        "D325",
        _in_a_circle,
        "{doctype}: the field {field} fetches in a circle: {circle}.",
        "Let one of these fields be entered instead of fetched.",
    ),
)
