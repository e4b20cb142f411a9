"""An erasure reaches everything that rooms keep beside the documents."""

from __future__ import annotations

from collections.abc import Collection

from crm_platform.documents.context import Context
from crm_platform.documents.erased import Name
from crm_platform.events.forgetting import forget as forget_events
from crm_platform.files.attachments import Files
from crm_platform.jobs.forgetting import forget as forget_jobs
from crm_platform.search.forgetting import forget as forget_searched
from crm_platform.transfer.forgetting import forget as forget_journals
from crm_platform.transfer.uploads import forget_uploads


def forget_beside(ctx: Context, documents: Collection[Name], identities: Collection[str], *, files: Files) -> None:
    """Take erased documents and the person out of journals, jobs, uploaded tables, search index, events and the
    database's log (documents.runtime.Forget)."""
    forget_journals(ctx, documents, identities)
    forget_jobs(ctx, documents, identities)
    forget_searched(ctx)
    forget_events(ctx, documents)
    ctx.connection.after_commit(ctx.runtime.database.clear_log)
    forget_uploads(ctx, documents, identities, path_of=files.storage.path_of, drop=files.drop)
