"""The bounds of hooks that the commands with processes of their own take: `serve` and `worker`."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.serving.server import HOOK_LIMITS

HookLimit = Annotated[
    float, typer.Option(min=1, envvar="CRM_HOOK_LIMIT", help="Seconds that a hook of a pack may run.")
]
HookMemory = Annotated[
    int,
    typer.Option(min=128, envvar="CRM_HOOK_MEMORY", help="MB that a process may hold while a hook is at work."),
]
SECONDS = HOOK_LIMITS.seconds
MEGABYTES = HOOK_LIMITS.memory >> 20
