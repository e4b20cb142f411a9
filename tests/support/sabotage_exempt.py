"""Attack and fault tests without a sabotage, each with the reason why none is taken away."""

from __future__ import annotations

from collections.abc import Mapping

CHILD = "The defence works in a process that the test starts, where a patch of this one does not reach."
COUNTS = "Full counts of the test above it, whose sabotage stands for both."
TABLE = "It compares a declared table with another; there is no function that could be taken away."
PURE = "It checks a pure function or a compiled pattern as a whole: without it nothing is left to test."
DATABASE = (
    "The defence is the database's own (transactions, locks, bound values); no function of ours stands in its place."
)
LAYERS = "The next layer refuses just the same; the test there has the sabotage or stands for both."

_BY_REASON: Mapping[str, tuple[str, ...]] = {
    CHILD: (
        "e2e/test_hostile_content.py::test_F02_rich_text_and_comments_run_nothing",
        "e2e/test_hostile_content.py::test_F02_the_browser_cleans_what_a_server_did_not",
        "e2e/test_hostile_content.py::test_F03_an_address_that_is_a_script_is_no_link",
        "e2e/test_hostile_content.py::test_F04_lists_and_the_palette_show_mark_up_as_text",
        "e2e/test_hostile_content.py::test_F01_an_attached_picture_with_a_script_runs_nothing",
        "e2e/test_hostile_content.py::test_F08_after_the_sign_in_nobody_leads_elsewhere",
        "e2e/test_bad_times.py::test_X36_a_tab_that_an_upgrade_left_behind_asks_to_be_loaded_anew_and_keeps_the_typing",
        "e2e/test_bad_times.py::test_X36_a_page_that_an_upgrade_took_away_is_loaded_anew_where_it_was_asked_for",
        "e2e/test_bad_times.py::test_X36_a_page_on_its_way_when_the_loss_is_told_is_the_one_that_is_loaded_anew",
        "cli/test_import_rows.py::test_X35_killed_at_any_moment_and_run_again_it_ends_the_same",
        "database/test_faults.py::test_X01_a_killed_writer_loses_nothing_acknowledged_and_leaves_no_half",
        "database/test_faults.py::test_X02_a_killed_migration_leaves_the_old_or_the_new_model",
        "database/test_faults.py::test_X11_a_full_disk_saves_nothing_and_recovers",
        "faults/test_killed_workers.py::test_X04_a_worker_killed_in_the_middle_of_a_job",
        "faults/test_killed_workers.py::test_X04_a_poison_job_is_parked_after_its_attempts",
        "faults/test_killed_workers.py::test_X04_workers_killed_at_any_moment_leave_every_effect_once",
        "faults/test_killed_workers.py::test_X06_what_is_to_follow_a_change_follows_also_when_the_process_dies_after_the_commit",
        "faults/test_changing_definitions.py::test_X02_a_change_killed_at_any_statement_leaves_the_old_or_the_new_model",
        "printing/test_assets.py::test_E02_no_connection_is_made",
        "printing/test_assets.py::test_E01_no_file_is_read",
        "printing/test_assets.py::test_E01_a_colour_profile_that_is_refused_is_a_fault_of_the_format",
        "printing/test_assets.py::test_E02_no_interpreter_is_started",
        "printing/test_pool.py::test_D06_X33_bombs_end_in_a_sentence_and_the_next_job_is_fine",
        "printing/test_pool.py::test_D06_a_parallel_job_does_not_wait_for_a_bomb",
        "serving/test_jobs.py::test_X17_a_job_that_loops_ends_its_worker_only_and_is_parked",
        "serving/test_jobs.py::test_X04_a_killed_worker_is_started_again_and_takes_up_what_it_left",
        "serving/test_jobs.py::test_X04_the_worker_command_with_procrastinate_takes_up_what_a_killed_worker_left",
        "serving/test_hostile_packs.py::test_X16_a_hook_that_raises_is_named_and_nothing_is_saved",
        "serving/test_hostile_packs.py::test_X18_a_hook_that_changes_a_frozen_document_is_refused",
        "serving/test_hostile_packs.py::test_X17_a_hook_that_loops_is_stopped_and_after_three_strikes_its_pack_is_left_out",
        "serving/test_hostile_packs.py::test_X17_an_api_method_that_loops_holds_one_process_up_only_until_the_limit",
        "serving/test_hostile_packs.py::test_X18_X19_packs_that_went_bad_are_left_out_each_with_a_sentence",
        "serving/test_hostile_packs.py::test_X19_a_pack_that_is_gone_is_named_and_the_rest_works",
        "serving/test_hostile_packs.py::test_X19_two_packs_of_one_id_are_reported_and_the_first_counts",
        "serving/test_processes.py::test_X07_of_many_writers_of_one_version_one_wins",
        "serving/test_server.py::test_A14_a_superuser_of_postgresql_is_refused",
        "spreadsheets/test_files.py::test_H05_a_bomb_ends_as_a_sentence_within_the_limit",
    ),
    COUNTS: (
        "database/test_faults.py::test_X01_500_kills",
        "database/test_faults.py::test_X02_200_kills",
        "expressions/test_security.py::test_D10_only_data_comes_out_of_100000_generated_trees",
        "faults/test_changing_definitions.py::test_X02_killed_at_every_statement",
        "faults/test_killed_workers.py::test_X04_a_hundred_kills",
        "jobs/test_schedules.py::test_X27_a_daily_schedule_runs_once_on_every_local_day_of_two_years",
        "metadata/test_fuzz.py::test_X21_ten_thousand_corrupt_definitions",
    ),
    TABLE: (
        "security/test_static.py::test_H07_H09_G10_no_bytes_become_objects_and_no_text_reaches_a_shell",
        "api/test_routes.py::test_B12_every_route_declares_its_guard",
        "api/test_routes.py::test_B12_no_address_is_served_that_the_table_does_not_have",
        "api/test_routes.py::test_C09_guests_call_a_closed_list_of_methods",
        "printing/test_environment.py::test_D05_nothing_callable_is_reachable",
        "printing/test_environment.py::test_D03_the_names_of_the_sandbox_are_these",
    ),
    PURE: (
        "expressions/test_security.py::test_D09_only_a_text_is_compiled",
        "expressions/test_security.py::test_D10_only_data_comes_out_of_generated_trees",
        "expressions/test_security.py::test_D10_no_text_and_no_record_raises_anything_else",
        "expressions/test_security.py::test_D10_each_limit_is_hit_cleanly",
        "expressions/test_security.py::test_D10_no_json_raises_anything_else",
        "expressions/test_security.py::test_D10_a_record_is_a_mapping",
        "security/test_hostile_mail.py::test_F04_text_is_text",
        "security/test_hostile_mail.py::test_H02_names_of_attachments_are_only_names",
        "security/test_hostile_mail.py::test_H05_an_archive_is_a_file_and_never_unpacked",
        "security/test_hostile_mail.py::test_X26_no_bytes_raise",
        "security/test_hostile_mail.py::test_X26_what_is_hardly_a_mail_is_taken_as_one",
        "metadata/checks/test_hostile_definitions.py::test_A09_a_name_passes_only_when_it_is_harmless_in_a_statement",
        "metadata/checks/test_hostile_definitions.py::test_A08_a_formula_beyond_our_language_is_refused",
        "metadata/test_fuzz.py::test_X21_corrupt_definitions_never_crash_and_are_named",
        "metadata/test_merge.py::test_B16_a_field_put_on_again_starts_with_its_own_rights",
        "packs/test_discovery.py::test_X19_a_circle_or_a_missing_need_leaves_out_only_who_has_it",
    ),
    DATABASE: (
        "database/test_faults.py::test_X25_sqlite_does_not_sort_all_rows_for_a_page_once_it_knows_the_values",
        "database/test_conditions.py::test_A03_a_bad_filter_is_refused_with_a_sentence",
        "database/test_faults.py::test_X15_a_locked_database_is_told_and_read_meanwhile",
        "faults/test_changing_definitions.py::test_X03_bad_data_stop_a_change_before_anything_is_changed",
        "database/test_faults.py::test_X15_the_log_shrinks_again_after_a_long_reader",
        "database/test_postgresql.py::test_X12_the_pool_heals_after_a_restart",
        "database/test_postgresql.py::test_X12_a_restart_in_the_middle_is_told_and_nothing_is_saved",
        "database/test_postgresql.py::test_X13_a_slow_statement_is_stopped",
        "database/test_postgresql.py::test_X13_a_locked_row_and_an_empty_pool_are_told",
        "database/test_queries.py::test_A04_hostile_aliases_are_only_keys",
        "database/test_queries.py::test_A01_A02_what_is_not_in_the_metadata_is_refused",
        "database/test_rows.py::test_A10_a_row_comes_back_as_it_went_in",
        "database/test_schema.py::test_X02_a_failed_change_leaves_the_old_tables",
        "database/test_schema.py::test_A09_any_name_is_only_a_name",
        "database/test_transactions.py::test_X01_a_work_that_raises_leaves_nothing",
        "mail/test_outbox.py::test_X06_no_mail_leaves_for_what_was_rolled_back",
        "webhooks/test_webhooks.py::test_X06_no_call_is_made_for_what_was_rolled_back",
    ),
    LAYERS: (
        "printing/test_environment.py::test_D04_breakouts_of_the_advisories_are_refused",
        "security/test_search.py::test_B06_masked_values_are_found_by_nobody",
        "documents/test_queries.py::test_A01_A02_A03_what_is_no_field_or_operator_is_refused",
        "documents/test_queries.py::test_A03_any_json_as_filter_answers_or_is_refused",
        "documents/test_queries.py::test_A01_any_text_as_order_or_field_answers_or_is_refused",
        "reports/test_running.py::test_A11_values_are_bound_never_part_of_the_query",
        "reports/test_running.py::test_A06_what_is_wrong_is_refused_when_it_is_saved_and_when_it_is_run",
        "reports/test_running.py::test_A12_sql_is_refused_with_a_sentence",
        "reports/test_running.py::test_B09_rows_of_a_report_are_rows_of_the_list_for_any_rights",
        "mail/test_outbox.py::test_D01_a_template_that_reaches_out_sends_nothing_and_says_why",
        "webhooks/test_webhooks.py::test_D01_a_template_that_reaches_out_makes_no_call",
        "webhooks/test_webhooks.py::test_C15_a_disabled_user_s_webhook_makes_no_call",
    ),
}

EXEMPT: Mapping[str, str] = {test: reason for reason, tests in _BY_REASON.items() for test in tests}
"""Test (file below tests/ and name) → reason."""
