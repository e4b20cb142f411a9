"""The score of a lead: the points of every rule that it meets, each with its reason."""

from __future__ import annotations

from crm_platform.pack import (
    Context,
    Document,
    ExpressionError,
    FieldError,
    ValidationError,
    compile_expression,
    enqueue,
    expression_scope,
    task,
)

RULE = "Lead Scoring Rule"


def score(ctx: Context, lead: Document) -> None:
    """Hold the lead against every rule."""
    rules = ctx.as_system().store.list(
        RULE,
        fields=["name", "points", "reason", "condition"],
        filters={"enabled": 1},
        order_by="points desc",
        limit=None,
    )
    scope = expression_scope(ctx, lead)
    lines = [
        {"rule": rule["name"], "points": rule["points"], "reason": ctx._(rule["reason"] or rule["name"])}
        for rule in rules
        if _holds(rule["condition"], scope)
    ]
    if lines != [{name: row[name] for name in ("rule", "points", "reason")} for row in lead.score_lines]:
        lead.set("score_lines", lines)
        lead.score = sum(line["points"] for line in lines)


def _holds(condition: str, scope: dict[str, object]) -> bool:
    """A condition that this lead's values do not fit, such as a comparison of a text with a number, is not met."""
    try:
        return compile_expression(condition).holds(scope)
    except ExpressionError:
        return False


def check_rule(ctx: Context, rule: Document) -> None:
    """Refuse a condition that cannot be read, or asks for a field that leads do not have."""
    try:
        condition = compile_expression(rule.condition)
    except ExpressionError as error:
        raise ValidationError("The condition cannot be read.", errors=[FieldError("condition", str(error))]) from error
    known = {*ctx.definitions["Lead"].by_name, "name", "owner", "creation", "modified"}
    unknown = sorted({path.name for path in condition.fields if path.name not in known})
    if unknown:
        raise ValidationError(
            "A lead has no field {fields}. Correct the condition.",
            fields=", ".join(unknown),
            errors=[FieldError("condition", "Unknown field.")],
        )


def rules_changed(ctx: Context, rule: Document) -> None:  # noqa: ARG001 the shape of an event
    """The open leads are scored again, after this transaction."""
    enqueue(ctx, rescore, {})


@task("crm:rescore_leads")
def rescore(ctx: Context) -> None:
    """Score every lead that is still open."""
    store = ctx.as_system().store
    for row in store.list("Lead", filters={"status": ["!=", "Converted"]}, limit=None):
        store.save(store.get("Lead", row["name"], for_update=True))
