"""What a delivery of records did, for the operator."""

from __future__ import annotations

from collections.abc import Iterable

from crm_platform.cli.output import say
from crm_platform.sites.delivery import Delivery

LINES = (
    ("added", "{count} records brought up to date"),
    ("removed", "{count} records removed"),
    ("updated", "{count} records merged with what the site has changed: {names}"),
    ("conflicts", "{count} conflicts, where the site keeps what it has: {names}"),
    ("kept", "{count} records kept as the site has them: {names}"),
)


def report(deliveries: Iterable[Delivery]) -> None:
    """One line per outcome that there was; what is kept is named, since somebody may want to look at it."""
    every = list(deliveries)
    for outcome, template in LINES:
        names = [str(name) for delivery in every for name in getattr(delivery, outcome)]
        if names:
            say(f"  {template.format(count=len(names), names=', '.join(names))}")
