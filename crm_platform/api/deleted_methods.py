"""crm.deleted.*: documents that were deleted, and bringing them back."""

from __future__ import annotations

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.undeleting import undelete, undo_own


def restore(ctx: Context, name: str) -> dict[str, str]:
    """Bring a document back from its Deleted Document `name`, for who may read that and create such documents.

    Answers `doctype` and `name` of the document, and a sentence.
    """
    return _told(ctx, undelete(ctx, name))


def undo(ctx: Context, doctype: str, name: str) -> dict[str, str]:
    """Take back the caller's own deletion of a document within the last hour; answers as `restore`.

    Comments, files and shares of a business document went with it and do not come back.
    """
    return _told(ctx, undo_own(ctx, doctype, name))


def _told(ctx: Context, doc: Document) -> dict[str, str]:
    told = ctx._("{doctype} {name} is back.", doctype=ctx._(doc.doctype), name=doc["name"])
    return {"doctype": doc.doctype, "name": str(doc["name"]), "message": told}


METHODS = (
    ApiMethod("crm.deleted.restore", restore, writes=True),
    ApiMethod("crm.deleted.undo", undo, writes=True),
)
