"""Names that the modules of this room share."""

from __future__ import annotations

WEBHOOK = "Webhook"
LOG = "Webhook Request Log"
