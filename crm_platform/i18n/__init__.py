"""Message catalogues and locale formats: what a person reads in their own language."""

from crm_platform.i18n.catalogues import Catalogues

__all__ = ["Catalogues"]
