"""Every hook of the platform, typed and documented: what a pack may implement. Nothing else is called by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from crm_platform.database.conditions import Condition
    from crm_platform.documents.context import Context
    from crm_platform.documents.document import Document

PROJECT = "crm_platform"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class HookSpecs:
    """All hooks. A hook is optional; each implementation takes only the arguments it needs, by name."""

    @hookspec
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        """Functions to call in the life of documents: {DocType: {event: function(ctx, doc)}}, "*" for every DocType.

        Called once when a site opens or its packs change. Events are those of Frappe (documents.events.EVENTS);
        before_naming, before_insert, before_validate and validate may set fields, later ones see a frozen document.
        """

    @hookspec
    def row_filters(self) -> Mapping[str, Callable[[Context, str], Condition]]:
        """Row rules that narrow what a user reaches: {DocType: function(ctx, action) → Condition}.

        They only narrow: the result is AND-ed to what roles, user permissions and shares allow. Build conditions with
        `crm_platform.pack.Compare`, `all_of`, `any_of`. Called once per transaction and DocType.
        """

    @hookspec
    def api_methods(self) -> Mapping[str, Callable[..., Any]]:
        """Functions callable as /api/method/<pack>.<name>: {name: function(ctx, **arguments)}.

        Mark a function that changes data with `crm_platform.pack.writes`, one open to everybody with `guest`. Arguments
        are checked against the function's annotations; the result must be JSON-able.
        """

    @hookspec
    def jinja_filters(self) -> Mapping[str, Callable[..., Any]]:
        """Filters for print formats: {name: function(value, *arguments)}; importable at module level, pure functions
        of plain data, since they run in the print worker process."""

    @hookspec
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Buttons on forms: {DocType: [{"label", "method" (an API method of the pack), "condition" (expression)}]}."""

    @hookspec
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        """Work by the clock: {cron expression in the site's time zone: function(ctx)}; runs as the system."""

    @hookspec
    def after_enable(self, ctx: Context) -> None:
        """The pack was enabled on a site; its definitions are live. Runs as the system in the enabling transaction."""

    @hookspec
    def before_disable(self, ctx: Context) -> None:
        """The pack is about to be disabled; raise ValidationError to refuse with a reason."""
