"""Conditions and formulas: one small language, parsed to a tree, compiled to closures, served to the browser as JSON.

`compile("eval:doc.status == 'Open' && doc.amount > 0").evaluate({"doc": {...}})`; see docs/reference/expressions.md.
"""

from crm_platform.expressions.expression import Expression, compile, loads
from crm_platform.expressions.tree import FieldPath, Subject

__all__ = ["Expression", "FieldPath", "Subject", "compile", "loads"]
