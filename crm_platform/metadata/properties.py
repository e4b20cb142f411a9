"""Every known property of every kind of definition, with the type of its value (Frappe's names, then our own)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

ValueType = Literal["check", "int", "text", "rows", "any"]
"""check: 0 or 1; int: whole number; text: text or a number; rows: list of objects; any: whatever JSON holds."""


def _table(**names: str) -> dict[str, ValueType]:
    types: dict[str, ValueType] = {"check": "check", "int": "int", "text": "text", "rows": "rows", "any": "any"}
    return {name: types[kind] for kind, listed in names.items() for name in listed.split()}


OUR_PROPERTIES: Mapping[str, Mapping[str, ValueType]] = {
    "DocType": _table(check="track_audit", text="indexes sensitivity", any="retention"),
    "DocField": _table(
        check="exact_search",
        text="fetch_method formula mask_format purpose sensitivity",
        int="retention_days",
        any="records_behind rollup",
    ),
    "DocPerm": _table(check="if_team"),
    "Workflow": _table(rows="approval_tiers state_mapping"),
    "Workflow Transition": _table(int="approvals_required"),
}
"""What we add to Frappe's format; Frappe ignores these keys."""

RECORD: Mapping[str, ValueType] = _table(
    any="name owner creation modified modified_by docstatus idx doctype parent parentfield parenttype "
    "_user_tags _comments _assign _liked_by _seen __islocal __unsaved __last_sync_on app is_system_generated "
    "localname __newname __run_link_triggers __onload"
)
"""Standard columns and client keys that any record may carry."""

DOCFIELD: Mapping[str, ValueType] = {
    **_table(
        check="allow_bulk_edit allow_in_quick_entry allow_on_submit bold collapsible fetch_if_empty hidden hide_border "
        "hide_days hide_seconds ignore_user_permissions ignore_xss_filter in_filter in_global_search in_list_view "
        "in_preview in_standard_filter is_virtual make_attachment_public mask no_copy non_negative not_nullable "
        "print_hide print_hide_if_no_value read_only remember_last_selected_value report_hide reqd search_index "
        "set_only_once show_dashboard show_days show_on_timeline show_seconds sort_options sticky translatable unique",
        int="columns length permlevel",
        text="alignment button_color collapsible_depends_on default depends_on description documentation_url "
        "fetch_from fieldname fieldtype label link_filters mandatory_depends_on max_height oldfieldname oldfieldtype "
        "options placeholder precision print_width read_only_depends_on trigger width",
    ),
    **OUR_PROPERTIES["DocField"],
}

DOCPERM: Mapping[str, ValueType] = {
    **_table(
        check="select read write create delete submit cancel amend print email report import export share if_owner "
        "mask set_user_permissions apply_user_permissions",
        int="permlevel",
        text="role match user_permission_doctypes",
    ),
    **OUR_PROPERTIES["DocPerm"],
}

DOCTYPE: Mapping[str, ValueType] = {
    **_table(
        check="allow_auto_repeat allow_bulk_edit allow_copy allow_events_in_timeline allow_guest_to_view "
        "allow_import allow_rename beta custom default_print_hide editable_grid email_append_to "
        "force_re_route_to_default_view has_web_view hide_heading hide_toolbar in_create "
        "index_web_pages_for_search is_calendar_and_gantt is_submittable is_tree is_virtual issingle "
        "istable make_attachments_public protect_attached_files queue_in_background quick_entry read_only "
        "read_only_onload show_name_in_global_search show_preview_popup show_title_field_in_link "
        "track_changes track_seen track_views translated_doctype",
        int="grid_page_length max_attachments rows_threshold_for_grid_search version",
        text="_last_update autoname color default_email_template default_print_format default_view description "
        "document_type documentation documentation_url engine icon image_field image_view "
        "is_published_field menu_index migration_hash module name_case naming_rule nsm_parent_field "
        "parent_node print_outline recipient_account_field restrict_to_domain route row_format "
        "search_fields sender_field sender_name_field smallicon sort_field sort_order subject "
        "subject_field tag_fields timeline_field title_field website_search_field",
        rows="actions fields links permissions states",
        any="field_order sms_settings",
    ),
    **OUR_PROPERTIES["DocType"],
}

CUSTOM_FIELD: Mapping[str, ValueType] = {**DOCFIELD, **_table(text="dt insert_after module")}

PROPERTY_SETTER: Mapping[str, ValueType] = _table(
    text="doctype_or_field doc_type field_name property property_type module row_name select_doctype default_value",
    any="value",
)

CUSTOM_DOCPERM: Mapping[str, ValueType] = DOCPERM

WORKFLOW: Mapping[str, ValueType] = {
    **_table(
        check="is_active override_status send_email_alert enable_action_confirmation",
        int="priority",
        text="workflow_name document_type workflow_state_field workflow_data",
        rows="states transitions conditions",
    ),
    **OUR_PROPERTIES["Workflow"],
}
WORKFLOW_STATE: Mapping[str, ValueType] = _table(
    check="is_optional_state avoid_status_override evaluate_as_expression send_email",
    int="doc_status",
    text="state update_field update_value allow_edit message next_action_email_template workflow_builder_id style icon",
)
TRANSITION: Mapping[str, ValueType] = {
    **_table(
        check="allow_self_approval send_email_to_creator",
        text="state action next_state allowed condition workflow_builder_id transition_tasks",
    ),
    **OUR_PROPERTIES["Workflow Transition"],
}
APPROVAL_TIER: Mapping[str, ValueType] = _table(
    int="approvals tier", text="state action role condition escalate_to", any="escalate_after"
)
STATE_MAPPING: Mapping[str, ValueType] = _table(text="old_state new_state")

PROPERTIES: Mapping[str, Mapping[str, ValueType]] = {
    "DocType": DOCTYPE,
    "Custom Field": CUSTOM_FIELD,
    "Property Setter": PROPERTY_SETTER,
    "Custom DocPerm": CUSTOM_DOCPERM,
    "Workflow": WORKFLOW,
}
"""Known properties by kind; records of other kinds are documents whose DocType says what they may hold."""

ROW_PROPERTIES: Mapping[tuple[str, str], Mapping[str, ValueType]] = {
    ("DocType", "fields"): DOCFIELD,
    ("DocType", "permissions"): DOCPERM,
    ("Workflow", "states"): WORKFLOW_STATE,
    ("Workflow", "transitions"): TRANSITION,
    ("Workflow", "approval_tiers"): APPROVAL_TIER,
    ("Workflow", "state_mapping"): STATE_MAPPING,
}
