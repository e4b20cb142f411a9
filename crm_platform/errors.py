"""One error tree: each class has a stable code (its name, as Frappe's `exc_type`) and an HTTP status.

    CRMError
    ├── AuthenticationError 401 ── OneTimePasswordRequired
    ├── CSRFTokenError 400
    ├── PermissionError 403
    ├── DoesNotExistError 404
    ├── NotAllowedMethodError 405
    ├── DuplicateEntryError, NameError 409
    ├── LinkExpiredError 410
    ├── EntityTooLargeError 413
    ├── ValidationError 417 ── one subclass per kind of bad input
    ├── TooManyRequestsError 429
    ├── UnavailableError 503, TimeoutError 504, StorageFullError 507
    ├── ServerError 500 (a fault of ours)
    └── PackError 500 (a pack's hook failed; names pack and hook)

A message is an English msgid with `{placeholders}` and its parameters, so that the edge can translate it. Parameters
that are words of the product are translated, too: see TERMS, Text and `render`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

Translate = Callable[[str], str]

TERMS = frozenset(
    {
        "action",
        "doctype",
        "fieldtype",
        "kind",
        "label",
        "needed",
        "new_name",
        "next",
        "old_fieldtype",
        "old_name",
        "reason",
        "right",
        "role",
        "state",
        "status",
        "target",
        "workflow",
    }
)
"""Parameters whose values stand in catalogues themselves: labels, names of DocTypes and roles, choices, rights."""

CONTEXTS: Mapping[str, str] = {"fieldtype": "DocField", "old_fieldtype": "DocField"}
"""Parameters and fields whose values mean something else than elsewhere: Currency is a field type, and a record."""


def in_context(text: str, context: str) -> str:
    """The key of a text that has a translation of its own in a context (Frappe's Translation.context, and its key)."""
    return f"{text}:{context}"


def translated_in(text: str, context: str, translate: Translate) -> str:
    """`text` as it is said in the context, or else as everywhere."""
    key = in_context(text, context)
    found = translate(key) if context else key
    return translate(text) if found == key else found


def render(template: str, params: Mapping[str, object], translate: Translate | None = None) -> str:
    """Fill the placeholders of `template`, translated first when `translate` is given.

    A parameter that is a message is rendered, one of TERMS translated, a tuple is a list of terms; others stay as they
    are, since they are what people wrote.
    """
    translate = translate or str
    text = translate(template)
    return text.format(**{name: _shown(name, value, translate) for name, value in params.items()}) if params else text


def _shown(name: str, value: object, translate: Translate) -> object:
    if isinstance(value, Text | FieldError | CRMError):
        return value.message(translate)
    if isinstance(value, tuple):
        return translate(", ").join(f'"{translate(str(term))}"' for term in value)
    if name in TERMS and isinstance(value, str):
        return translated_in(value, CONTEXTS.get(name, ""), translate)
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A translatable text that is a parameter of another: part of a sentence, or one of two sentences."""

    template: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def message(self, translate: Translate | None = None) -> str:
        """The text, translated by `translate` when that is given."""
        return render(self.template, self.params, translate)


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field: what a form shows beside it.

    `field` is the fieldname, `row` the 1-based index in the child table `table` (None for the document itself),
    `code` the class name of the error this fault would be alone.
    """

    field: str
    template: str
    code: str = "ValidationError"
    table: str | None = None
    row: int | None = None
    params: dict[str, object] = dataclasses.field(default_factory=dict)

    def message(self, translate: Translate | None = None) -> str:
        """The sentence, translated by `translate` when that is given."""
        return render(self.template, self.params, translate)


class CRMError(Exception):
    """Root of all errors that a person may see.

    Parameters: `template`, an English sentence with placeholders that says what happened and what to do; `errors`, the
    faults by field; `title`, a short heading; every further keyword fills a placeholder.
    """

    status: ClassVar[int] = 500

    def __init__(
        self, template: str, *, errors: Iterable[FieldError] = (), title: str | None = None, **params: object
    ) -> None:
        super().__init__(template)
        self.template = template
        self.params = params
        self.errors: Sequence[FieldError] = tuple(errors)
        self.title = title

    @property
    def code(self) -> str:
        """Name of the class: what clients see as `exc_type`."""
        return type(self).__name__

    def message(self, translate: Translate | None = None) -> str:
        """The sentence, translated by `translate` when that is given."""
        return render(self.template, self.params, translate)

    def __str__(self) -> str:
        return self.message()


class AuthenticationError(CRMError):
    """Sign-in failed, or a token is wrong."""

    status = 401


class OneTimePasswordRequired(AuthenticationError):
    """The password was right; the account also asks for a time-based code (RFC 6238)."""


class CSRFTokenError(CRMError):
    """An unsafe request of a browser session without its token, or from another site."""

    status = 400


class BadRequestError(CRMError):
    """The request itself is malformed (unknown host, broken path)."""

    status = 400


class PermissionError(CRMError):
    """The caller lacks the right; the message names what is missing."""

    status = 403


class SessionExpiredError(PermissionError):
    """A guarded call with an unknown or old session."""


class DoesNotExistError(CRMError):
    """There is no such document, or none that the caller may read."""

    status = 404


class NotAllowedMethodError(CRMError):
    """The HTTP method does not fit, for example a change by GET."""

    status = 405


class DuplicateEntryError(CRMError):
    """The name is taken."""

    status = 409


class NameError(CRMError):
    """A name that no document may have."""

    status = 409


class LinkExpiredError(CRMError):
    """The link of a mail was used already, is too old, or was never ours."""

    status = 410


class EntityTooLargeError(CRMError):
    """The body or file is over the limit."""

    status = 413


class ValidationError(CRMError):
    """Bad input. Collects all faults at once: see `errors`."""

    status = 417


class MandatoryError(ValidationError):
    """A required value is missing, empty or blank."""


class LinkValidationError(ValidationError):
    """A link points to a document that is not there."""


class CancelledLinkError(LinkValidationError):
    """A link points to a cancelled document."""


class LinkExistsError(ValidationError):
    """The document cannot go: others link to it."""


class UniqueValidationError(ValidationError):
    """The value of a unique field is taken."""


class CharacterLengthExceededError(ValidationError):
    """A text is too long or a number too big for its field."""


class InvalidEmailAddressError(ValidationError):
    """Not an e-mail address."""


class InvalidPhoneNumberError(ValidationError):
    """Not a telephone number."""


class NonNegativeError(ValidationError):
    """A number that must not be negative is."""


class CannotChangeConstantError(ValidationError):
    """A field that may be set only once (Frappe DocField.set_only_once)."""


class TimestampMismatchError(ValidationError):
    """The document was changed after the caller read it."""


class UpdateAfterSubmitError(ValidationError):
    """A submitted document's field that may not change any more."""


class DocstatusTransitionError(ValidationError):
    """Draft, submitted and cancelled follow each other in this order only."""


class WorkflowTransitionError(ValidationError):
    """The workflow action is not open to the caller in this state."""


class WorkflowPermissionError(ValidationError):
    """The workflow state was set without its action."""


class DataError(ValidationError):
    """A query names a field, operator or direction that is not there."""


class ExpressionError(ValidationError):
    """An expression beyond our language, or one that cannot be evaluated; has line and column in its parameters."""


class PrintFormatError(ValidationError):
    """A print format does not render; the message tells the line."""


class DefinitionError(ValidationError):
    """A definition (DocType, Custom Field, Workflow…) that fails its checks."""


class InvalidFieldNameError(DefinitionError):
    """A fieldname that no field may have."""


class WrongOptionsDoctypeLinkError(DefinitionError):
    """A Link or Table field whose options name no DocType."""


class FileTypeNotAllowedError(ValidationError):
    """A file of a kind that is not accepted."""


class AddressNotAllowedError(ValidationError):
    """A URL that the server does not ask: of an inside address, an unusual port or another scheme."""


class TooManyRequestsError(CRMError):
    """Carries `retry_after` seconds in its parameters."""

    status = 429


class ServerError(CRMError):
    """A fault of ours: the sentence names the request, the log has the rest."""

    status = 500


class PackError(CRMError):
    """A pack's hook raised, returned a wrong type or changed its input; parameters `pack` and `hook`."""

    status = 500


class UnavailableError(CRMError):
    """The database or a worker cannot answer now; try again."""

    status = 503


class TimeoutError(CRMError):
    """The work took longer than its limit and was stopped."""

    status = 504


class StorageFullError(CRMError):
    """The disk is full; nothing was saved."""

    status = 507
