"""Words that options choose from."""

from enum import StrEnum

from tsn.extract.v1.correction_pb2 import CorrectionCategory
from tsn.extract.v1.glossary_pb2 import GlossaryTermKind
from tsn.ingest.v1.recording_pb2 import Lane


class StateName(StrEnum):
    """States by which jobs can be chosen."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEGRADED = "degraded"
    WAITING = "waiting"
    DEAD = "dead"
    CANCELLED = "cancelled"


class StageName(StrEnum):
    """Stages by which jobs can be chosen."""

    FETCH = "fetch"
    TRANSCRIBE = "transcribe"
    EXTRACT = "extract"
    ANALYZE = "analyze"


class RerunStage(StrEnum):
    """Stages that can be run again over what is stored."""

    TRANSCRIBE = "transcribe"
    EXTRACT = "extract"
    ANALYZE = "analyze"


class LaneName(StrEnum):
    """Urgency classes."""

    URGENT = "urgent"
    LIVE = "live"
    BATCH = "batch"


LANES = {
    LaneName.URGENT: Lane.LANE_URGENT,
    LaneName.LIVE: Lane.LANE_LIVE,
    LaneName.BATCH: Lane.LANE_BATCH,
}


class TermKindName(StrEnum):
    """What terms of a glossary name."""

    CLUB = "club"
    NET = "net"
    TOWN = "town"
    NAME = "name"


TERM_KINDS = {
    TermKindName.CLUB: GlossaryTermKind.GLOSSARY_TERM_KIND_CLUB,
    TermKindName.NET: GlossaryTermKind.GLOSSARY_TERM_KIND_NET,
    TermKindName.TOWN: GlossaryTermKind.GLOSSARY_TERM_KIND_TOWN,
    TermKindName.NAME: GlossaryTermKind.GLOSSARY_TERM_KIND_NAME,
}


class CategoryName(StrEnum):
    """Kinds of words that corrections are about."""

    MISHEARD = "misheard"
    PHONETIC = "phonetic"
    LETTER_NAME = "letter_name"
    DIGIT = "digit"
    HOMOPHONE = "homophone"


CATEGORIES = {
    CategoryName.MISHEARD: CorrectionCategory.CORRECTION_CATEGORY_MISHEARD,
    CategoryName.PHONETIC: CorrectionCategory.CORRECTION_CATEGORY_PHONETIC,
    CategoryName.LETTER_NAME: CorrectionCategory.CORRECTION_CATEGORY_LETTER_NAME,
    CategoryName.DIGIT: CorrectionCategory.CORRECTION_CATEGORY_DIGIT,
    CategoryName.HOMOPHONE: CorrectionCategory.CORRECTION_CATEGORY_HOMOPHONE,
}
