"""The document events that this room listens to."""

from __future__ import annotations

from crm_platform.mail import accounts, timeline, unsubscribing

LISTENERS = (*accounts.LISTENERS, *timeline.LISTENERS, *unsubscribing.LISTENERS)
