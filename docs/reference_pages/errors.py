"""The error tree, from crm_platform/errors.py."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from crm_platform import errors
from reference_pages.markdown import code, first_sentences, opening, table

PAGE = "errors.md"
PROSE = """Every refusal is one of these. The code is what Frappe's clients see as `exc_type`; the status is that of
the HTTP answer. A class below another one is a finer kind of it. The message names what is wrong and says what to
do; the list `errors` of the answer has one entry for each faulty field: `field`, `table`, `row`, `code`, `message`.

On the command line an error is one sentence on standard error and exit code 1."""


def page() -> str:
    """The whole page."""
    rows = [
        (code(kind.__name__), str(kind.status), code(kind.__mro__[1].__name__), first_sentences(kind))
        for kind in error_classes()
    ]
    header = ("code", "status", "a kind of", "meaning")
    return f"{opening('Errors', PROSE, '`crm_platform/errors.py`')}\n{table(header, rows)}\n"


def error_classes() -> Iterator[type[errors.CRMError]]:
    """All classes below the root, in the order of the source."""
    for value in vars(errors).values():
        if inspect.isclass(value) and issubclass(value, errors.CRMError) and value is not errors.CRMError:
            yield value
