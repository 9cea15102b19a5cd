"""Every proof is proven: with its fault planted, the check that guards it goes red."""

from pathlib import Path

import pytest

from tests.fakes.warm import Warm, pytest_run
from tests.sabotage.plant import PLANTS

ROOT = Path(__file__).parents[2]
FLOW = "tests/integration/flow/test_flow.py"
EDGE = "tests/integration/edge"
LEFT = "tests/integration/app/test_identity.py::test_of_a_number_and_a_name_nothing_is_left_anywhere"
NAME = "tests/integration/app/test_identity.py::test_a_persons_name_stands_in_one_row_and_is_told_to_who_may_read_it_alone"
DELETED = (
    "tests/integration/store/test_sqlite.py"
    "::test_who_held_a_ticket_is_deleted_from_the_files_after_the_days_of_the_rules"
)
ROLES = "tests/integration/api/test_role.py::test_what_the_page_of_roles_says_is_what_happens"
MEDIA = "tests/integration/api/test_media.py"
SENT = f"{MEDIA}::test_a_board_gets_the_files_that_its_configuration_names_and_nobody_gets_others"
UPLOADED = (
    f"{MEDIA}"
    "::test_an_administrator_uploads_a_picture_which_is_kept_by_its_content_and_deletes_it_when_nobody_shows_it"
)

POWER = "tests/integration/store/test_power.py"
UPGRADE = "tests/integration/store/test_upgrade.py::test_no_migration_loses_a_value"
SYNC = "tests/e2e/test_disk.py::test_every_answer_follows_a_sync_of_its_own"
MANY = (
    "tests/e2e/test_disk.py"
    "::test_of_many_who_ask_at_once_by_http_and_the_feed_nobody_is_told_what_is_not_synced"
)

