"""One open transaction with everything the rooms above may ask of it."""

from __future__ import annotations

from crm_platform.database.reading import Reading
from crm_platform.database.seals import NoSeals, Seals
from crm_platform.database.system_rows import SystemRows


class Connection(Reading, SystemRows):
    """The Connection of both databases; only its dialect differs. An open site gives its `seals`."""

    seals: Seals = NoSeals()
