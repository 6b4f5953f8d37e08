"""Options that several commands take."""

from typing import Annotated

import typer

from clients.cli.choices import LaneName, StageName

NodeOption = Annotated[str | None, typer.Option("--node", help="Only this node.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only this channel.")]
CallsignOption = Annotated[str | None, typer.Option("--callsign", help="Only where this callsign was heard.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="From this airtime on: RFC 3339 with zone, or 2h, 7d ago.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this airtime.")]
AllOption = Annotated[bool, typer.Option("--all", help="Every page, however many.")]
PageTokenOption = Annotated[str, typer.Option("--page-token", help="Go on where a page ended (nextPageToken).")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="Name, jobs/JOB, or the id alone.")]
JobsArgument = Annotated[list[str], typer.Argument(metavar="JOB...", help="Names, jobs/JOB, or ids alone.")]
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="Name, batches/BATCH, or the id alone.")]
StageOption = Annotated[StageName | None, typer.Option("--stage", help="Only of this stage.")]
LaneOption = Annotated[LaneName | None, typer.Option("--lane", help="Only of this lane.")]
BatchOption = Annotated[str | None, typer.Option("--batch", metavar="BATCH", help="Only of this batch.")]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", metavar="REASON", help="Only what failed so, e.g. AUDIO_UNDECODABLE.")
]
QueuedSince = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Queued from then on: RFC 3339 with zone, or 2h, 7d ago.")
]
QueuedUntil = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Queued before then.")]
FilterOption = Annotated[
    str | None,
    typer.Option("--filter", metavar="FILTER", help="As in the API, e.g. 'state = waiting AND node = w7abc'."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only count; change nothing.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="At most this many.")]
TimeZoneOption = Annotated[
    str, typer.Option("--time-zone", metavar="ZONE", help="IANA zone of times in file names; local: this machine's.")
]
