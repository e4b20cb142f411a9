"""Work of the lending pack in the background: a short task, and a longer one in steps."""

from __future__ import annotations

from crm_platform.pack import Context, Job, task


@task("lending:remind", key="{loan}", pauses=(60, 3600))
def remind(ctx: Context, loan: str) -> None:
    """Leave a note about a loan."""
    ctx.store.insert(ctx.store.new("ToDo", {"description": f"归还 {loan}"}))


@task("lending:count_shelves", steps=True, time_limit=600, cancellable=True)
def count_shelves(job: Job) -> dict[str, int]:
    """Count what is on each shelf, a step for each."""
    shelves = job.read(lambda ctx: ctx.store.list("Loan Shelf", limit=None))
    found = {}
    for number, shelf in enumerate(shelves):
        name = shelf["name"]
        job.progress(100 * number / len(shelves), "Counting {shelf}", shelf=name)
        found[name] = job.read(lambda ctx, name=name: ctx.store.count("Loan", filters={"shelf": name}))
    return found
