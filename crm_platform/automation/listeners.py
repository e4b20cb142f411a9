"""The document events that this room listens to: fixed ones, and those of the rules that a site has now."""

from __future__ import annotations

from crm_platform.automation.assignment_rules import enabled_assignment_rules, listeners_of_assignment_rules
from crm_platform.automation.engine import listeners_of_rules
from crm_platform.automation.registry import every_rule
from crm_platform.automation.rules import LISTENERS as VALIDATION_RULES
from crm_platform.automation.rules import rule_listeners
from crm_platform.automation.saving import LISTENERS as RECORDS
from crm_platform.automation.service_levels.agreements import enabled_agreements
from crm_platform.automation.service_levels.keeper import listeners_of_agreements
from crm_platform.automation.telling import LISTENERS as TELLING
from crm_platform.database.interface import Connection
from crm_platform.documents.events import Listener
from crm_platform.metadata.model import Definitions

LISTENERS: tuple[Listener, ...] = (*VALIDATION_RULES, *RECORDS, *TELLING)


def listeners_of_site(connection: Connection, definitions: Definitions) -> list[Listener]:
    """What the site's enabled rules listen to; fields are set before they are validated."""
    return [
        *listeners_of_rules(every_rule(connection, definitions)),
        *listeners_of_assignment_rules(enabled_assignment_rules(connection, definitions)),
        *listeners_of_agreements(enabled_agreements(connection, definitions)),
        *rule_listeners(connection, definitions),
    ]
