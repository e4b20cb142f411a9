"""Checks Print Formats and Email Templates when they are saved: a mistake is told to its author, not to its user."""

from __future__ import annotations

from jinja2 import TemplateSyntaxError, nodes
from jinja2.filters import FILTERS

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError, PrintFormatError
from crm_platform.printing.calls import calls_of_nothing, circle_of_macros
from crm_platform.printing.environment import JINJA_FILTERS, sandbox

LENGTH = 200_000
"""Characters of a template."""
LEFT_OUT = FILTERS.keys() - set(JINJA_FILTERS)
"""Jinja's filters that our sandbox does not have. Those of packs come and go: a name that nobody knows may be one."""

MAIL_FIELDS = ("subject", "response", "response_html")


def check_template(source: str, field: str = "html") -> None:
    """Raise PrintFormatError for the first mistake, with its line; `field` holds the template.

    The template is parsed, never compiled: Jinja computes constants while it compiles, and that may take for ever.
    """
    if len(source) > LENGTH:
        raise _fault(field, "The template is too long: at most {limit} characters.", limit=LENGTH)
    try:
        tree = sandbox({}).parse(source)
        _check_filters(tree, field)
        _check_calls(tree, field)
    except TemplateSyntaxError as error:
        template = "The template has a mistake in line {line}: {reason}"
        raise _fault(field, template, line=error.lineno, reason=str(error.message)) from None
    except RecursionError:
        raise _fault(field, "The template is nested too deeply. Simplify it.") from None


def _check_filters(tree: nodes.Template, field: str) -> None:
    for node in tree.find_all(nodes.Filter):
        if node.name in LEFT_OUT:
            template = "The filter {name} is not available in templates (line {line})."
            raise _fault(field, template, name=node.name, line=node.lineno)


def _check_calls(tree: nodes.Template, field: str) -> None:
    circle = circle_of_macros(tree)
    if circle is not None:
        template = "The macro in line {line} would never end: {way}. Let it call other macros only."
        raise _fault(field, template, line=circle[1], way=" → ".join(circle[0]))
    for name, line in calls_of_nothing(tree):
        template = "{name} in line {line} is nothing that a template can call. Templates repeat rows of their document."
        raise _fault(field, template, name=name, line=line)


def on_validate(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a document event's signature
    check_template(doc["html"] or "")


def check_mail(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a document event's signature
    for field in MAIL_FIELDS:
        check_template(doc[field] or "", field)


def _fault(field: str, template: str, **params: object) -> PrintFormatError:
    fault = PrintFormatError(template, errors=[FieldError(field, template, "PrintFormatError", params=params)])
    fault.params.update(params)
    return fault
