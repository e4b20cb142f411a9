"""Case-based reasoning over service requests: retrieve the likest solved ones, reuse, revise, retain as an article."""

from __future__ import annotations

from typing import Any

from crm_platform.pack import Context, Document, ValidationError, writes
from crm_platform.plugins.knowledge_base.articles import ARTICLE, PUBLISHED
from crm_platform.plugins.knowledge_base.likeness import WEIGHTS, likeness, shared, with_words, words_of

REQUEST = "Service Request"
SOLVED = ("Resolved", "Closed")
OF_PRODUCT = 100
"""The newest solved cases of the same product are compared, whatever their words."""
LEAST = 0.15


def similar(
    ctx: Context,
    name: str = "",
    subject: str = "",
    description: str = "",
    product: str = "",
    request_type: str = "",
    limit: int = 5,
) -> list[dict[str, Any]]:
    """Solved cases like the request `name`, or like one with this subject and product, the likest first.

    Each has its `score` from 0 to 1, the fields that are `same`, and the resolution.
    """
    asked: dict[str, Any] = {"product": product, "request_type": request_type}
    if name:
        doc = ctx.store.get(REQUEST, name)
        asked = {field: doc.get(field) for field in WEIGHTS}
        subject, description = doc.subject, doc.get("description", "")
    words = words_of([subject, description])
    cases = [case for case in _solved(ctx, asked.get("product"), words) if case["name"] != name]
    scored = [_scored(asked, words, case) for case in cases]
    likest = sorted(
        (case for case in scored if case["score"] >= LEAST), key=lambda case: (-case["score"], case["name"])
    )
    return likest[:limit]


def _solved(ctx: Context, product: str | None, words: frozenset[str]) -> list[dict[str, Any]]:
    fields = ["name", "subject", "description", "resolution_details", "resolution_date", *WEIGHTS]
    solved = [["status", "in", SOLVED], ["resolution_details", "is", "set"]]
    wanted = [[*solved, ["name", "in", sorted(with_words(ctx, REQUEST, words))]]]
    if product:
        wanted.append([*solved, ["product", "=", product]])
    rows = (
        row
        for filters in wanted
        for row in ctx.store.list(REQUEST, fields=fields, filters=filters, order_by="modified desc", limit=OF_PRODUCT)
    )
    return list({row["name"]: row for row in rows}.values())


def _scored(asked: dict[str, Any], words: frozenset[str], case: dict[str, Any]) -> dict[str, Any]:
    text = max(
        shared(words, words_of([case["subject"]])), shared(words, words_of([case["subject"], case["description"]]))
    )
    return {
        "name": case["name"],
        "subject": case["subject"],
        "resolution": case["resolution_details"],
        "score": round(likeness(asked, case, text), 3),
        "same": [field for field in WEIGHTS if asked.get(field) and case[field] == asked[field]],
    }


def show_similar(ctx: Context, name: str) -> dict[str, Any]:
    """The list of the cases like a request: where the button leads."""
    names = [case["name"] for case in similar(ctx, name=name, limit=20)]
    if not names:
        return {"message": ctx._("No solved case is like this one.")}
    return {"list": REQUEST, "filters": {"name": ["in", names]}}


@writes
def reuse(ctx: Context, name: str, case: str) -> dict[str, str]:
    """Take over the resolution of a solved case as a first text, to be revised before the request is resolved."""
    solved = ctx.store.get(REQUEST, case)
    if solved.status not in SOLVED or not solved.resolution_details or case == name:
        raise ValidationError("{case} is not a solved case with a resolution. Choose another one.", case=case)
    request = _unsolved(ctx, name)
    request.resolution_details, request.reused_case = solved.resolution_details, case
    return {"doctype": REQUEST, "name": str(ctx.store.save(request).name)}


@writes
def use_article(ctx: Context, name: str, article: str) -> dict[str, str]:
    """Note the article that settles a request; where no resolution is entered yet, it begins with the article's."""
    found = ctx.store.get(ARTICLE, article)
    if found.workflow_state != PUBLISHED:
        raise ValidationError("{article} is not published. Choose another article.", article=article)
    request = _unsolved(ctx, name)
    request.knowledge_article = article
    request.resolution_details = request.resolution_details or found.solution
    return {"doctype": REQUEST, "name": str(ctx.store.save(request).name)}


def _unsolved(ctx: Context, name: str) -> Document:
    """A request that waits for its resolution. Raises ValidationError for one that has it: nothing is written over."""
    request = ctx.store.get(REQUEST, name, for_update=True)
    if request.status in SOLVED:
        raise ValidationError("{name} is solved already. Reopen it to solve it in another way.", name=name)
    return request


@writes
def make_article(ctx: Context, name: str) -> dict[str, str]:
    """Retain a solved case: a draft article with its problem and resolution, or the one that was made already."""
    case = ctx.store.get(REQUEST, name, for_update=True)
    if case.status not in SOLVED or not case.resolution_details:
        raise ValidationError("Resolve the request and enter the resolution first: an article tells how it was solved.")
    made = ctx.as_system().store.list(ARTICLE, filters={"source_request": name}, limit=1)
    if made:
        return {"doctype": ARTICLE, "name": str(made[0]["name"])}
    values = {
        "title": case.subject,
        "product": case.product,
        "problem": case.description,
        "solution": case.resolution_details,
        "language": ctx.language if ctx.store.exists("Language", ctx.language) else "en",
    }
    draft = ctx.store.new(ARTICLE, values)
    draft.source_request = name
    return {"doctype": ARTICLE, "name": str(ctx.store.insert(draft).name)}
