"""What holds on one server holds on clusters: the same tests of outbox, worker and disturbances once more."""

# ruff: noqa: F401
from tests.integration.mesh.db.test_outbox import (
    _bus,
    _database,
    test_a_message_of_a_rolled_back_transaction_never_leaves,
    test_a_message_published_twice_is_stored_once,
    test_messages_of_one_writer_keep_their_order,
    test_two_relays_at_once_store_each_message_once,
)
from tests.integration.mesh.pipeline.conftest import mesh
from tests.integration.mesh.pipeline.test_disturbances import (
    test_a_cancel_is_read_in_the_middle_of_the_work_long_before_the_next_renewal,
    test_a_job_that_kills_every_worker_is_dead_in_the_end,
    test_a_sweep_publishes_jobs_whose_message_is_gone,
    test_the_attempt_of_a_killed_worker_counts_and_another_finishes,
    test_the_late_result_of_a_lost_lease_is_discarded,
)
from tests.integration.mesh.pipeline.test_worker import (
    test_a_job_that_always_fails_is_dead_after_its_attempts,
    test_a_job_that_goes_well_leaves_result_state_event_and_history,
    test_a_transient_failure_is_tried_again_and_counted,
    test_two_workers_share_the_work_and_do_each_job_once,
)
