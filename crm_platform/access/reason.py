"""One reason of an explained decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule and its verdict; `values` are those of the document that the rule looks at, as far as the asker may."""

    kind: str
    template: str
    params: Mapping[str, Any]
    layer: str
    verdict: bool
    values: Mapping[str, Any] = field(default_factory=dict)
