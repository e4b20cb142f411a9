"""Methods of a document that clients may run: submit, cancel, comments and tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from starlette.responses import Response

from crm_platform.api.arguments import Parameter, bind, parameters_of
from crm_platform.api.call import Call
from crm_platform.api.replies import data_response
from crm_platform.api.social import add_comment, add_tag, remove_tag, tags_of
from crm_platform.documents.context import Context
from crm_platform.documents.wire import to_wire
from crm_platform.errors import DoesNotExistError


def submit(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    return to_wire(ctx, ctx.store.submit(doctype, name))


def cancel(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    return to_wire(ctx, ctx.store.cancel(doctype, name))


@dataclass(frozen=True)
class DocumentMethod:
    """A function `function(ctx, doctype, name, **arguments)`. All run in a writing transaction: they come by POST."""

    name: str
    function: Callable[..., Any]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return parameters_of(self.function)[2:]


DOCUMENT_METHODS: Mapping[str, DocumentMethod] = {
    method.name: method
    for method in (
        DocumentMethod("submit", submit),
        DocumentMethod("cancel", cancel),
        DocumentMethod("add_comment", add_comment),
        DocumentMethod("add_tag", add_tag),
        DocumentMethod("remove_tag", remove_tag),
        DocumentMethod("get_tags", tags_of),
    )
}


async def run_document_method(call: Call, doctype: str, name: str, method_name: str) -> Response:
    """Answer with the method's result in the envelope `data`, in v1 and v2 alike."""
    method = DOCUMENT_METHODS.get(method_name)
    if method is None:
        raise DoesNotExistError("Documents have no method {method}.", method=method_name)
    work = partial(method.function, doctype=doctype, name=name, **bind(method_name, method.parameters, call.arguments))
    return data_response(await call.write(work))
