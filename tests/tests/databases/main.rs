//! The store, the tables of a service and rows from files, on each database: programs on the fast store, on its slow
//! twin and on a model; what goes wrong, the traps of both drivers, and calls that are abandoned.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod changes;
mod documents;
mod late;
mod schema;
mod seed;
mod store;
mod verify;
mod versions;

use changes::{meant, rivals, twins};
use opwright_tests::database::Database;
use opwright_tests::harness::{Need, Trials};
use std::process::ExitCode;
use store::{abandoned, bulk, deletes, early, failures, locks, panics, silent, traps, twin};

type Test = fn(&Database);

/// On each database.
const BOTH: &[(&str, Test)] = &[
    ("abandoned::nothing_that_was_acknowledged_is_lost", abandoned::nothing_that_was_acknowledged_is_lost),
    ("bulk::many_odd_rows_come_back_as_they_were", bulk::many_odd_rows_come_back_as_they_were),
    (
        "deletes::a_unique_reference_is_found_by_an_index_of_all_rows",
        deletes::a_unique_reference_is_found_by_an_index_of_all_rows,
    ),
    ("deletes::whoever_refers_to_a_row_keeps_it", deletes::whoever_refers_to_a_row_keeps_it),
    ("early::a_clash_for_a_while_is_a_clash", early::a_clash_for_a_while_is_a_clash),
    (
        "early::a_list_that_is_read_late_is_of_its_call_alone",
        early::a_list_that_is_read_late_is_of_its_call_alone,
    ),
    (
        "early::a_list_follows_a_row_no_longer_than_its_call",
        early::a_list_follows_a_row_no_longer_than_its_call,
    ),
    ("early::a_query_writes_each_call_as_it_was", early::a_query_writes_each_call_as_it_was),
    ("failures::attempts_are_counted", failures::attempts_are_counted),
    ("failures::a_clash_is_found_where_it_happens", failures::a_clash_is_found_where_it_happens),
    (
        "failures::a_failed_commit_is_never_called_a_success",
        failures::a_failed_commit_is_never_called_a_success,
    ),
    ("failures::of_a_batch_only_the_guilty_call_fails", failures::of_a_batch_only_the_guilty_call_fails),
    (
        "failures::what_is_refused_or_dry_leaves_its_run_alone",
        failures::what_is_refused_or_dry_leaves_its_run_alone,
    ),
    (
        "failures::who_passes_over_a_fault_has_done_nothing",
        failures::who_passes_over_a_fault_has_done_nothing,
    ),
    (
        "failures::who_is_gone_before_the_beginning_has_no_effect",
        failures::who_is_gone_before_the_beginning_has_no_effect,
    ),
    ("locks::of_two_who_look_first_one_writes", locks::of_two_who_look_first_one_writes),
    ("panics::a_panic_ends_no_lane", panics::a_panic_ends_no_lane),
    ("traps::a_transaction_that_is_let_go_is_gone", traps::a_transaction_that_is_let_go_is_gone),
    ("traps::more_statements_than_are_kept_are_answered", traps::more_statements_than_are_kept_are_answered),
    (
        "twin::the_fast_store_its_twin_and_a_model_are_alike",
        twin::the_fast_store_its_twin_and_a_model_are_alike,
    ),
    ("changes::a_new_field_may_be_one_that_is_there", meant::a_new_field_may_be_one_that_is_there),
    ("changes::what_is_said_is_true_in_either_direction", meant::what_is_said_is_true_in_either_direction),
    (
        "changes::a_name_that_is_said_too_late_is_still_taken",
        twins::a_name_that_is_said_too_late_is_still_taken,
    ),
    (
        "changes::a_name_that_is_said_after_it_was_used_is_refused",
        twins::a_name_that_is_said_after_it_was_used_is_refused,
    ),
    (
        "changes::a_resource_whose_name_is_said_too_late_is_still_taken",
        twins::a_resource_whose_name_is_said_too_late_is_still_taken,
    ),
    (
        "changes::what_was_filled_in_is_told_of_the_column_that_stayed",
        twins::what_was_filled_in_is_told_of_the_column_that_stayed,
    ),
    (
        "changes::of_several_names_the_one_that_was_used_is_taken",
        rivals::of_several_names_the_one_that_was_used_is_taken,
    ),
    ("changes::two_names_that_were_both_used_are_refused", rivals::two_names_that_were_both_used_are_refused),
    (
        "changes::of_several_resources_the_one_that_was_used_is_taken",
        rivals::of_several_resources_the_one_that_was_used_is_taken,
    ),
    (
        "schema::an_older_service_starts_beside_a_widened_schema",
        schema::an_older_service_starts_beside_a_widened_schema,
    ),
    (
        "schema::an_older_service_starts_on_what_a_newer_one_made",
        schema::an_older_service_starts_on_what_a_newer_one_made,
    ),
    (
        "schema::an_older_version_changes_nothing_back_by_itself",
        schema::an_older_version_changes_nothing_back_by_itself,
    ),
    ("schema::a_newer_version_always_goes_forward", schema::a_newer_version_always_goes_forward),
    ("schema::a_name_that_a_field_had_is_of_no_other", schema::a_name_that_a_field_had_is_of_no_other),
    ("schema::what_nobody_uses_any_more_is_told_once", schema::what_nobody_uses_any_more_is_told_once),
    ("schema::a_new_rule_is_asked_of_what_can_be_read", schema::a_new_rule_is_asked_of_what_can_be_read),
    (
        "schema::a_database_of_something_else_is_left_alone",
        schema::a_database_of_something_else_is_left_alone,
    ),
    ("schema::a_refused_migration_does_nothing", schema::a_refused_migration_does_nothing),
    ("schema::a_migration_that_failed_keeps_nobody_out", schema::a_migration_that_failed_keeps_nobody_out),
    ("schema::who_writes_later_looks_again", schema::who_writes_later_looks_again),
    (
        "schema::of_services_that_start_at_once_one_makes_the_tables",
        schema::of_services_that_start_at_once_one_makes_the_tables,
    ),
    (
        "documents::rows_without_ids_differ_from_those_of_other_documents",
        documents::rows_without_ids_differ_from_those_of_other_documents,
    ),
    ("seed::all_faults_of_a_file_are_told_together", seed::all_faults_of_a_file_are_told_together),
    ("seed::a_collection_is_not_filled_beyond_its_size", seed::a_collection_is_not_filled_beyond_its_size),
    (
        "seed::rows_are_written_as_if_each_owner_had_been_one_call",
        seed::rows_are_written_as_if_each_owner_had_been_one_call,
    ),
    (
        "seed::what_leads_nowhere_or_is_there_already_writes_nothing",
        seed::what_leads_nowhere_or_is_there_already_writes_nothing,
    ),
    ("late::a_default_that_calls_only_left_is_nobodys", late::a_default_that_calls_only_left_is_nobodys),
    (
        "late::a_default_that_is_in_an_object_is_nobodys_either",
        late::a_default_that_is_in_an_object_is_nobodys_either,
    ),
    (
        "late::of_several_names_one_that_calls_only_left_is_not_taken",
        late::of_several_names_one_that_calls_only_left_is_not_taken,
    ),
    ("late::a_rename_is_told_with_its_field", late::a_rename_is_told_with_its_field),
    ("late::what_no_note_tells_of_counts_as_given", late::what_no_note_tells_of_counts_as_given),
    ("late::what_somebody_may_have_given_is_not_lost", late::what_somebody_may_have_given_is_not_lost),
    (
        "verify::a_rule_that_is_broken_by_another_way_is_found",
        verify::a_rule_that_is_broken_by_another_way_is_found,
    ),
    ("verify::what_is_changed_by_another_way_is_found", verify::what_is_changed_by_another_way_is_found),
    (
        "versions::of_what_no_history_tells_each_default_is_right",
        versions::of_what_no_history_tells_each_default_is_right,
    ),
    (
        "versions::what_was_given_up_comes_back_with_its_default",
        versions::what_was_given_up_comes_back_with_its_default,
    ),
    (
        "versions::what_was_given_up_and_has_no_default_says_what_to_do",
        versions::what_was_given_up_and_has_no_default_says_what_to_do,
    ),
    (
        "versions::what_was_filled_in_is_right_though_its_default_is_gone",
        versions::what_was_filled_in_is_right_though_its_default_is_gone,
    ),
    (
        "versions::what_never_had_a_default_was_not_filled_in",
        versions::what_never_had_a_default_was_not_filled_in,
    ),
];

