"""The test kit: sites, users and clients for tests of the platform and of packs."""

from crm_platform.testing.sites import TestSite, make_site

__all__ = ["TestSite", "make_site"]
