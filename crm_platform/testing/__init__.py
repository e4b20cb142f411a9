"""The test kit: sites, users and clients for tests of the platform and of packs.

`plugin` has the fixtures, `contract` what every pack must meet.
"""

from crm_platform.testing.digests import digest
from crm_platform.testing.sites import TestSite, make_site

__all__ = ["TestSite", "digest", "make_site"]
