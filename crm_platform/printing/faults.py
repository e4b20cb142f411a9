"""What goes wrong in a worker, as a sentence that travels to the parent and becomes its error there."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.errors import CRMError, PrintFormatError, UnavailableError

KINDS: Mapping[str, type[CRMError]] = {"format": PrintFormatError, "missing": UnavailableError}
REASON = 300
"""Characters of a parameter that a person gets to read."""


class Fault(Exception):
    """`template` is an English msgid with placeholders; `kind` a key of KINDS."""

    def __init__(self, template: str, kind: str = "format", **params: object) -> None:
        super().__init__(template)
        self.kind = kind
        self.template = template
        self.params = {key: value if isinstance(value, int) else str(value)[:REASON] for key, value in params.items()}

    def error(self) -> CRMError:
        error = KINDS[self.kind](self.template)
        error.params.update(self.params)
        return error
