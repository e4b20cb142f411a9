"""What the competitors pack says about itself."""

from __future__ import annotations

from crm_platform.pack import Manifest

MANIFEST = Manifest(
    id="competitors",
    title="Competitors",
    version="0.1.0",
    package="crm_platform.plugins.competitors",
    platform=">=0.1,<1",
    description="Competing products with prices and comparison, win and loss by competitor, battle cards, alerts.",
    license="MIT",
    settings={"days": "90", "fall": "10", "deals": "5"},
)
"""`days` is how far a win rate looks back, `fall` the points and `deals` the decided deals from which it alarms."""
