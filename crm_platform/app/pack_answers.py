"""What the API methods of packs answer, as JSON shows it: values look there as documents show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import orjson

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import plain, to_wire
from crm_platform.errors import PackError


def answering(pack: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with an answer that JSON can say.

    Raises PackError naming pack and method for a set, a dataclass or whatever else JSON has no form for, in the
    transaction, so that nothing of it is saved.
    """

    @wraps(function)
    def call(ctx: Context, **arguments: Any) -> Any:
        shown = _shown(ctx, function(ctx, **arguments))
        try:
            orjson.dumps(shown, option=orjson.OPT_PASSTHROUGH_DATACLASS)
        except TypeError as error:
            raise PackError(
                "The API method {method} of pack {pack} answers with what JSON cannot show ({reason}). "
                "Nothing was saved; tell the administrator.",
                pack=pack,
                method=name,
                reason=str(error),
            ) from error
        return shown

    return call


def _shown(ctx: Context, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shown(ctx, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(ctx, one) for one in value]
    return to_wire(ctx, value) if isinstance(value, Document) else plain(value, ctx.runtime.zone)
