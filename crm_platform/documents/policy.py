"""Who may do what: the interface that the `access` room fills. Without it everything is denied."""

from __future__ import annotations

from typing import Protocol

from crm_platform.database.conditions import EVERYTHING, NOTHING, Condition
from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocType


class AccessPolicy(Protocol):
    """The rights of one user in one transaction. Actions are those of metadata.model.PERMISSION_ACTIONS."""

    def allows(self, doctype: DocType, action: str, document: Document | None = None) -> bool:
        """With a document: this document as it is stored (or as it would be created). Without: some document at all."""

    def rows(self, doctype: DocType, action: str = "read") -> Condition:
        """The documents on which `action` is allowed, as a condition; NOTHING when there is no right at all."""

    def levels(self, doctype: DocType, action: str, document: Document | None = None) -> frozenset[int]:
        """Field levels (Frappe DocField.permlevel) open for `read` or `write`."""


class DenyAll:
    """Deny by default."""

    def allows(self, doctype: DocType, action: str, document: Document | None = None) -> bool:  # noqa: ARG002 protocol
        return False

    def rows(self, doctype: DocType, action: str = "read") -> Condition:  # noqa: ARG002 protocol
        return NOTHING

    def levels(
        self,
        doctype: DocType,  # noqa: ARG002 protocol
        action: str,  # noqa: ARG002 protocol
        document: Document | None = None,  # noqa: ARG002 protocol
    ) -> frozenset[int]:
        return frozenset()


ALL_LEVELS = frozenset(range(10))


class AllowAll:
    """The system's own rights: reached only through `Context.as_system`."""

    def allows(self, doctype: DocType, action: str, document: Document | None = None) -> bool:  # noqa: ARG002 protocol
        return True

    def rows(self, doctype: DocType, action: str = "read") -> Condition:  # noqa: ARG002 protocol
        return EVERYTHING

    def levels(
        self,
        doctype: DocType,  # noqa: ARG002 protocol
        action: str,  # noqa: ARG002 protocol
        document: Document | None = None,  # noqa: ARG002 protocol
    ) -> frozenset[int]:
        return ALL_LEVELS
