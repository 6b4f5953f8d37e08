"""Options that several commands take."""

from typing import Annotated

import typer

NodeOption = Annotated[str | None, typer.Option("--node", help="Only this node.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only this channel.")]
CallsignOption = Annotated[str | None, typer.Option("--callsign", help="Only where this callsign was heard.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="From this airtime on: RFC 3339 with zone, or 2h, 7d ago.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this airtime.")]
AllOption = Annotated[bool, typer.Option("--all", help="Every page, however many.")]
PageTokenOption = Annotated[str, typer.Option("--page-token", help="Go on where a page ended (nextPageToken).")]
