"""The life of an article: who sees it, what it may say of others, and how a new version takes the place of the old."""

from __future__ import annotations

from crm_platform.pack import (
    EVERYTHING,
    Compare,
    Condition,
    Context,
    Document,
    FieldError,
    ValidationError,
    any_of,
    apply_workflow,
    writes,
)

ARTICLE = "Knowledge Article"
PUBLISHED = "Published"
WRITERS = frozenset({"Administrator", "System Manager", "Knowledge Author", "Knowledge Reviewer"})
COPIED = (
    *("title", "category", "article_type", "product", "visibility", "language", "translation_of"),
    *("valid_until", "summary", "problem", "solution", "keywords"),
)
"""What a new version begins with."""

MOST = 100
"""Languages that are looked at."""


def published_or_own(ctx: Context, action: str) -> Condition:
    """Whoever does not write articles reads the published ones and his own."""
    if ctx.roles & WRITERS:
        return EVERYTHING
    return any_of(Compare(("workflow_state",), "=", PUBLISHED), Compare(("owner",), "=", ctx.user))


def check_article(ctx: Context, doc: Document) -> None:
    """An article does not link to itself, a translation has another language, and publishing has a date."""
    if any(row.article == doc.get("name") for row in doc.related):
        raise ValidationError(
            "An article cannot be related to itself.", errors=[FieldError("related", "Choose another article.")]
        )
    if doc.translation_of and doc.has_changed("translation_of"):
        _check_language(ctx, doc)
    if doc.has_changed("workflow_state") and doc.workflow_state == PUBLISHED:
        doc.published_on = ctx.today()


def _check_language(ctx: Context, doc: Document) -> None:
    original = ctx.store.get(ARTICLE, doc.translation_of)
    if original.translation_of:
        raise ValidationError("That article is a translation itself. Choose the one that it translates.")
    if original.language == doc.language:
        raise ValidationError(
            "A translation has another language than its original.",
            errors=[FieldError("language", "Choose another language.")],
        )


def replace_previous(ctx: Context, doc: Document) -> None:
    """The version before becomes outdated in the moment in which the new one is published."""
    if not (doc.previous_version and doc.has_changed("workflow_state") and doc.workflow_state == PUBLISHED):
        return
    if ctx.store.get(ARTICLE, doc.previous_version).workflow_state == PUBLISHED:
        apply_workflow(ctx, ARTICLE, doc.previous_version, "Mark Outdated")


@writes
def new_translation(ctx: Context, name: str) -> dict[str, str]:
    """A draft of a published article in the reader's language, or in the next one in which there is none."""
    article = ctx.store.get(ARTICLE, name, for_update=True)
    original = article.translation_of or name
    system = ctx.as_system().store  # a translation that waits for its review is one as well
    there = system.list(
        ARTICLE,
        fields=["language"],
        filters=[["workflow_state", "!=", "Outdated"]],
        or_filters=[["name", "=", original], ["translation_of", "=", original]],
        limit=MOST,
    )
    enabled = system.list("Language", filters={"enabled": 1}, order_by="name asc", limit=MOST)
    known = {row["language"] for row in there}
    free = [str(row["name"]) for row in enabled if row["name"] not in known]
    if not free:
        raise ValidationError("There is a version in every language. Enable another Language to translate into it.")
    draft = ctx.store.new(ARTICLE, {field: article.get(field) for field in COPIED})
    draft.translation_of, draft.language = original, ctx.language if ctx.language in free else free[0]
    return {"doctype": ARTICLE, "name": str(ctx.store.insert(draft).name)}


@writes
def new_version(ctx: Context, name: str) -> dict[str, str]:
    """A draft with the text of a published article; the article stays as it is until the draft is published."""
    old = ctx.store.get(ARTICLE, name, for_update=True)
    waiting = ctx.store.list(
        ARTICLE, filters={"previous_version": name, "workflow_state": ["in", ["Draft", "In Review"]]}, limit=1
    )
    if waiting:
        return {"doctype": ARTICLE, "name": str(waiting[0]["name"])}
    draft = ctx.store.new(ARTICLE, {field: old.get(field) for field in COPIED})
    draft.related = [{"article": row.article, "relation": row.relation} for row in old.related]
    draft.version_number, draft.previous_version = old.version_number + 1, name
    return {"doctype": ARTICLE, "name": str(ctx.store.insert(draft).name)}
