"""What a module of the standard CRM does besides its definitions: one table per hook of the pack API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crm_platform.pack import Condition, Context, Document, Task


@dataclass(frozen=True)
class Behaviour:
    """The tables of one module, each as the hook of its name in `crm_platform.hookspecs` wants it."""

    document_events: Mapping[str, Mapping[str, Callable[[Context, Document], None]]] = field(default_factory=dict)
    row_filters: Mapping[str, Callable[[Context, str], Condition]] = field(default_factory=dict)
    api_methods: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    jinja_filters: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    form_actions: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    schedules: Mapping[str, Callable[[Context], None]] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
