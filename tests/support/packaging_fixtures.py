"""Fixtures: the distribution as it is built."""

from __future__ import annotations

import pytest

from support.made_once import MadeOnce
from support.packaging import BuiltWheel, build_wheel_of_checkout, unpacked_wheel


@pytest.fixture(scope="session")
def built_wheel(made_once: MadeOnce) -> BuiltWheel:
    """The wheel of the checkout, built in a copy of it."""
    folder = made_once.folder("wheel", build_wheel_of_checkout)
    return unpacked_wheel(folder / "source", folder / "unpacked")
