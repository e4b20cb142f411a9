"""Filters that packs contribute, as references that a worker can import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_platform.errors import PackError
from crm_platform.packs.hooks import Hooks


def pack_filters(hooks: Hooks) -> dict[str, str]:
    """{filter: "module:function"} of the enabled packs.

    Raises PackError for a filter that is no function of a module (a worker imports it by its name), and for a name
    that two packs give.
    """
    found: dict[str, str] = {}
    for pack_id, filters in hooks.contributions("jinja_filters"):
        for name, function in filters.items():
            if name in found:
                raise _refuse(pack_id, "Pack {pack}: another pack has a filter {filter} already. Rename one.", name)
            found[name] = _reference(pack_id, name, function)
    return found


def _reference(pack_id: str, name: str, function: Callable[..., Any]) -> str:
    module, qualified = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if not module or not qualified.isidentifier():
        raise _refuse(pack_id, "Pack {pack}: the filter {filter} must be a function of a module.", name)
    return f"{module}:{qualified}"


def _refuse(pack_id: str, template: str, name: str) -> PackError:
    return PackError(template, pack=pack_id, hook="jinja_filters", filter=name)
