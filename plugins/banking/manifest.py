"""What the banking pack says about itself."""

from __future__ import annotations

from crm_platform.pack import Manifest

MANIFEST = Manifest(
    id="banking",
    title="Banking",
    version="0.1.0",
    package="crm_platform.plugins.banking",
    platform=">=0.1,<1",
    description="Accounts, cards and papers with hidden numbers, value classes, KYC reviews and limits for four eyes.",
    license="MIT",
    settings={"kyc_months_low": "36", "kyc_months_medium": "24", "kyc_months_high": "12"},
    unmask=True,
)
"""`unmask`: the check digits of numbers are looked at when they are entered; each look is in the audit log."""