/// About PostgreSQL alone.
const POSTGRES: &[(&str, Test)] = &[
    ("failures::a_deadlock_is_run_again", failures::a_deadlock_is_run_again),
    ("failures::a_lost_session_costs_nobody_anything", failures::a_lost_session_costs_nobody_anything),
    ("locks::who_waits_too_long_for_a_row_tries_again", locks::who_waits_too_long_for_a_row_tries_again),
    (
        "silent::a_database_that_is_away_is_looked_for_once",
        silent::a_database_that_is_away_is_looked_for_once,
    ),
    (
        "silent::a_network_that_swallows_everything_keeps_nobody",
        silent::a_network_that_swallows_everything_keeps_nobody,
    ),
    ("traps::who_says_nothing_is_gone", traps::who_says_nothing_is_gone),
    ("traps::a_lost_reply_to_commit_is_asked_for", traps::a_lost_reply_to_commit_is_asked_for),
];

/// On a file, or without any database.
const PLAIN: &[(&str, fn())] = &[
    (
        "failures::a_batch_takes_no_call_when_its_time_is_over",
        failures::a_batch_takes_no_call_when_its_time_is_over,
    ),
    ("failures::a_full_queue_gives_the_job_back", failures::a_full_queue_gives_the_job_back),
    ("locks::only_tables_that_are_scanned_are_locked", locks::only_tables_that_are_scanned_are_locked),
    ("seed::rows_that_break_a_rule_are_told", seed::rows_that_break_a_rule_are_told),
    ("traps::a_full_disk_is_over_when_it_is_over", traps::a_full_disk_is_over_when_it_is_over),
];

fn main() -> ExitCode {
    let mut trials = Trials::new();
    for (name, test) in BOTH {
        trials.on_databases(name, *test);
    }
    for (name, test) in changes::all() {
        trials.on_databases(&name, test);
    }
    for (name, test) in POSTGRES {
        trials.with(name, Need::Postgres, move |server| test(&Database::postgres(server)));
    }
    for (name, test) in PLAIN {
        trials.test(name, *test);
    }
    trials.run()
}
