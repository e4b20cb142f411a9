"""One run of a rule on a document, and the effects that its actions plan: told first, performed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform import expressions
from crm_platform.automation.judging import change_scope
from crm_platform.automation.rule import Action, Rule
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.manner import language_of_site
from crm_platform.documents.policy import AllowAll
from crm_platform.documents.wire import hidden_fields


@dataclass(frozen=True)
class Run:
    """`ctx` has the rights of the run; `doc` is the document as the actions see it."""

    ctx: Context
    rule: Rule
    doc: Document

    @property
    def scope(self) -> dict[str, Any]:
        """What a value's expression sees. Fields that the user of the run may not read are empty."""
        scope = change_scope(self.ctx, self.doc)
        if not isinstance(self.ctx.policy, AllowAll):
            for hidden in hidden_fields(self.doc.meta, self.ctx.policy.levels(self.doc.meta, "read", self.doc)):
                scope["doc"].pop(hidden, None)
                scope.get("before", {}).pop(hidden, None)
        return scope

    def values(self, table: Mapping[str, Any]) -> dict[str, Any]:
        """Field names with their values; {"expression": …} is computed, {"translated": …} put into the language of the
        site. Raises ExpressionError."""
        scope = self.scope
        return {name: self._value(given, scope) for name, given in table.items()}

    def _value(self, given: Any, scope: Mapping[str, Any]) -> Any:
        if (text := expression_of(given)) is not None:
            return expressions.compile(text, "change").evaluate(scope)
        if (text := translated_of(given)) is not None:
            return self.ctx.runtime.translate(language_of_site(self.ctx), text)
        return given


def expression_of(given: Any) -> str | None:
    """The expression that a value of a JSON table stands for, if it is one."""
    return _only(given, "expression")


def translated_of(given: Any) -> str | None:
    """The English text that a value of a JSON table stands for in every language, if it is one."""
    return _only(given, "translated")


def _only(given: Any, key: str) -> str | None:
    if isinstance(given, Mapping) and given.keys() == {key} and isinstance(given[key], str):
        return str(given[key])
    return None


@dataclass(frozen=True)
class Effect:
    """What an action is going to do: the sentence for the log and the test run, and the deed."""

    sentence: str
    perform: Callable[[], None]


Plan = Callable[[Run, Action], list[Effect]]
"""Plans an action without changing anything but what `Effect.perform` will. Raises CRMError when it cannot be done."""
