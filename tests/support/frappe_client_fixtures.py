"""Frappe's Python client as PyPI has it, installed into a folder of the test run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

PYTHON_CLIENT = "frappe-client==0.1.0.dev0"
"""The client of github.com/frappe/frappe-client. It asks for IPython without using it: hence --no-deps."""


@pytest.fixture(scope="session")
def frappeclient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module of Frappe's Python client, unmodified."""
    folder = tmp_path_factory.mktemp("frappe-client")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-compile", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, PYTHON_CLIENT], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield import_module("frappeclient.frappeclient")
