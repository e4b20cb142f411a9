"""The API methods of the packs as one table, whatever packs are enabled at the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from crm_platform.app.pack_answers import answering
from crm_platform.jobs.task import Function
from crm_platform.packs.hooks import Hooks, guarded

if TYPE_CHECKING:
    from crm_platform.documents.events import Watch


class PackMethods(Mapping[str, Function]):
    """The API methods of the packs that `hooks` names at each moment, as <pack>.<name>; collected anew when that
    changes. `watch` hears which one is at work."""

    def __init__(self, hooks: Callable[[], Hooks], watch: Watch) -> None:
        self._hooks = hooks
        self._watch = watch
        self._collected: tuple[Hooks | None, dict[str, Function]] = (None, {})

    def __getitem__(self, name: str) -> Function:
        return self._current()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def _current(self) -> dict[str, Function]:
        hooks = self._hooks()
        if self._collected[0] is not hooks:
            found = {
                f"{pack}.{name}": guarded(self._watch, pack, f"API method {name}", answering(pack, name, function))
                for pack, table in hooks.contributions("api_methods")
                for name, function in table.items()
            }
            self._collected = (hooks, found)
        return self._collected[1]
