"""Settings from the environment, checked before anything starts."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MeshSettings(BaseSettings):
    """What all processes of one mesh agree on (`TSN_...`)."""

    model_config = SettingsConfigDict(env_prefix="TSN_", extra="ignore")

    database_url: SecretStr = SecretStr("mysql+asyncmy://tsn:tsn@127.0.0.1:3306/tsn")
    """SQLAlchemy URL of MySQL >= 8.0 or MariaDB >= 10.6, with the asyncmy driver."""
    database_pool_size: int = Field(default=10, ge=1, le=200)
    """Connections one process keeps; as many again are opened under load."""
    database_answer_seconds: float = Field(default=60.0, ge=1, le=3600)
    """Longest silence between the database and us: a connection that a network has forgotten is given up after this,
    by both sides. More than innodb_lock_wait_timeout, after which the database answers."""
    nats_url: str = "nats://127.0.0.1:4222"
    """NATS servers, separated by commas."""
    stream_replicas: int = Field(default=1, ge=1, le=5)
    """Copies of each JetStream stream: 3 on a cluster of three servers."""
    job_lease_seconds: float = Field(default=20.0, ge=1, le=3600)
    """How long a worker that does not answer keeps its jobs; renewed four times in that time while it works."""
    blob_url: str = "file:///var/lib/tsn/blobs"
    """Where audio lies: file:///folder, s3://bucket/prefix, gs://..., az://..."""
    otlp_endpoint: str = ""
    """OTLP/gRPC collector such as Jaeger, e.g. http://127.0.0.1:4317. Empty: traces are not exported."""
    log_format: Literal["json", "console"] = "json"
    """`json` for machines, `console` for people."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is logged."""
    attempt_seconds: float = Field(default=4 * 3600.0, gt=0)
    """Longest time that one attempt at a job may take; then it counts as failed."""
    crowd_jobs: int = Field(default=16, ge=1, le=10_000)
    """A node with this many jobs queued in one lane is a crowd: what it sends beyond waits behind the others."""
    page_token_secret: SecretStr = SecretStr("only-for-development")
    """Key that signs page tokens and feed cursors; the same on all replicas."""


class ServiceSettings(BaseSettings):
    """What every service has; subclasses set `env_prefix` to `TSN_<SERVICE>_`."""

    grpc_listen: str = "127.0.0.1:0"
    """host:port of the gRPC server; port 0 takes a free one."""
    metrics_listen: str = "127.0.0.1:0"
    """host:port that serves /metrics."""
    notice_seconds: float = Field(default=0.0, ge=0, le=60)
    """How long after SIGTERM the service still takes calls while its health says NOT_SERVING, so that a gateway with
    another replica at hand looks away first: a little more than two of its health checks. 0 where there is none."""
    drain_seconds: float = Field(default=8.0, ge=0, le=300)
    """How long running calls and jobs may finish after SIGTERM."""


def split_listen(listen: str) -> tuple[str, int]:
    """`host:port` as a pair. Raises ValueError with what is wrong."""
    host, separator, port = listen.rpartition(":")
    if not separator or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise ValueError(f"{listen!r} is not host:port")
    return host.strip("[]"), int(port)
