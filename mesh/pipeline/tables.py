"""Jobs and their history."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, text
from sqlalchemy.dialects.mysql import MEDIUMBLOB

from mesh.db.tables import TABLE_OPTIONS, UtcDateTime, ascii_string, id_column, metadata

jobs = Table(
    "jobs",
    metadata,
    id_column(primary_key=True),
    Column("dedupe_key", ascii_string(255), nullable=False, unique=True),
    Column("subject", ascii_string(255), nullable=False),
    Column("stage", ascii_string(32), nullable=False),
    Column("lane", ascii_string(16), nullable=False),
    Column("state", ascii_string(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("max_attempts", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("lease_until", UtcDateTime),
    Column("worker", String(128), nullable=False, server_default=""),
    Column("retry_at", UtcDateTime),
    Column("error_reason", String(64), nullable=False, server_default=""),
    Column("error_message", String(1000), nullable=False, server_default=""),
    Column("input", MEDIUMBLOB, nullable=False),
    Column("traceparent", ascii_string(64), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("owner", ascii_string(64), nullable=False, server_default=""),
    Column("crowded", Boolean, nullable=False, server_default=text("0")),
    Column("batch", ascii_string(36), nullable=False, server_default=""),
    Column("options", JSON(none_as_null=True)),
    Column("deferrals", Integer, nullable=False, server_default="0"),
    Column("failure_class", ascii_string(16), nullable=False, server_default=""),
    Column("resolved_at", UtcDateTime),
    Column("resolution_note", String(1000), nullable=False, server_default=""),
    Index("ix_jobs_subject", "subject"),
    Index("ix_jobs_owner", "owner", "stage", "state"),
    Index("ix_jobs_batch", "batch", "state"),
    Index("ix_jobs_stage_state", "stage", "state", "updated_at"),
    Index("ix_jobs_due", "stage", "state", "retry_at"),
    Index("ix_jobs_state", "state", "id"),
    **TABLE_OPTIONS,
)
"""`subject` is what the job works on (a resource name); `fence` counts the leases given, so that a late result of an
earlier lease is known by its number. `owner` is whose work it is (a node), for fairness between owners: a job is
`crowded` when it was queued behind many others of its owner. `options` are the stage's own, e.g. the engine that a
re-run asks for. `deferrals` count the times it was put off because something it needs was away."""

job_transitions = Table(
    "job_transitions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    id_column("job_id", nullable=False),
    Column("from_state", ascii_string(16), nullable=False, server_default=""),
    Column("to_state", ascii_string(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("worker", String(128), nullable=False, server_default=""),
    Column("note", String(1000), nullable=False, server_default=""),
    Index("ix_job_transitions_job_id", "job_id"),
    **TABLE_OPTIONS,
)
