"""The plugin manager of one site: its enabled packs, their hooks checked against the specifications."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import wraps
from typing import Any

import pluggy

from crm_platform.errors import CRMError, PackError
from crm_platform.hookspecs import PROJECT, HookSpecs
from crm_platform.packs.manifest import Pack

CONTRIBUTIONS = (
    *(
        "document_events",
        "row_filters",
        "api_methods",
        "jinja_filters",
        "form_actions",
        "form_suggestions",
        "overview_sections",
        "item_sources",
        "schedules",
        "tasks",
    ),
)
"""The hooks that answer with a mapping."""

HOOKS = frozenset(name for name, value in vars(HookSpecs).items() if inspect.isfunction(value))
MARK = f"{PROJECT}_impl"
"""The attribute by which pluggy knows an implementation."""


def unwatched(pack: str, hook: str) -> None:
    """Hears nothing of what is at work (see documents.events.Watch)."""


class Hooks:
    """Asks enabled packs, in their order, what they contribute. Built by the site that enables them.

    `watch` hears (pack, hook) before a hook runs and ("", "") after it; `standard` is what comes before all packs and
    cannot be disabled: the standard CRM.
    """

    def __init__(
        self,
        packs: Iterable[Pack] = (),
        watch: Callable[[str, str], None] = unwatched,
        standard: Iterable[Pack] = (),
    ) -> None:
        self.packs = tuple(packs)
        self._watch = watch
        self._given: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        every = (*standard, *self.packs)
        self.versions = {pack.manifest.id: pack.manifest.version for pack in every}
        self._managers = {pack.manifest.id: _manager(pack) for pack in every}

    def contributions(self, hook: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """(pack id, mapping) for each pack that implements a hook which answers with a mapping; asked once.

        Raises PackError naming pack and hook when one raises or answers with something else.
        """
        if hook not in self._given:
            self._given[hook] = list(self._ask(hook))
        return self._given[hook]

    def functions(self, hook: str) -> Sequence[tuple[str, Mapping[str, Callable[..., Any]]]]:
        """The same for a hook that gives functions: each tells what is at work and names its pack when it fails."""
        return [
            (pack, {name: guarded(self._watch, pack, f"{hook} {name}", function) for name, function in table.items()})
            for pack, table in self.contributions(hook)
        ]

    def _ask(self, hook: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for pack_id in self._managers:
            try:
                result = self.call(pack_id, hook)
            except PackError:
                raise
            except CRMError as error:
                raise _failed(pack_id, hook, error) from error
            if result is None:
                continue
            if not isinstance(result, Mapping):
                raise PackError(
                    "Pack {pack}: the hook {hook} must give a mapping, it gave {got}.",
                    pack=pack_id,
                    hook=hook,
                    got=type(result).__name__,
                )
            if result:
                yield pack_id, result

    def call(self, pack_id: str, hook: str, **arguments: Any) -> Any:
        """The answer of one pack to one hook; None when it does not implement it.

        An error of ours passes, since a hook may refuse; anything else becomes a PackError naming pack and hook.
        """
        self._watch(pack_id, hook)
        try:
            results = getattr(self._managers[pack_id].hook, hook)(**arguments)
        except CRMError:
            raise
        except Exception as error:
            raise _failed(pack_id, hook, error) from error
        finally:
            self._watch("", "")
        return results[0] if results else None


def _failed(pack_id: str, hook: str, error: Exception) -> PackError:
    return PackError(
        "The hook {hook} of pack {pack} failed ({kind}: {reason}).",
        pack=pack_id,
        hook=hook,
        kind=type(error).__name__,
        reason=str(error),
    )


def _manager(pack: Pack) -> pluggy.PluginManager:
    """A manager of its own per pack, so that an answer is always known to be that pack's."""
    _check_names(pack)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecs)
    try:
        manager.register(pack, pack.manifest.id)
    except pluggy.PluginValidationError as error:
        raise PackError(
            "Pack {pack} implements a hook wrongly: {reason}", pack=pack.manifest.id, hook="", reason=str(error)
        ) from None
    return manager


def _check_names(pack: Pack) -> None:
    """Raises PackError for a mark on something that is no hook, and for a hook without its mark."""
    methods = dict(inspect.getmembers(type(pack), inspect.isroutine))
    marked = {name for name, method in methods.items() if hasattr(method, MARK)}
    for name in sorted(marked - HOOKS):
        raise PackError(
            "Pack {pack} implements a hook wrongly: there is no hook {hook}. Did you mean {near}? Hooks are: {known}",
            pack=pack.manifest.id,
            hook=name,
            near=", ".join(get_close_matches(name, HOOKS, cutoff=0.1)[:2]),
            known=", ".join(sorted(HOOKS)),
        )
    for name in sorted(methods.keys() & HOOKS - marked):
        raise PackError(
            "Pack {pack} implements a hook wrongly: {hook} has no mark. Put @hookimpl above the method.",
            pack=pack.manifest.id,
            hook=name,
        )


def guarded(
    watch: Callable[[str, str], None], pack: str, hook: str, function: Callable[..., Any]
) -> Callable[..., Any]:
    """`function` with its name told while it runs; what it raises besides our errors becomes a PackError."""

    @wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        watch(pack, hook)
        try:
            return function(*arguments, **options)
        except CRMError:
            raise
        except Exception as error:  # a pack may raise anything: the request rolls back and names it
            raise PackError(
                "The {hook} of pack {pack} failed ({kind}). Nothing was saved; tell the administrator.",
                pack=pack,
                hook=hook,
                kind=type(error).__name__,
            ) from error
        finally:
            watch("", "")

    return call
