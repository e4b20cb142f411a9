"""The tasks of this room: what its jobs do, with whose rights, and which of them the clock brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.automation import assignment_rules, engine, escalation, sweeps, telling
from crm_platform.automation.distributing import Distribute
from crm_platform.automation.escalation import Escalate
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.running import RunRule
from crm_platform.automation.telling import Tell
from crm_platform.jobs.schedules import Schedule

EVERY_MINUTE = "* * * * *"


def automation_tasks(outlets: Outlets) -> dict[str, Callable[..., object]]:
    """The tasks that run as the user of the job, by name."""
    run = RunRule(outlets)
    return {
        engine.TASK: run,
        telling.TASK: Tell(outlets),
        assignment_rules.TASK: Distribute(outlets),
        escalation.ESCALATE: Escalate(run),
    }


SYSTEM_TASKS: Mapping[str, Callable[..., object]] = {
    sweeps.SWEEP: sweeps.sweep,
    sweeps.BATCH: sweeps.judge_batch,
    escalation.SWEEP: escalation.sweep,
}
"""Those that run with the system's rights."""

SCHEDULES: Sequence[Schedule] = (Schedule(sweeps.SWEEP, EVERY_MINUTE), Schedule(escalation.SWEEP, EVERY_MINUTE))
