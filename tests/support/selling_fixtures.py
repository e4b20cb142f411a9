"""Fixture: the standard CRM of a trading company that counts in CNY."""

from __future__ import annotations

import pytest

from support.crm import Crm
from support.selling import Trade


@pytest.fixture
def trade(crm: Crm) -> Trade:
    """The people of the company, on each kind of database."""
    settings = crm.administrator.get("System Settings", "System Settings")
    if settings.get("currency") != "CNY":
        crm.administrator.change("System Settings", "System Settings", currency="CNY")
    return Trade(crm)
