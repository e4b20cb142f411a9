"""Settings of the whole suite. The fixtures are in tests/support, one module per subject."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

import crm_platform
from crm_platform.testing.scratch import scratch_folder

pytest_plugins = [
    "support.made_once",
    "support.database_fixtures",
    "support.site_fixtures",
    "support.api_fixtures",
    "support.crm_fixtures",
    "support.history_fixtures",
    "support.selling_fixtures",
    "support.served_fixtures",
    "support.offers",
    "support.frappe_client_fixtures",
    "support.packaging_fixtures",
    "support.sabotage_plugin",
]

# Nothing fails for being slow on a busy machine: times are judged in benchmarks/ only.
settings.register_profile("suite", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Say once for all processes of the run where they keep what is gone after it."""
    if hasattr(config, "workerinput"):
        return  # workers have the environment of the process that started them
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch_folder()))  # pytest's name for where tmp_path is
    if not Path(crm_platform.__file__).is_relative_to(sysconfig.get_path("purelib")):
        keep_bytecode(config)


def keep_bytecode(config: pytest.Config) -> None:
    """Let the processes that tests start keep their bytecode until the end of the run, also where the shell forbids it:
    compiling the product takes them longer than loading it. What pip has installed is compiled already."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kept = TemporaryDirectory(prefix="crm-platform-bytecode-", ignore_cleanup_errors=True)
    config.add_cleanup(kept.cleanup)
    os.environ["PYTHONPYCACHEPREFIX"] = kept.name


def pytest_report_header() -> str:
    """Say which crm_platform is under test: the installed one, unless the checkout is on the path or editable."""
    return f"crm_platform {crm_platform.__version__} from {Path(crm_platform.__file__).parent}"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run the whole suite in two processes, but chosen files in this one: they start sooner, and pdb works."""
    return 2 if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0
