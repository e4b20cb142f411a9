"""What the application and the worker of a site both use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_platform.automation.outlets import Outlets
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.printing.service import Printing
from crm_platform.printing.taking import Sources
from crm_platform.sites.backup import back_up_before
from crm_platform.sites.outlets import automation_outlets

if TYPE_CHECKING:
    from crm_platform.sites.opening import Site


def site_files(site: Site) -> Files:
    """The attachments of a site."""
    return Files(Storage(site.folder.files))


def backup_of(site: Site) -> str:
    """Back a site up into its own folder, before a plan gives something up; where the backup is."""
    return str(back_up_before(site, "plan"))


def site_printing(site: Site, files: Files) -> Printing:
    """The print service of a site; its worker processes start when they are first needed."""
    return Printing(Sources(files, site.texts.messages, lambda: site.hooks))


def site_outlets(site: Site, files: Files) -> Outlets:
    """What rules work with; templates are filled by worker processes that start when they are first needed."""
    return automation_outlets(site, site_printing(site, files))
