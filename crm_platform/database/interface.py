"""What the rooms above may ask of the database: a site's Database and the Connection of one open transaction.

Values go in and come out as Python values of the column's storage kind: text str, int int, float float, decimal Decimal
(six places), date date, datetime aware UTC datetime, time time; None is NULL.
"""

from __future__ import annotations

from crm_platform.database.connection import Connection
from crm_platform.database.engine import Database
from crm_platform.database.forecast import Forecast
from crm_platform.database.preparation import ModelChangedError, UnpreparedError
from crm_platform.database.schema import Step
from crm_platform.database.seals import Seals
from crm_platform.database.statement import Row
from crm_platform.database.unfinished import Preparation

__all__ = [
    "Connection",
    "Database",
    "Forecast",
    "ModelChangedError",
    "Preparation",
    "Row",
    "Seals",
    "Step",
    "UnpreparedError",
]
