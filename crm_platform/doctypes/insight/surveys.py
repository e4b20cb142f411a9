"""Surveys: their questions come into the response, scores stay on the scale, a poor index is followed up."""

from __future__ import annotations

from datetime import timedelta

from crm_platform.pack import Context, Document, FieldError, ValidationError

ALL_COUNT_IN_NOTHING = "No question counts in a figure. Give a dimension a figure and a weight above 0."


def check_survey(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the shape of an event
    """Raise ValidationError for a dimension that stands twice, a question without one, weights that come to nothing."""
    known = [row.dimension for row in doc.dimensions]
    faults = [
        FieldError("dimension", "The dimension stands there twice.", table="dimensions", row=index)
        for index, name in enumerate(known, start=1)
        if name in known[: index - 1]
    ]
    faults += [
        FieldError("dimension", "Add this dimension, with its weight, to the survey.", table="questions", row=index)
        for index, row in enumerate(doc.questions, start=1)
        if row.dimension not in known
    ]
    if faults:
        raise ValidationError("The dimensions and questions of the survey do not fit.", errors=faults)
    if not any(row.final_weight for row in doc.questions if row.counts_in != "Nothing"):
        raise ValidationError(ALL_COUNT_IN_NOTHING, errors=[FieldError("dimensions", ALL_COUNT_IN_NOTHING)])
    if doc.scale < 2:
        template = "The best score must be 2 or more."
        raise ValidationError(template, errors=[FieldError("scale", template)])


def fill_response(ctx: Context, doc: Document) -> None:
    """Bring the questions of the survey with their weights of today; scores that were sent with a question are kept."""
    if not doc.is_new or not doc.survey:
        return
    survey = ctx.as_system().store.get("Survey", doc.survey)
    if survey.disabled:
        raise ValidationError("The survey {survey} is disabled.", survey=doc.survey)
    scores = {row.question: row.score for row in doc.answers}
    taken = ("question", "dimension", "final_weight", "counts_in")
    doc.answers = [
        {**{name: row[name] for name in taken}, "score": scores.get(row.question) or 0} for row in survey.questions
    ]


def check_scores(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the shape of an event
    """Raise ValidationError for a score beyond the scale, and for a submitted response without any answer."""
    faults = [
        FieldError("score", "The best score is {scale}.", table="answers", row=index, params={"scale": doc.scale})
        for index, row in enumerate(doc.answers, start=1)
        if row.score > doc.scale
    ]
    if faults:
        raise ValidationError("A score lies beyond the scale of the survey.", errors=faults)
    if doc.docstatus and not any(row.score for row in doc.answers):
        raise ValidationError("Enter at least one score before you submit the answers.")


def follow_up(ctx: Context, doc: Document) -> None:
    """A poor index brings a task for who looks after the customer: survey, analysis, measure, follow-up."""
    answered = any(row.score and row.counts_in == "Satisfaction Index" for row in doc.answers)
    if not answered or doc.satisfaction_index >= doc.follow_up_below:
        return
    store = ctx.as_system().store
    values = {
        "subject": ctx._("Ask {customer} what was wrong", customer=doc.customer_name),
        "priority": "High",
        "assigned_to": doc.account_manager or ctx.user,
        "due_date": ctx.now() + timedelta(days=3),
        "reference_doctype": doc.doctype,
        "reference_docname": doc.name,
    }
    store.insert(store.new("Task", values))
