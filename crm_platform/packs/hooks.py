"""The plugin manager of one site: its enabled packs, their hooks checked against the specifications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pluggy

from crm_platform.errors import PackError
from crm_platform.hookspecs import PROJECT, HookSpecs
from crm_platform.packs.manifest import Pack


class Hooks:
    """Asks enabled packs, in their order, what they contribute. Built by the site that enables them."""

    def __init__(self, packs: Iterable[Pack] = ()) -> None:
        self.packs = tuple(packs)
        self._managers = {pack.manifest.id: _manager(pack) for pack in self.packs}

    def contributions(self, hook: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(pack id, mapping) for each pack that implements a hook which answers with a mapping.

        Raises PackError naming pack and hook when one raises or answers with something else.
        """
        for pack_id in self._managers:
            result = self.call(pack_id, hook)
            if result is None:
                continue
            if not isinstance(result, Mapping):
                raise PackError(
                    "Pack {pack}: the hook {hook} must give a mapping, it gave {got}.",
                    pack=pack_id,
                    hook=hook,
                    got=type(result).__name__,
                )
            yield pack_id, result

    def call(self, pack_id: str, hook: str, **arguments: Any) -> Any:
        """The answer of one pack to one hook; None when it does not implement it."""
        try:
            results = getattr(self._managers[pack_id].hook, hook)(**arguments)
        except Exception as error:
            raise PackError(
                "The hook {hook} of pack {pack} failed ({kind}: {reason}).",
                pack=pack_id,
                hook=hook,
                kind=type(error).__name__,
                reason=str(error),
            ) from error
        return results[0] if results else None


def _manager(pack: Pack) -> pluggy.PluginManager:
    """A manager of its own per pack, so that an answer is always known to be that pack's."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecs)
    try:
        manager.register(pack, pack.manifest.id)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PackError(
            "Pack {pack} implements a hook wrongly: {reason}", pack=pack.manifest.id, hook="", reason=str(error)
        ) from None
    return manager
