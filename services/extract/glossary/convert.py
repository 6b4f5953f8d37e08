"""Between the glossary and the wire."""

import re

from mesh.rpc.times import to_timestamp
from services.extract.domain.glossary import Glossary, NewTerm, Term, TermInvalid, TermKind, TermUnknown, checked_term
from tsn.extract.v1 import glossary_pb2 as pb

_NODE = re.compile(r"nodes/[A-Za-z0-9._-]{1,100}")
_TERM = re.compile(r"glossaryTerms/[0-9a-f-]{36}")
KINDS = {
    TermKind.CLUB: pb.GLOSSARY_TERM_KIND_CLUB,
    TermKind.NET: pb.GLOSSARY_TERM_KIND_NET,
    TermKind.TOWN: pb.GLOSSARY_TERM_KIND_TOWN,
    TermKind.NAME: pb.GLOSSARY_TERM_KIND_NAME,
}
_KINDS_OF = {wire: kind for kind, wire in KINDS.items()}


def node_in(name: str, *, field: str = "node") -> str:
    """The id in `nodes/{node}`. Raises TermInvalid."""
    if not _NODE.fullmatch(name):
        raise TermInvalid(f"{name!r} is no node: nodes/{{node}}", field=field)
    return name.removeprefix("nodes/")


def term_id_in(name: str) -> str:
    """The id in `glossaryTerms/{term}`. Raises TermUnknown."""
    if not _TERM.fullmatch(name):
        raise TermUnknown(name)
    return name.removeprefix("glossaryTerms/")


def new_term_from_wire(message: pb.GlossaryTerm) -> NewTerm:
    """A term that is to be added. Raises TermInvalid."""
    if message.kind not in _KINDS_OF:
        raise TermInvalid("kind: say what the term names", field="term.kind")
    node = node_in(message.node, field="term.node") if message.node else ""
    return checked_term(NewTerm(node, message.term, _KINDS_OF[message.kind], message.spoken))


def term_to_wire(term: Term) -> pb.GlossaryTerm:
    """A term as it travels."""
    return pb.GlossaryTerm(
        name=f"glossaryTerms/{term.id}",
        node=f"nodes/{term.node}" if term.node else "",
        term=term.term,
        kind=KINDS[term.kind],
        spoken=term.spoken,
        author=term.author,
        created_at=to_timestamp(term.created_at),
    )


def glossary_to_wire(node: str, glossary: Glossary) -> pb.Glossary:
    """A glossary as it travels."""
    return pb.Glossary(
        node=f"nodes/{node}",
        version=glossary.version,
        callsigns=glossary.callsigns,
        entries=[
            pb.GlossaryEntry(term=term.term, kind=KINDS[term.kind], spoken=term.spoken) for term in glossary.terms
        ],
    )
