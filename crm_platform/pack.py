"""The public API for packs: everything a pack may import, and nothing else. A test pins this list.

Names that carry no docstring of their own: `hookimpl` marks a method of a `Pack` as the implementation of the hook of
its name; `Condition` is the type of what `Compare`, `all_of` and `any_of` build; `EVERYTHING` and `NOTHING` are the
conditions that hold always and never; `FIELD_KINDS` tells of each of Frappe's field types how it is stored.
"""

from __future__ import annotations

from crm_platform.database.conditions import EVERYTHING, NOTHING, Compare, Condition, all_of, any_of
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import (
    CRMError,
    DoesNotExistError,
    ExpressionError,
    FieldError,
    MandatoryError,
    PermissionError,
    ValidationError,
)
from crm_platform.expressions import compile as compile_expression
from crm_platform.expressions.dates import months_later
from crm_platform.hookspecs import hookimpl
from crm_platform.jobs.job import Job
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.task import Task, task
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.packs.manifest import Manifest, Pack
from crm_platform.packs.marks import guest, writes
from crm_platform.search.query import search
from crm_platform.search.tokens import tokens as search_tokens
from crm_platform.sites.mailing import queue_mail
from crm_platform.transfer.duplicates.finding import find as find_duplicates
from crm_platform.workflow.applying import apply as apply_workflow

__all__ = [
    "EVERYTHING",
    "FIELD_KINDS",
    "NOTHING",
    "CRMError",
    "Compare",
    "Condition",
    "Context",
    "Document",
    "DoesNotExistError",
    "ExpressionError",
    "FieldError",
    "Job",
    "MandatoryError",
    "Manifest",
    "Pack",
    "PermissionError",
    "Task",
    "ValidationError",
    "all_of",
    "any_of",
    "apply_workflow",
    "compile_expression",
    "enqueue",
    "expression_scope",
    "find_duplicates",
    "guest",
    "hookimpl",
    "months_later",
    "queue_mail",
    "search",
    "search_tokens",
    "task",
    "writes",
]
