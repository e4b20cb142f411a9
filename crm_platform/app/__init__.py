"""The composition root: an open site and its abilities as one application and one worker."""

from crm_platform.app.application import create_application
from crm_platform.app.pack_methods import PackMethods
from crm_platform.app.worker import create_worker

__all__ = ["PackMethods", "create_application", "create_worker"]
