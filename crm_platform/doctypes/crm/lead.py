"""A lead becomes a customer, a contact and an opportunity: all three in one transaction, and once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crm_platform.doctypes.crm.life_cycle import first_stage
from crm_platform.pack import Context, Document, FieldError, ValidationError, find_duplicates, writes

CONVERTED = "Converted"


@writes
def convert(ctx: Context, name: str) -> dict[str, str]:
    """Make a customer, a contact and an opportunity of the lead `name`, with the rights of the caller.

    A lead that names a customer already gets its contact and opportunity there. Returns the opportunity, where work
    goes on, and the names of the other two.
    Raises ValidationError when it was converted before, and when the customer seems to be there already.
    """
    lead = ctx.store.get("Lead", name, for_update=True)
    _refuse_converted(lead)
    _take_in(ctx, lead)
    lead.opportunity = _new_opportunity(ctx, lead)
    lead.status, lead.converted_on = CONVERTED, ctx.now()
    ctx.store.save(lead)
    made = {"customer": lead.customer, "contact": lead.contact or ""}
    return {"doctype": "Opportunity", "name": lead.opportunity, **made}


def customer_of(ctx: Context, name: str) -> str:
    """The customer that the lead `name` is: the one it names, else a new one with its contact. It is not converted by
    that: an opportunity is still open to it.

    Raises as `convert` does, except for a lead that was converted.
    """
    lead = ctx.store.get("Lead", name, for_update=True)
    if not lead.customer:
        _take_in(ctx, lead)
        ctx.store.save(lead)
    return str(lead.customer)


def _take_in(ctx: Context, lead: Document) -> None:
    lead.customer = lead.customer or _new_customer(ctx, lead)
    lead.contact = _contact(ctx, lead)


def _refuse_converted(lead: Document) -> None:
    if lead.status == CONVERTED:
        raise ValidationError(
            "{lead} was converted on {day}; its opportunity is {opportunity}. Go on there.",
            lead=lead.name,
            day=str(lead.get("converted_on", "–")),
            opportunity=lead.get("opportunity", "–"),
        )


def note_qualification(ctx: Context, lead: Document) -> None:
    """Write down who qualified the lead, and when."""
    if lead.has_changed("qualification_status"):
        qualified = lead.qualification_status == "Qualified"
        lead.qualified_by = ctx.user if qualified else None
        lead.qualified_on = date.fromisoformat(ctx.today()) if qualified else None


def _new_customer(ctx: Context, lead: Document) -> str:
    values = {
        "customer_name": lead.company_name or lead.lead_name,
        "customer_type": "Company" if lead.company_name else "Individual",
        **_same(lead, "email_id", "mobile_no", "phone", "website", "industry", "territory", "language", "country"),
        "account_manager": lead.lead_owner,
        "annual_revenue": lead.annual_revenue,
        "number_of_employees": lead.no_of_employees,
        "lead_name": lead.name,
        "life_cycle_stage": first_stage(ctx),
    }
    if not lead.new_customer:
        _refuse_second_customer(ctx, lead, values)
    return _insert(ctx, "Customer", values)


def _refuse_second_customer(ctx: Context, lead: Document, values: Mapping[str, object]) -> None:
    found = find_duplicates(ctx, "Customer", values)
    if found:
        raise ValidationError(
            "{lead} may be a customer already: {customers}. Enter it in the field Customer, or tick New Customer.",
            lead=lead.name,
            customers=", ".join(f"{match.name} {match.title}" for match in found[:3]),
            errors=[FieldError("customer", "Which customer is it?")],
        )


def _contact(ctx: Context, lead: Document) -> str | None:
    """The customer's contact with the lead's email, else a new one; none for a lead that names no person."""
    if lead.contact or not lead.first_name:
        return lead.contact or None
    of_customer = [["Dynamic Link", "link_doctype", "=", "Customer"], ["Dynamic Link", "link_name", "=", lead.customer]]
    if lead.email_id:
        there = ctx.store.list("Contact", filters=[*of_customer, ["email_id", "=", lead.email_id]], limit=1)
        if there:
            return str(there[0]["name"])
    first = not ctx.store.list("Contact", filters=of_customer, limit=1)
    values = {
        **_same(
            lead, "salutation", "first_name", "last_name", "gender", "company_name", "email_id", "mobile_no", "phone"
        ),
        "designation": lead.job_title,
        "unsubscribed": lead.unsubscribed,
        "is_primary_contact": int(first),
        "links": [{"link_doctype": "Customer", "link_name": lead.customer}],
    }
    contact = _insert(ctx, "Contact", values)
    if first:
        ctx.store.update("Customer", lead.customer, {"customer_primary_contact": contact})
    return contact


def _new_opportunity(ctx: Context, lead: Document) -> str:
    values = {
        "title": lead.title or lead.company_name or lead.lead_name,
        "customer": lead.customer,
        "contact_person": lead.contact,
        "opportunity_owner": lead.lead_owner,
        "lead": lead.name,
        **_same(lead, "source", "territory", "industry", "campaign"),
    }
    return _insert(ctx, "Opportunity", values)


def _same(lead: Document, *fieldnames: str) -> dict[str, object]:
    """The fields that are called alike in both."""
    return {name: lead[name] for name in fieldnames if lead[name] not in (None, "")}


def _insert(ctx: Context, doctype: str, values: Mapping[str, object]) -> str:
    given = {name: value for name, value in values.items() if value not in (None, "")}
    return str(ctx.store.insert(ctx.store.new(doctype, given)).name)
