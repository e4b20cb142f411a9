"""What a machine may lack: a test that needs it skips with a sentence, or fails where everything is required."""

from __future__ import annotations

import ctypes
import os
import shutil
from typing import NoReturn

import pytest


def unavailable(sentence: str) -> NoReturn:
    """Skip the test with `sentence`, or fail it when CRM_REQUIRE_ALL=1 says that the machine must have everything."""
    if os.environ.get("CRM_REQUIRE_ALL") == "1":
        pytest.fail(f"{sentence} (CRM_REQUIRE_ALL=1 allows no skip.)", pytrace=False)
    pytest.skip(sentence)


def require_binary(name: str, *, package: str) -> str:
    """Find the program `name`, which Debian ships in `package`, and return its path."""
    path = shutil.which(name)
    if path is None:
        unavailable(f"This test needs the program {name}: apt-get install {package}")
    return path


def require_library(name: str, *, package: str) -> None:
    """Make sure that the shared library `name`, as in "libpango-1.0.so.0", can be loaded."""
    try:
        ctypes.CDLL(name)
    except OSError:
        unavailable(f"This test needs the library {name}: apt-get install {package}")
