"""crm.desk.workspaces: the start pages of the caller's roles, with what the caller may open on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from crm_platform.desk.workspace_layout import Block, blocks_of
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.reports.cards import CARD
from crm_platform.reports.charts import CHART
from crm_platform.reports.dashboards import DASHBOARD, dashboard, shows
from crm_platform.reports.records import has_role, may_read, may_run

WORKSPACE = "Workspace"
Named = tuple[str, dict[str, Any]]
"""What stands on a workspace, with the name by which its layout knows it."""


def workspaces(ctx: Context) -> list[dict[str, Any]]:
    """Public workspaces of the caller's roles and the caller's own, by `sequence_id` after the one that the caller has
    as default (Frappe User.default_workspace); empty ones are left out."""
    system = ctx.as_system()
    shown = {"is_hidden": 0, "type": "Workspace"}
    rows = system.store.list(WORKSPACE, filters=shown, order_by="sequence_id, name", limit=None)
    records = [system.store.get(WORKSPACE, row["name"]) for row in rows]
    pages = [_page(ctx, record) for record in records if _is_for(ctx, record)]
    users = system.store.list("User", fields=["default_workspace"], filters={"name": ctx.user})
    first = {user["default_workspace"] for user in users}
    pages.sort(key=lambda page: page["name"] not in first)
    return [page for page in pages if any(page[part] for part in PARTS)]


def _is_for(ctx: Context, record: Document) -> bool:
    if record["for_user"]:
        return bool(record["for_user"] == ctx.user)
    return bool(record["public"]) and has_role(ctx, record)


def _page(ctx: Context, record: Document) -> dict[str, Any]:
    found = {part: list(build(ctx, record)) for part, build in PARTS.items()}
    content = {part: [item for _, item in items] for part, items in found.items()}
    keys = {part: [key for key, _ in items] for part, items in found.items()}
    return {
        "name": record["name"],
        "title": ctx._(record["title"]),
        "icon": record["icon"],
        "color": record["indicator_color"],
        "parent_page": record["parent_page"],
        "module": record["module"],
        "blocks": [_translated(ctx, block) for block in blocks_of(record["content"], keys)],
        **content,
    }


def _translated(ctx: Context, block: Block) -> Block:
    return {**block, "text": ctx._(block["text"])} if block.get("text") else block


def _shortcuts(ctx: Context, record: Document) -> Iterator[Named]:
    for row in record["shortcuts"]:
        if not _opens(ctx, row["type"], row["link_to"]):
            continue
        item = {
            "label": ctx._(row["label"]),
            "type": row["type"],
            "link_to": row["link_to"],
            "url": row["url"],
            "view": row["doc_view"] or "List",
            "filters": conditions(row["stats_filter"]),
            "format": ctx._(row["format"]) if row["format"] else None,
            "color": row["color"],
        }
        yield row["label"], item


def _cards(ctx: Context, record: Document) -> Iterator[Named]:
    """Links by card; a card break begins a new one (Frappe Workspace Link.type)."""
    cards: list[Named] = []
    for row in (row for row in record["links"] if not row["hidden"]):
        if row["type"] == "Card Break" or not cards:
            key = row["label"] if row["type"] == "Card Break" else ""
            cards.append((key, {"label": ctx._(key) if key else "", "links": []}))
        if row["type"] == "Link" and _opens(ctx, row["link_type"], row["link_to"]):
            link = {"label": ctx._(row["label"]), "type": row["link_type"], "link_to": row["link_to"]}
            cards[-1][1]["links"].append({**link, "description": ctx._(row["description"] or "")})
    return (card for card in cards if card[1]["links"])


def _number_cards(ctx: Context, record: Document) -> Iterator[Named]:
    names = (row["number_card_name"] for row in record["number_cards"])
    return ((name, {"name": name, "label": ctx._(name)}) for name in names if shows(ctx, CARD, name))


def _charts(ctx: Context, record: Document) -> Iterator[Named]:
    names = (row["chart_name"] for row in record["charts"])
    return ((name, {"name": name, "label": ctx._(name)}) for name in names if shows(ctx, CHART, name))


def _quick_lists(ctx: Context, record: Document) -> Iterator[Named]:
    for row in record["quick_lists"]:
        if may_read(ctx, row["document_type"]):
            asked = {"doctype": row["document_type"], "filters": conditions(row["quick_list_filter"])}
            yield row["label"], {"label": ctx._(row["label"]), **asked}


PARTS: Mapping[str, Callable[[Context, Document], Iterator[Named]]] = {
    "shortcuts": _shortcuts,
    "number_cards": _number_cards,
    "charts": _charts,
    "cards": _cards,
    "quick_lists": _quick_lists,
}


def _has_dashboard(ctx: Context, name: str | None) -> bool:
    if not name or not ctx.as_system().store.exists(DASHBOARD, name):
        return False
    content = dashboard(ctx, name)
    return bool(content["cards"] or content["charts"])


OPENS: Mapping[str, Callable[[Context, str | None], bool]] = {
    "DocType": may_read,
    "Report": may_run,
    "Dashboard": _has_dashboard,
    "URL": lambda _ctx, _name: True,
}
"""By the type of a link, whether the caller may open it. Pages of Frappe's desk are not here."""


def _opens(ctx: Context, kind: str, name: str | None) -> bool:
    return kind in OPENS and OPENS[kind](ctx, name)


def conditions(text: str | None) -> list[Any]:
    """Conditions as a list; Frappe writes an object or nothing, too, and what is no JSON restricts nothing."""
    try:
        found = orjson.loads(text or "[]")
    except orjson.JSONDecodeError:
        return []
    return list(found) if isinstance(found, list) else [[key, "=", value] for key, value in (found or {}).items()]
