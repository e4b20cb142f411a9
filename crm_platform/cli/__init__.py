"""The command line `crm-platform`: one module per command or group of commands."""

from crm_platform.cli.main import main

__all__ = ["main"]
