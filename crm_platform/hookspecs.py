"""Every hook of the platform, typed and documented: what a pack may implement. Nothing else is called by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from crm_platform.database.conditions import Condition
    from crm_platform.documents.context import Context
    from crm_platform.documents.document import Document
    from crm_platform.jobs.task import Task

PROJECT = "crm_platform"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class HookSpecs:
    """All hooks. A hook is optional; each implementation takes only the arguments it needs, by name.

    Those that answer with a mapping are asked once, when a site takes the pack up. An answer of another shape, an
    unknown event or an exception leaves the pack out, with a sentence that names pack and hook; the site opens all the
    same.
    """

    @hookspec
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        """Functions to call in the life of documents: {DocType: {event: function(ctx, doc)}}, "*" for every DocType.

        They run in the transaction of the request with the rights of its caller, packs in the order of their needs.
        `doc` is the document about to be saved, `doc.before` the stored one. Events are Frappe's
        (documents.events.EVENTS): before_naming, before_insert, before_validate and validate may set fields, later
        ones see a frozen document. Raise ValidationError to refuse; anything else is told as a fault of the pack.
        """

    @hookspec
    def row_filters(self) -> Mapping[str, Callable[[Context, str], Condition]]:
        """Row rules that narrow what a user reaches: {DocType: function(ctx, action) → Condition}.

        They only narrow: the result is AND-ed to what roles, user permissions and shares allow. `action` is a right
        such as "read" or "write". Build conditions with `crm_platform.pack.Compare`, `all_of`, `any_of`; `EVERYTHING`
        narrows nothing for this caller, `NOTHING` closes all. Called once per transaction, DocType and action.
        """

    @hookspec
    def api_methods(self) -> Mapping[str, Callable[..., Any]]:
        """Functions callable as /api/method/<pack>.<name>: {name: function(ctx, **arguments)}.

        Mark a function that changes data with `crm_platform.pack.writes`, one open to everybody with `guest`. Arguments
        are checked against the function's annotations. The result is shown as JSON, with documents, decimals and times
        as the API shows documents; anything that JSON has no form for, such as a set, is told as a fault of the pack.
        """

    @hookspec
    def jinja_filters(self) -> Mapping[str, Callable[..., Any]]:
        """Filters for print formats: {name: function(value, *arguments)}.

        Functions of a module, pure and of plain data, since the print worker process imports them by name. No name of
        the platform's own filters and of another pack's.
        """

    @hookspec
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Buttons on forms: {DocType: [{"label", "method", "condition", "confirm"}]}.

        `method` is an API method of the pack ("<pack>.<name>"), called with the `name` of the document; `condition`,
        which may be left out, an expression over `doc` that must hold for the button to show; `confirm`, which may be
        left out, a sentence that the person agrees to before: say there what cannot be undone. The answer of the method
        says where work goes on: {"doctype", "name"} opens that document, {"list", "filters"} that list; a text or a
        "message" is shown.
        """

    @hookspec
    def form_suggestions(self) -> Mapping[str, Mapping[str, Any]]:
        """What helps while a form is filled in: {DocType: {"label", "method", "fields", "actions"}}.

        Once typing in one of the `fields` pauses, `method`, an API method of the pack ("<pack>.<name>") that takes
        their names as arguments, is called with those that have a value. It answers with rows
        {"doctype", "name", "title", "text"}, the most fitting first: they stand beside the form under `label`, each a
        link to its document. `actions`, which may be left out, says what is done with a row: {DocType of the row:
        {"label", "method", "argument"}}, a button that calls `method` with the `name` of the document of the form and
        the name of the row as `argument`; what it answers is what a button of the form answers.
        """

    @hookspec
    def overview_sections(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Tables of the page Everything at a glance: {DocType: [{"label", "method", "columns"}]}.

        `method` is an API method of the pack ("<pack>.<name>"), called with the `name` of the document. It answers with
        rows {"doctype", "name", …} in their order; without rows there is no table. `columns` are
        {"fieldname", "label", "fieldtype"} of what else a row holds; the first one is a link to the row's document.
        """

    @hookspec
    def item_sources(self) -> Mapping[str, Callable[[Context, str, float, str, str, str], Mapping[str, Any] | None]]:
        """Where prices and stock figures come from: {name: function(ctx, product, qty, currency, customer, date)}.

        Asked in the order of the packs until one answers with any of `price_list_rate` (a Decimal in `currency`) and
        `available_qty`; what it leaves out comes from the own price lists and stock figures. None is no answer. `date`
        is ISO. Runs in the transaction of an item row or of the method crm.item_details: read what a job has fetched,
        the network is out of reach here.
        """

    @hookspec
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        """Work by the clock: {cron expression in the site's time zone: function(ctx)}; runs as the system."""

    @hookspec
    def tasks(self) -> Mapping[str, Task]:
        """Work that jobs do after the transaction that asked for it: {name: task}.

        A task is a function marked with `crm_platform.pack.task("<pack>:<name>")`, and `crm_platform.pack.enqueue`
        queues it. It runs with the rights of the user who caused it, at least once: when it fails it is tried again.
        """

    @hookspec
    def after_enable(self, ctx: Context) -> None:
        """The pack was enabled on a site; its definitions are live.

        `ctx` is the enabling transaction with the system's rights. Anything raised refuses the enabling as a whole.
        """

    @hookspec
    def before_disable(self, ctx: Context) -> None:
        """The pack is about to be disabled; raise ValidationError to refuse with a reason.

        `ctx` is the disabling transaction with the system's rights; the pack's definitions are still live.
        """
