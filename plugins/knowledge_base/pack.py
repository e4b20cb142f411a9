"""The knowledge base pack: its manifest and what it does in the life of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.pack import Condition, Context, Document, Manifest, Pack, hookimpl
from crm_platform.plugins.knowledge_base import articles, cases, finding, portal, suggesting, votes

IS_PUBLISHED = "doc.workflow_state == 'Published'"
IS_SOLVED = "in_list(['Resolved', 'Closed'], doc.status) and doc.resolution_details"


class KnowledgeBase(Pack):
    """Articles from draft to outdated, found by word, by likeness and beside the request that asks for them."""

    manifest = Manifest(
        id="knowledge_base",
        title="Knowledge Base",
        version="0.1.0",
        package="crm_platform.plugins.knowledge_base",
        platform=">=0.1,<1",
        description="Articles with review, versions and languages, similar solved cases, votes, and what nobody finds.",
        license="MIT",
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        return {"Knowledge Article": {"validate": articles.check_article, "on_update": articles.replace_previous}}

    @hookimpl
    def row_filters(self) -> Mapping[str, Callable[[Context, str], Condition]]:
        return {"Knowledge Article": articles.published_or_own}

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "find": finding.find,
            "suggest": suggesting.suggest,
            "beside_request": suggesting.beside_request,
            "similar": cases.similar,
            "show_similar": cases.show_similar,
            "reuse": cases.reuse,
            "use_article": cases.use_article,
            "make_article": cases.make_article,
            "new_version": articles.new_version,
            "new_translation": articles.new_translation,
            "vote": votes.vote,
            "vote_helpful": votes.vote_helpful,
            "vote_not_helpful": votes.vote_not_helpful,
            "portal_articles": portal.portal_articles,
            "portal_article": portal.portal_article,
        }

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return {
            "Service Request": [
                {"label": "Similar Cases", "method": "knowledge_base.show_similar"},
                {"label": "Make Article", "method": "knowledge_base.make_article", "condition": IS_SOLVED},
            ],
            "Knowledge Article": [
                {"label": "New Version", "method": "knowledge_base.new_version", "condition": IS_PUBLISHED},
                {"label": "New Translation", "method": "knowledge_base.new_translation", "condition": IS_PUBLISHED},
                {"label": "Helpful", "method": "knowledge_base.vote_helpful", "condition": IS_PUBLISHED},
                {"label": "Not Helpful", "method": "knowledge_base.vote_not_helpful", "condition": IS_PUBLISHED},
            ],
        }

    @hookimpl
    def form_suggestions(self) -> Mapping[str, Mapping[str, object]]:
        return {
            "Service Request": {
                "label": "May Help",
                "method": "knowledge_base.beside_request",
                "fields": ["subject", "product"],
                "actions": {
                    "Knowledge Article": {
                        "label": "Use Article",
                        "method": "knowledge_base.use_article",
                        "argument": "article",
                    },
                    "Service Request": {
                        "label": "Reuse Resolution",
                        "method": "knowledge_base.reuse",
                        "argument": "case",
                    },
                },
            }
        }


pack = KnowledgeBase()
