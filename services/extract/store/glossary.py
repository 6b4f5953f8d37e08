"""Terms of the glossary in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.extract.domain.glossary import TERMS_LIMIT, NewTerm, Term, TermExists, TermKind
from services.extract.store.priors_tables import glossary_terms

_IN_FORCE = glossary_terms.c.holding.is_not(None)


class GlossaryRepository:
    """Every method runs inside the caller's transaction. A term that was removed stays on record."""

    async def add(self, work: Transaction, term: NewTerm, *, term_id: str, author: str, at: datetime) -> Term:
        """Store a term. Raises TermExists."""
        statement = insert(glossary_terms).values(
            id=term_id,
            node=term.node,
            term=term.term,
            holding=term.term.lower(),
            kind=term.kind,
            spoken=term.spoken,
            author=author,
            created_at=at,
        )
        if (await work.execute(statement.prefix_with("IGNORE"))).rowcount != 1:
            raise TermExists(term.term, term.node)
        return Term(term_id, term.node, term.term, term.kind, term.spoken, author, at)

    async def remove(self, work: Transaction, term_id: str, *, author: str, at: datetime) -> bool:
        """Put a term out of force; False where there is none."""
        statement = update(glossary_terms).where(glossary_terms.c.id == term_id, _IN_FORCE)
        return (await work.execute(statement.values(holding=None, removed_by=author, removed_at=at))).rowcount == 1

    async def page(self, work: Transaction, *, node: str | None, after: str, limit: int) -> list[Term]:
        """Terms behind the id `after`, oldest first; of a node and of all nodes, or (None) every one."""
        statement = select(glossary_terms).where(_IN_FORCE, glossary_terms.c.id > after)
        if node is not None:
            statement = statement.where(glossary_terms.c.node.in_(("", node)))
        rows = await work.execute(statement.order_by(glossary_terms.c.id).limit(limit))
        return [_term(row) for row in rows]

    async def of_node(self, work: Transaction, node: str) -> list[Term]:
        """Terms said on a node, its own first, the newest of each before the others; at most TERMS_LIMIT."""
        statement = select(glossary_terms).where(_IN_FORCE, glossary_terms.c.node.in_(("", node)))
        newest = statement.order_by(glossary_terms.c.node.desc(), glossary_terms.c.id.desc()).limit(TERMS_LIMIT)
        return [_term(row) for row in await work.execute(newest)]


def _term(row: Row[Any]) -> Term:
    return Term(row.id, row.node, row.term, TermKind(row.kind), row.spoken, row.author, row.created_at)
