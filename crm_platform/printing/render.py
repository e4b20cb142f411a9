"""A snapshot rendered to one HTML page, inside a worker: template, clean-up, pictures, sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.resources import files
from typing import Any

from jinja2 import Template, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateNotFound
from markupsafe import Markup

from crm_platform.i18n.manner import Manner
from crm_platform.printing.cleaning import clean
from crm_platform.printing.environment import PARTS, PRINT_FORMAT, Sandbox, sandbox
from crm_platform.printing.faults import Fault
from crm_platform.printing.filters import Formatting
from crm_platform.printing.page import page
from crm_platform.printing.records import Record, freeze

SHIPPED = files("crm_platform.printing")


def render(snapshot: Mapping[str, Any], limit: int) -> str:
    """The whole page. Raises Fault with a sentence for everything that a template can do wrong."""
    fields = snapshot["fields"]
    doc: Record = freeze(snapshot["doc"], fields)
    formatting = Formatting(Manner(**snapshot["manner"]), snapshot["messages"], fields, doc)
    own = snapshot["template"]
    source, css = (own["html"], _style(own)) if own else (_shipped("standard.html"), _shipped("standard.css"))
    names = {
        "doc": doc,
        "_": formatting.translation,
        "letterhead": _letterhead(snapshot["letterhead"]["header"]),
        "sections": freeze(snapshot["sections"], {}),
        "doctype": formatting.translation(snapshot["doctype"]),
        "title": snapshot["title"],
    }
    environment = sandbox({**pack_filters(snapshot["filters"]), **formatting.filters()})
    body = render_template(environment, source, names, limit)
    return page(snapshot, clean(body), css, formatting.translation)


def render_template(environment: Sandbox, source: str, names: Mapping[str, Any], limit: int) -> str:
    """Fill one template, at most `limit` characters. Raises Fault naming the line."""
    try:
        code = environment.compile(source, name=PRINT_FORMAT, filename=PRINT_FORMAT)
        template = Template.from_code(environment, code, environment.globals)
        return _gather(template.generate(**names), limit)
    except Fault:
        raise
    except TemplateSyntaxError as error:
        raise _syntax_fault(error) from None
    except UndefinedError as error:
        raise Fault("{name} is not available in templates (line {line}).", name=error, line=line_of(error)) from None
    except TemplateNotFound as error:
        raise Fault("There is no template {name} (line {line}).", name=error.name, line=line_of(error)) from None
    except (MemoryError, RecursionError):
        raise Fault("The print format grew too big. Simplify its template.") from None
    except Exception as error:  # noqa: BLE001 a template or a pack's filter may raise anything
        raise Fault(
            "The print format cannot be rendered (line {line}): {reason}", line=line_of(error), reason=error
        ) from None


def pack_filters(references: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    """Import the filters of the enabled packs. Raises Fault naming one that is not there."""
    found = {}
    for name, reference in references.items():
        module, _, function = reference.partition(":")
        try:
            found[name] = getattr(import_module(module), function)
        except (ImportError, AttributeError):
            raise Fault(
                "The filter {name} of a pack cannot be loaded from {reference}.", name=name, reference=reference
            ) from None
    return found


def line_of(error: BaseException) -> int:
    """The line of the template where it happened; 0 when it was in none."""
    line, step = 0, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == PRINT_FORMAT:
            line = step.tb_lineno
        step = step.tb_next
    return line


def _letterhead(header: str) -> Markup:
    """The letterhead as markup, for it was cleaned when the snapshot was taken; empty when there is none."""
    return Markup(f'<div class="letterhead">{header}</div>' if header else "")  # noqa: S704


def _gather(pieces: Iterable[str], limit: int) -> str:
    gathered, length = [], 0
    for piece in pieces:
        gathered.append(piece)
        length += len(piece)
        if length > limit:
            raise Fault("The print format grew too big: more than {limit} characters.", limit=limit)
    return "".join(gathered)


def _syntax_fault(error: TemplateSyntaxError) -> Fault:
    return Fault("The template has a mistake in line {line}: {reason}", line=error.lineno, reason=error.message)


def _style(own: Mapping[str, Any]) -> str:
    """The style sheet of a template, after those of the shipped parts that it names."""
    named = [name for name in PARTS if f'"{name}"' in own["html"]]
    return "\n".join([*(_shipped(name.replace(".html", ".css")) for name in named), own["css"]])


def _shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")
