"""What `tsn-node status` tells."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from clients.node.disk import DiskUsage
from clients.node.spool import Spool


def spool_facts(spool: Spool, usage: DiskUsage, *, problems: int) -> dict[str, Any]:
    """What the spool holds, its latest problems and the disk it lies on, as JSON can hold it."""
    oldest = spool.oldest_waiting_at()
    return {
        **asdict(spool.counts()),
        "oldest_waiting_at": oldest.isoformat() if oldest else None,
        "spool_id": spool.spool_id,
        "sequences": spool.sequences(),
        "disk_total_bytes": usage.total_bytes,
        "disk_free_bytes": usage.free_bytes,
        "intake_paused": spool.intake_paused(),
        "problems": [
            {"path": str(row.identity.path), "state": row.state.value, "tries": row.attempts, "error": row.error}
            for row in spool.latest_problems(problems)
        ],
    }


def status_text(facts: Mapping[str, Any]) -> str:
    """The same for people."""
    usage = DiskUsage(facts["disk_total_bytes"], facts["disk_free_bytes"])
    counts = ("waiting_recordings", "waiting_bytes", "sent", "refused", "gone", "unsettled")
    shown = {
        **{name.replace("_", " "): facts[name] for name in counts},
        "oldest waiting": facts["oldest_waiting_at"] or "-",
        "spool": facts["spool_id"],
        "last number": ", ".join(f"{node} {number}" for node, number in facts["sequences"].items()) or "-",
        "disk": f"{usage.used_share:.0%} used, {usage.free_bytes / 1e9:.1f} GB free",
        "intake": "PAUSED: disk full, nothing archived left to delete" if facts["intake_paused"] else "open",
    }
    lines = [f"{name:<20} {value}" for name, value in shown.items()]
    return "\n".join(lines + [f"{one['state']:<8} {one['path']}: {one['error']}" for one in facts["problems"]])
