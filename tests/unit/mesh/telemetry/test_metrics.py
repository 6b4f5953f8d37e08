"""mesh.telemetry.metrics"""

import http.client
import socket

import pytest

from deploy.local.ports import free_port
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, RpcMetrics, new_registry, serve_metrics


def scrape(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()
    finally:
        connection.close()


def test_the_endpoint_serves_what_was_counted() -> None:
    registry = new_registry()
    RpcMetrics(registry).calls.labels(method="/a.B/C", code="OK").inc(3)
    OutboxMetrics(registry).published.inc()
    JobMetrics(registry).running.labels(stage="transcribe").set(2)
    endpoint = serve_metrics(registry, "127.0.0.1:0")
    try:
        text = scrape(endpoint.port)
    finally:
        endpoint.stop()
    assert 'tsn_rpc_calls_total{code="OK",method="/a.B/C"} 3.0' in text
    assert "tsn_outbox_published_total 1.0" in text
    assert 'tsn_jobs_running{stage="transcribe"} 2.0' in text
    assert "process_resident_memory_bytes" in text


def test_a_stopped_endpoint_frees_its_port() -> None:
    # Not one that the kernel gives to whoever comes next.
    endpoint = serve_metrics(new_registry(), f"127.0.0.1:{free_port()}")
    endpoint.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", endpoint.port), timeout=30)


def test_two_services_in_one_process_do_not_share_counts() -> None:
    one, other = RpcMetrics(new_registry()), RpcMetrics(new_registry())
    one.calls.labels(method="m", code="OK").inc()
    assert other.calls.labels(method="m", code="OK")._value.get() == 0
