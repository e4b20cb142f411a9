"""Fixture: the people of a trading company."""

from __future__ import annotations

import pytest

from support.crm import Crm
from support.selling import Trade


@pytest.fixture
def trade(crm: Crm) -> Trade:
    """The people of the company, on each kind of database."""
    return Trade(crm)
