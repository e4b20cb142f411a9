"""The tasks of this room: what its jobs do, with whose rights, and which of them the clock brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crm_platform.automation import assignment_rules, engine, escalation, sweeps, telling
from crm_platform.automation.distributing import Distribute
from crm_platform.automation.escalation import Escalate
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.preparing import Work, in_two_steps
from crm_platform.automation.running import RunRule
from crm_platform.automation.telling import Tell
from crm_platform.jobs.schedules import Schedule

EVERY_MINUTE = "* * * * *"


def automation_tasks(outlets: Outlets) -> dict[str, Callable[..., object]]:
    """The tasks that run as the user of the job, by name."""
    works: Mapping[str, Callable[[Outlets], Work]] = {
        engine.TASK: RunRule,
        assignment_rules.TASK: Distribute,
        escalation.ESCALATE: lambda own: Escalate(RunRule(own)),
    }
    in_steps = {name: in_two_steps(name, outlets, make) for name, make in works.items()}
    return {telling.TASK: Tell(outlets), **in_steps}


SYSTEM_TASKS: Mapping[str, Callable[..., object]] = {
    sweeps.SWEEP: sweeps.sweep,
    sweeps.BATCH: sweeps.judge_batch,
    escalation.SWEEP: escalation.sweep,
}
"""Those that run with the system's rights."""

SCHEDULES: Sequence[Schedule] = (Schedule(sweeps.SWEEP, EVERY_MINUTE), Schedule(escalation.SWEEP, EVERY_MINUTE))
