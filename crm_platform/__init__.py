"""crm_platform: a CRM that people shape without code and extend with packs."""

__version__ = "0.1.0"
