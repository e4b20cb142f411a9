"""A campaign with its people, on a site that sends real mail to a server on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crm_platform.doctypes.marketing.answers import note_deliveries
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.workflow.applying import Seen, apply
from support.api_site import Client
from support.post_office import PostOffice

USER, MANAGER = "marketing@example.com", "head@example.com"
RECIPIENT = "Campaign Recipient"


@dataclass(frozen=True)
class Marketing:
    """Two people of marketing at the post office."""

    post: PostOffice

    def call(self, method: str, user: str = USER, **arguments: Any) -> Any:
        answer = self.post.client(user).post(f"/api/method/crm.campaign.{method}", json=arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()["message"]

    def refused(self, method: str, user: str = USER, **arguments: Any) -> str:
        answer = self.post.client(user).post(f"/api/method/crm.campaign.{method}", json=arguments)
        assert 400 <= answer.status_code < 500, answer.text
        return str(answer.json()["exception"])

    def act(self, campaign: str, action: str, user: str = USER) -> None:
        def take(ctx: Context) -> None:
            apply(ctx, "Campaign", campaign, action, Seen(modified=ctx.store.get("Campaign", campaign).modified))

        self.post.site.write(take, user)

    def approved(self, *segments: str, **values: Any) -> str:
        """A campaign that somebody else has approved."""
        name = self.draft(*segments, **values)
        self.act(name, "Submit for Review")
        self.act(name, "Approve", MANAGER)
        return name

    def draft(self, *segments: str, user: str = USER, **values: Any) -> str:
        rows = [{"segment": segment} for segment in segments]
        given = {"campaign_name": "春季新品", "email_template": "Spring", "segments": rows, **values}
        made = self.post.site.write(lambda ctx: ctx.store.insert(ctx.store.new("Campaign", given)), user)
        return str(made["name"])

    def segment(self, doctype: str, *filters: list[Any]) -> str:
        text = str([list(one) for one in filters]).replace("'", '"')
        made = self.post.site.insert("Segment", segment_name=f"{doctype} {text}", document_type=doctype, filters=text)
        return str(made["name"])

    def send(self, campaign: str) -> None:
        self.call("send", name=campaign)
        self.post.deliver()
        self.post.site.system(note_deliveries)

    def figures(self, campaign: str, *names: str) -> list[Any]:
        found = self.post.site.get("Campaign", campaign)
        return [found[name] for name in names]

    def states(self, campaign: str) -> dict[str, str]:
        """Status, or why somebody is left out, by name."""
        fields = ["recipient_name", "channel", "status", "skipped_because"]
        rows = self.post.site.read(
            lambda ctx: ctx.store.list(RECIPIENT, fields=fields, filters={"campaign": campaign}, limit=None)
        )
        return {f"{row['recipient_name']} {row['channel']}": row["skipped_because"] or row["status"] for row in rows}

    def recipient(self, campaign: str, name: str, channel: str = "Email") -> Document:
        filters = {"campaign": campaign, "recipient_name": name, "channel": channel}
        (row,) = self.post.site.read(lambda ctx: ctx.store.list(RECIPIENT, filters=filters))
        return self.post.site.get(RECIPIENT, row["name"])

    def leaving(self, address: str) -> tuple[Client, str]:
        """A guest, and the link in the last mail to an address."""
        parts = urlsplit(self.post.inbox.to(address)[-1]["list-unsubscribe"].strip("<>"))
        return self.post.client(), f"{parts.path}?{parts.query}"


def marketing(post: PostOffice) -> Marketing:
    """The people, and the mail that campaigns send."""
    post.site.update("System Settings", "System Settings", currency="CNY")
    post.site.user(USER, "Marketing User")
    post.site.user(MANAGER, "Marketing User", "Marketing Manager")
    html = "<p>{{ doc.recipient_name }}，您好：新泵已经上市。</p>"
    post.site.insert(
        "Email Template", name="Spring", subject="给 {{ doc.recipient_name }}", use_html=1, response_html=html
    )
    return Marketing(post)
