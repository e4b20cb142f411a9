"""Fixtures: the distribution as it is built."""

from __future__ import annotations

import pytest

from support.packaging import BuiltWheel, build_wheel_of_checkout


@pytest.fixture(scope="session")
def built_wheel(tmp_path_factory: pytest.TempPathFactory) -> BuiltWheel:
    """The wheel of the checkout, built in a copy of it."""
    return build_wheel_of_checkout(tmp_path_factory.mktemp("wheel"))
