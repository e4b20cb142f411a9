"""Templates are filled outside of the transaction that writes; what is done is done once, though the job runs twice."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crm_platform.automation.running import RunRule
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.jobs.tables import JOB
from support.automation import Desk
from support.sabotage import defended_by, yes

TELL = {"action": "Notify", "users": "Administrator", "subject": "{{ doc.title }}"}


def test_no_template_is_filled_while_a_transaction_can_write(desk: Desk) -> None:
    writable: list[bool] = []
    render = desk.post.render

    def watched(ctx: Context, doc: Document, sources: Mapping[str, str]) -> dict[str, str]:
        writable.append(ctx.connection.writable)
        return render(ctx, doc, sources)

    desk.post.render = watched  # type: ignore[method-assign]
    desk.rule(
        "Tell", "Request", "Created", TELL, {"action": "Assign", "users": "Administrator", "message": "{{ doc.title }}"}
    )
    rule = {"assign_condition": "true", "description": "{{ doc.title }}", "users": [{"user": "Administrator"}]}
    desk.site.insert("Assignment Rule", name="Everything", document_type="Visit", **rule)
    desk.site.insert("Request", title="t")
    desk.site.insert("Visit", title="v")
    desk.work()
    assert writable == [False, False, False]
    assert sorted(row["description"] for row in desk.rows("ToDo", "description")) == ["t", "v"]


@defended_by("crm_platform.automation.log:is_queued", replace_with=yes)
def test_X04_a_rule_whose_worker_was_killed_after_its_commit_does_nothing_twice(each_desk: Desk) -> None:
    desk = each_desk
    desk.rule("Tell", "Request", "Created", TELL)
    desk.site.insert("Request", title="t")
    (row,) = [
        row for row in desk.site.system(lambda ctx: ctx.connection.fetch(JOB)) if row["task"] == "core:automation"
    ]
    desk.work()
    again = RunRule(desk.outlets())
    desk.site.write(lambda ctx: again.perform(ctx, **json.loads(row["arguments"])))
    assert len(desk.rows("Notification Log", "name")) == 1
