"""Glossaries as people read them."""

from collections.abc import Iterator

from rich.text import Text

from clients.cli.names import short
from clients.cli.output import Cell, clean
from clients.cli.render import CALLSIGN, FAINT, enum_word, moment
from tsn.extract.v1.glossary_pb2 import Glossary, GlossaryTerm, GlossaryTermKind

TERM_COLUMNS = ("term", "kind", "node", "spoken", "added", "by", "id")
TERM_WHOLE = ("kind", "id")
TERM_SPARE = ("by", "added", "spoken")
_ALL = "all"
_NONE = "-"


def term_row(term: GlossaryTerm) -> tuple[Cell, ...]:
    """Cells for TERM_COLUMNS."""
    return (
        clean(term.term),
        _kind(term.kind),
        clean(short(term.node)) or _ALL,
        clean(term.spoken) or _NONE,
        moment(term.created_at),
        clean(term.author),
        short(term.name),
    )


def term_line(term: GlossaryTerm) -> Text:
    """`PSRG, club, on nodes/hill; glossaryTerms/...`."""
    where = f"on {clean(term.node)}" if term.node else "on all nodes"
    line = Text.assemble((clean(term.term), "bold"), f", {_kind(term.kind)}, {where}")
    return line.append(f"; {term.name}", style=FAINT)


def glossary_lines(glossary: Glossary) -> Iterator[Cell]:
    """All of a glossary."""
    yield Text(f"{clean(glossary.node)}, version {clean(glossary.version)}", style="bold")
    calls = " ".join(clean(call) for call in glossary.callsigns)
    yield Text.assemble("regulars  ", (calls, CALLSIGN) if calls else "none yet")
    for entry in glossary.entries:
        spoken = f' ("{clean(entry.spoken)}")' if entry.spoken else ""
        yield f"{_kind(entry.kind):<8}  {clean(entry.term)}{spoken}"


def _kind(kind: GlossaryTermKind) -> str:
    return enum_word(GlossaryTermKind.Name(kind), "GLOSSARY_TERM_KIND_")
