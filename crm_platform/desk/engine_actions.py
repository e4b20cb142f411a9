"""Buttons that the engine itself puts on forms, in the way of a pack (hook `form_actions`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_platform.desk.actions import Contributions

ENGINE_ACTIONS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "Deleted Document": [
        {"label": "Bring It Back", "method": "crm.deleted.restore", "condition": "not doc.restored"},
    ],
    "Email Account": [{"label": "Test the Connection", "method": "crm.mail.test_connection"}],
    "Holiday List": [{"label": "Fill with Public Holidays", "method": "crm.holidays.fill"}],
    "User": [
        {
            "label": "Send an Invitation",
            "method": "crm.users.invite",
            "condition": "doc.enabled and doc.name not in ['Administrator', 'Guest']",
            "confirm": "A mail with a link to set a password goes out at once. It cannot be called back.",
        },
        {"label": "Sign Out Everywhere", "method": "crm.users.end_sessions", "condition": "doc.name != 'Guest'"},
        {
            "label": "Reset the Second Factor",
            "method": "crm.users.reset_second_factor",
            "condition": "doc.totp_enabled",
            "confirm": "The person signs in without it until they set it up anew. It cannot be brought back.",
        },
        {
            "label": "Revoke the API Key",
            "method": "crm.users.revoke_keys",
            "condition": "doc.api_key",
            "confirm": "Programs that use it can no longer sign in. This cannot be undone; a new key can be made.",
        },
    ],
    "Webhook Request Log": [
        {
            "label": "Send Again",
            "method": "crm.webhooks.resend",
            "condition": "doc.status in ['Delivered', 'Failed']",
            "confirm": "The other system gets the same message once more. It cannot be called back.",
        }
    ],
}


def with_engine(contributed: Contributions) -> Contributions:
    """The engine's buttons first, then those of packs."""
    return [("core", ENGINE_ACTIONS), *contributed]