GUARDS: dict[str, str | tuple[str, ...]] = {
    "answer_before_commit": (
        f"{FLOW}::test_an_answer_comes_only_after_the_commit_and_nothing_is_shown_before",
        POWER,
        SYNC,
        MANY,
    ),
    "refusal_before_commit": f"{FLOW}::test_a_refusal_waits_until_what_it_was_decided_on_is_durable",
    "key_not_stored": (
        f"{FLOW}::test_the_same_key_again_gets_the_first_answer_also_after_a_restart",
        POWER,
    ),
    "key_in_another_transaction": POWER,
    "no_sync": (POWER, SYNC),
    "log_written_back_without_a_sync": POWER,
    "commit_error_swallowed": (
        POWER,
        "tests/e2e/test_disk.py::test_a_disk_that_fails_and_heals_needs_nobodys_hand[full]",
    ),
    "command_in_two_transactions": POWER,
    "commits_put_off": (),
    "lease_never_over": (),
    "early_seq": f"{FLOW}::test_an_answer_comes_only_after_the_commit_and_nothing_is_shown_before",
    "memory_kept_after_a_lost_commit": (
        f"{FLOW}::test_a_failed_commit_is_unknown_and_a_retry_with_the_key_finds_the_truth"
    ),
    "closing_ends_every_wait": (
        "tests/integration/flow/test_day.py"
        "::test_who_waited_before_the_power_failed_is_called_in_turn_afterwards[over closing]"
    ),
    "due_while_off_done_at_once": (
        f"{FLOW}::test_what_fell_due_while_the_server_was_off_is_done_in_order_at_its_own_time"
    ),
    "time_of_the_machine_believed": (
        "tests/e2e/test_wall.py"
        "::test_a_clock_that_goes_wrong_by_an_hour_and_by_a_day_takes_no_turn_and_gives_no_number_twice"
    ),
    "answers_never_forgotten": f"{FLOW}::test_an_answer_is_kept_for_seven_days_of_work_also_by_a_server_that_never_stops",
    "change_not_kept": "tests/property/test_feed.py",
    "older_changes_let_go_of_unsaid": "tests/unit/feed/test_hub.py",
    "drops_not_told": "tests/unit/feed/test_hub.py",
    "chain_of_frames_broken": (
        "tests/integration/feed/test_socket.py::test_a_hello_gets_a_snapshot_and_each_change_a_frame_that_follows_it"
    ),
    "column_emptied_by_a_migration": f"{UPGRADE}[0008]",
    "rows_left_behind_by_a_migration": f"{UPGRADE}[0001]",
    "newer_tables_taken_for_its_own": (
        "tests/integration/app/test_upgrade.py"
        "::test_a_newer_hall_is_refused_with_a_sentence_and_left_as_it_is[archive]"
    ),
    "everybody_speaks": (
        "tests/integration/feed/test_voice.py"
        "::test_of_two_at_one_loudspeaker_one_speaks_and_the_other_goes_on_where_that_one_ended"
    ),
    "role_not_checked": f"{ROLES}[command-tickets.cancel]",
    "windows_of_others_not_checked": f"{ROLES}[command-windows.recall]",
    "tickets_of_others_not_checked": f"{ROLES}[command-tickets.cancel]",
    "role_added": f"{ROLES}[command-devices.revoke]",
    "query_open_to_everybody": f"{ROLES}[query-events]",
    "route_open_to_everybody": f"{ROLES}[route-accounts.reset]",
    "topic_open_to_everybody": f"{ROLES}[topic-floor]",
    "tickets_of_other_holders_shown": (
        "tests/unit/views/test_phone.py"
        "::test_a_holder_may_see_the_ticket_of_the_token_they_bear_and_no_other_topic_of_tickets"
    ),
    "moved_hall_served_on": (
        "tests/integration/app/test_move.py"
        "::test_a_hall_that_moved_is_served_from_there_alone_until_it_goes_back_by_a_backup"
    ),
    "moved_hall_reported": (
        "tests/integration/app/test_move.py"
        "::test_a_hall_that_moved_is_served_from_there_alone_until_it_goes_back_by_a_backup"
    ),
    "hall_begun_beside_one_that_was_not_moved": (
        "tests/integration/app/test_move.py"
        "::test_a_database_without_the_hall_does_not_begin_another_beside_its_file"
    ),
    "moved_before_it_can_be_written": (
        "tests/integration/app/test_evacuation.py"
        "::test_where_nothing_can_be_written_nothing_is_moved_and_what_was_moved_meanwhile_is_told"
    ),
    "fault_of_the_driver_not_told": (
        "tests/integration/app/test_main.py::test_a_database_that_cannot_be_read_is_told_and_not_a_traceback"
    ),
    "any_part_decided": (
        "tests/integration/app/test_evacuation.py"
        "::test_where_nothing_can_be_written_nothing_is_moved_and_what_was_moved_meanwhile_is_told"
    ),
    "parts_without_names": (
        "tests/integration/app/test_evacuation.py"
        "::test_a_service_and_a_department_leave_windows_that_serve_on_and_nobody_is_called_twice[sqlite]"
    ),
    "checked_in_files_only": (
        "tests/integration/app/test_evacuation.py"
        "::test_a_service_and_a_department_leave_windows_that_serve_on_and_nobody_is_called_twice[postgresql]"
    ),
    "wrong_fault_told": (
        "tests/integration/app/test_main.py::test_what_was_issued_survives_kill_9_and_the_log_proves_it"
    ),
    "expired_administrators_counted": (
        "tests/integration/auth/test_password.py"
        "::test_who_can_sign_in_no_more_with_a_one_time_password_is_no_administrator_to_be_left[sqlite-leave]"
    ),
    "expired_administrators_counted_at_the_commit": (
        "tests/integration/auth/test_password.py"
        "::test_the_last_administrator_stays_also_where_the_other_leaves_at_that_moment[sqlite-leave]"
    ),
    "address_kept_for_retries": (
        "tests/integration/feed/test_phone.py"
        "::test_asked_again_it_is_told_again_and_the_store_has_only_the_token_s_digest"
    ),
    "token_kept_for_retries": (
        "tests/integration/feed/test_phone.py"
        "::test_a_token_of_the_server_s_own_is_told_again_after_a_restart_and_does_not_stand_in_the_store"
    ),
    "password_in_the_log": f"{EDGE}/test_secret.py",
    "values_in_tracebacks": f"{EDGE}/test_secret.py",
    "csrf_not_checked": (
        "tests/integration/auth/test_account.py"
        "::test_a_change_that_bears_a_cookie_shows_what_only_our_own_pages_can_read"
    ),
    "clock_of_slow_clients_stopped": f"{EDGE}/test_limit.py::test_who_drips_the_second_request_of_a_connection_is_cut",
    "web_server_overtakes": (
        f"{EDGE}/test_express.py::test_no_answer_of_the_web_server_overtakes_one_of_the_express_way"
    ),
    "express_way_answers_at_once": SYNC,
    "surplus_let_in": f"{EDGE}/test_limit.py::test_the_surplus_of_an_address_is_refused_and_whoever_is_in_stays",
    "requests_not_counted": (
        f"{EDGE}/test_limit.py"
        "::test_a_stranger_who_asks_too_much_is_told_when_to_come_again_and_the_known_are_not"
    ),
    "number_in_the_event": LEFT,
    "number_hashed_without_a_key": LEFT,
    "name_not_masked": LEFT,
    "request_digested_without_a_key": LEFT,
    "number_in_the_refusal": LEFT,
    "command_in_the_log": LEFT,
    "identity_kept_for_retries": NAME,
    "deleted_bytes_left": DELETED,
    "deleted_bytes_not_overwritten": DELETED,
    "any_file_of_the_folder_sent": SENT,
    "media_that_may_run": SENT,
    "content_not_looked_at": UPLOADED,
    "media_of_any_size": (
        UPLOADED,
        f"{MEDIA}::test_the_administrator_is_told_of_files_that_no_board_can_show",
    ),
    "refused_uploads_left": UPLOADED,
    "media_named_by_chance": UPLOADED,
    "disk_left_to_media": f"{MEDIA}::test_a_disk_that_is_nearly_full_is_left_to_the_hall",
    "media_of_boards_deleted": UPLOADED,
    "media_of_any_day_shown": f"{MEDIA}::test_a_picture_is_shown_from_its_first_day_to_its_last",
}
"""Each fault and the test that must find it, or several that must; none for those that `test_siege.py` plants."""


def run(node: str, errors: Path, *more: str) -> tuple[int, str]:
    """Run one test in a process of its own: its exit code, and what it said."""
    words = ["-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:playwright", *more]
    with Warm(pytest_run, [*words, f"{ROOT}/{node}"], errors) as program:
        said = program.said.read()
        return program.end(200), said


def guards(fault: str) -> tuple[str, ...]:
    """The tests that must find a fault."""
    found = GUARDS[fault]
    return (found,) if isinstance(found, str) else found


@pytest.mark.parametrize(
    "fault, guard", [(fault, guard) for fault in sorted(PLANTS) for guard in guards(fault)]
)
def test_a_planted_fault_turns_its_check_red(fault: str, guard: str, tmp_path: Path) -> None:
    code, said = run(guard, tmp_path / "errors", "-p", "tests.sabotage.plant", "--plant", fault)
    assert code == 1, said + (tmp_path / "errors").read_text()
    assert " failed" in said
