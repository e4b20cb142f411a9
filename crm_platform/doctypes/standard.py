"""The standard CRM as a pack that every site has: the behaviour of its modules, through the hooks that any pack has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from crm_platform import __version__
from crm_platform.doctypes.accounts.behaviour import ACCOUNTS
from crm_platform.doctypes.commission.behaviour import COMMISSION
from crm_platform.doctypes.crm.behaviour import CRM
from crm_platform.doctypes.insight.behaviour import INSIGHT
from crm_platform.doctypes.marketing.behaviour import MARKETING
from crm_platform.doctypes.selling.behaviour import SELLING
from crm_platform.doctypes.support.behaviour import SUPPORT
from crm_platform.pack import Condition, Context, Document, Manifest, Pack, Task, hookimpl

Key = TypeVar("Key")
T = TypeVar("T")

MODULES = (CRM, SELLING, ACCOUNTS, SUPPORT, COMMISSION, INSIGHT, MARKETING)
"""The modules that have behaviour."""


class StandardCRM(Pack):
    """Asks the modules. Its definitions are the core layer, which is why no site enables or disables it."""

    manifest = Manifest(
        id="crm",
        title="CRM",
        version=__version__,
        package="crm_platform",
        description="Customers, leads, opportunities and what comes of them.",
        license="MIT",
    )

    @hookimpl
    def document_events(self) -> Mapping[str, Mapping[str, Callable[[Context, Document], None]]]:
        events = [
            ((doctype, event), function)
            for module in MODULES
            for doctype, table in module.document_events.items()
            for event, function in table.items()
        ]
        found: dict[str, dict[str, Callable[[Context, Document], None]]] = {}
        for (doctype, event), function in once(events).items():
            found.setdefault(doctype, {})[event] = function
        return found

    @hookimpl
    def row_filters(self) -> Mapping[str, Callable[[Context, str], Condition]]:
        return once([pair for module in MODULES for pair in module.row_filters.items()])

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., object]]:
        return once([pair for module in MODULES for pair in module.api_methods.items()])

    @hookimpl
    def jinja_filters(self) -> Mapping[str, Callable[..., object]]:
        return once([pair for module in MODULES for pair in module.jinja_filters.items()])

    @hookimpl
    def form_actions(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        return once([pair for module in MODULES for pair in module.form_actions.items()])

    @hookimpl
    def schedules(self) -> Mapping[str, Callable[[Context], None]]:
        return once([pair for module in MODULES for pair in module.schedules.items()])

    @hookimpl
    def tasks(self) -> Mapping[str, Task]:
        return once([pair for module in MODULES for pair in module.tasks.items()])


def once(pairs: Sequence[tuple[Key, T]]) -> dict[Key, T]:
    """One table of `pairs`. Raises ValueError when two modules answer for the same key: one would be silent."""
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"Two modules answer for {sorted({str(key) for key in keys if keys.count(key) > 1})}")
    return table


standard = StandardCRM()
