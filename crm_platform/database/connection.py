"""One open transaction with everything the rooms above may ask of it."""

from __future__ import annotations

from crm_platform.database.executor import Callback
from crm_platform.database.reading import Reading
from crm_platform.database.seals import NoSeals, Seals
from crm_platform.database.system_rows import SystemRows


class Connection(Reading, SystemRows):
    """The Connection of both databases; only its dialect differs. An open site gives its `seals`."""

    seals: Seals = NoSeals()
    closing: tuple[Callback, ...] = ()

    def before_commit(self, callback: Callback) -> None:
        """Run `callback` as the last thing of the work that is being done, once however often it is asked for."""
        if callback not in self.closing:
            self.closing = (*self.closing, callback)

    def finish(self) -> None:
        """Run what waits for the end of the work."""
        closing, self.closing = self.closing, ()
        for callback in closing:
            callback()
