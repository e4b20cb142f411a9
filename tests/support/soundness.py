"""A site on which many tests worked is sound in the end: `doctor` and `audit verify` find nothing wrong.

Fixtures that keep a site for a module or for a whole run ask for it before the site goes: `require_sound` where it is
open in this process, `require_sound_folder` where a server had it and has stopped.
"""

from __future__ import annotations

from pathlib import Path

from crm_platform.privacy import audit
from crm_platform.search.rebuilding import catch_up
from crm_platform.sites.health import site_findings
from crm_platform.sites.opening import Site, open_site


def require_sound(site: Site) -> None:
    """What `crm-platform doctor` and `crm-platform audit verify` ask, after what a worker would still index."""
    catch_up(site.runtime)
    failed = [finding for finding in site_findings(site) if finding.level == "fail"]
    assert not failed, failed
    _, fault = site.runtime.read(lambda ctx: audit.verify(site.system(ctx)))
    assert fault is None, fault


def require_sound_folder(folder: Path) -> None:
    """The same of a site that nobody has open."""
    site = open_site(folder)
    try:
        require_sound(site)
    finally:
        site.close()
