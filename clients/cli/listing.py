"""A page of a list as it is told: one document for programs, a table for people."""

from collections.abc import Sequence

from clients.cli.command import Call
from clients.cli.output import Cell
from tsn.extract.v1.callsign_pb2 import ListImportsResponse
from tsn.extract.v1.correction_pb2 import ListCorrectionChangesResponse, ListCorrectionsResponse
from tsn.extract.v1.glossary_pb2 import ListGlossaryTermsResponse
from tsn.extract.v1.review_pb2 import ListOptOutsResponse, ListReviewsResponse
from tsn.ingest.v1.batch_pb2 import ListBatchesResponse
from tsn.ingest.v1.job_pb2 import ListJobsResponse

Page = (
    ListJobsResponse
    | ListBatchesResponse
    | ListImportsResponse
    | ListCorrectionsResponse
    | ListCorrectionChangesResponse
    | ListReviewsResponse
    | ListOptOutsResponse
    | ListGlossaryTermsResponse
)


def tell_page(
    call: Call,
    page: Page,
    rows: Sequence[Sequence[Cell]],
    *,
    columns: Sequence[str],
    whole: Sequence[str],
    spare: Sequence[str],
    none: str,
    which: str = "newest",
) -> bool:
    """Tell `rows` of `page`, `none` where there are none; True when people got to see some.

    `which` of all are on the page.
    """
    if call.output.as_json:
        call.output.document(page)
        return False
    if not rows:
        call.output.say(none)
        return False
    call.output.table(columns, rows, whole=whole, spare=spare)
    if page.next_page_token:
        call.output.note(f"the {which} {len(rows)} are shown; --limit or --all shows more")
    return True
