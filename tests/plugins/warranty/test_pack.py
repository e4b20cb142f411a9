"""The warranty pack on a site: on, used, off, on again; nothing of it is left or lost on the way."""

from __future__ import annotations

import pytest

from crm_platform.errors import DoesNotExistError, ValidationError, WorkflowPermissionError, WorkflowTransitionError
from crm_platform.packs.discovery import Found
from crm_platform.plugins.warranty.pack import pack
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from crm_platform.workflow.applying import apply
from support.sabotage import defended_by, nothing


@pytest.fixture
def warranty(site: TestSite) -> TestSite:
    site.site.close()
    opened = TestSite(open_site(site.site.folder.path, installed=[Found("warranty", pack)]))
    opened.enable_pack("warranty")
    site.site = opened.site
    return site


def claim(site: TestSite, **values: object) -> str:
    customer = site.insert("Customer", customer_name="北京科技", customer_type="Company")
    made = site.insert("Warranty Claim", customer=customer.name, complaint="无法启动", **values)
    return str(made.name)


def step(site: TestSite, name: str, action: str) -> str:
    return str(site.write(lambda ctx: apply(ctx, "Warranty Claim", name, action)).workflow_state)


def test_a_claim_goes_through_its_workflow(warranty: TestSite) -> None:
    name = claim(warranty, complaint_date="2026-03-01", warranty_expiry_date="2026-06-30")
    assert warranty.get("Warranty Claim", name).warranty_amc_status == "Under Warranty"
    assert step(warranty, name, "Start Check") == "Under Check"
    assert step(warranty, name, "Approve under Warranty") == "Approved"
    assert step(warranty, name, "Start Repair") == "In Repair"
    with pytest.raises(WorkflowTransitionError, match="resolution_details"):
        step(warranty, name, "Close")
    warranty.update("Warranty Claim", name, resolution_details="更换电源")
    assert step(warranty, name, "Close") == "Closed"
    closed = warranty.get("Warranty Claim", name)
    assert (closed.docstatus, closed.status) == (1, "Closed")


@defended_by("crm_platform.documents.guards:_check_workflow_state", replace_with=nothing)
def test_C11_the_state_is_not_written_past_the_action(warranty: TestSite) -> None:
    name = claim(warranty)
    for values in ({"workflow_state": "Closed"}, {"workflow_state": "Under Check"}, {"docstatus": 1}):
        with pytest.raises(WorkflowPermissionError):
            warranty.update("Warranty Claim", name, **values)
    assert warranty.get("Warranty Claim", name).workflow_state == "Open"


def test_the_rule_and_the_field_on_customer_come_and_go_with_the_pack(warranty: TestSite) -> None:
    with pytest.raises(ValidationError, match="must be reachable"):
        warranty.insert("Customer", customer_name="A", customer_type="Company", service_level="Gold")
    warranty.disable_pack("warranty")
    with pytest.raises(ValidationError, match="service_level"):
        warranty.insert("Customer", customer_name="A", customer_type="Company", service_level="Gold")


def test_data_wait_for_the_pack_to_return(warranty: TestSite) -> None:
    name = claim(warranty, complaint_date="2026-03-01")
    customer = warranty.get("Warranty Claim", name).customer
    warranty.update("Customer", customer, service_level="Silver")
    before = warranty.read(lambda ctx: sorted(ctx.definitions))
    warranty.disable_pack("warranty")
    with pytest.raises(DoesNotExistError, match="DocType Warranty Claim not found"):
        warranty.get("Warranty Claim", name)
    for kind in ("DocType", "Print Format", "Report", "Workflow", "Validation Rule", "Role"):
        rows = warranty.read(lambda ctx, kind=kind: ctx.store.list(kind, filters=[["name", "like", "Warranty%"]]))
        assert rows == []
    warranty.enable_pack("warranty")
    assert warranty.get("Warranty Claim", name).complaint == "无法启动"
    assert warranty.get("Customer", customer).service_level == "Silver"
    assert warranty.read(lambda ctx: sorted(ctx.definitions)) == before
