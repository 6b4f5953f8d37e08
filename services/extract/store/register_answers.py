"""Answers of callsign services, kept so that each call is asked for seldom."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.mysql import insert

from mesh.db.database import Transaction
from services.extract.domain.licences import Licence, LicenceStatus, ServiceAnswer
from services.extract.store.callsign_tables import register_answers


class AnswerRepository:
    """Cached answers. Methods raise DatabaseUnavailable."""

    async def read(self, work: Transaction, calls: Collection[str]) -> list[ServiceAnswer]:
        """What was answered for `calls`, expired answers included."""
        if not calls:
            return []
        found = await work.execute(select(register_answers).where(register_answers.c.base_call.in_(sorted(calls))))
        return [
            ServiceAnswer(
                call=row["base_call"],
                licence=_licence(row) if row["known"] else None,
                expires_at=row["expires_at"],
            )
            for row in found.mappings()
        ]

    async def keep(self, work: Transaction, source: str, answer: ServiceAnswer, *, answered_at: datetime) -> None:
        """Store an answer in the place of the one before."""
        licence = answer.licence
        values = {
            "known": licence is not None,
            "name": licence.name[:200] if licence else "",
            "city": licence.city[:64] if licence else "",
            "region": licence.region[:32] if licence else "",
            "country": licence.country[:64] if licence else "",
            "grid": licence.grid[:8] if licence else "",
            "licence_class": licence.licence_class[:64] if licence else "",
            "answered_at": answered_at,
            "expires_at": answer.expires_at,
        }
        statement = insert(register_answers).values(source=source, base_call=answer.call, **values)
        await work.execute(statement.on_duplicate_key_update(values))


def _licence(row: Mapping[Any, Any]) -> Licence:
    return Licence(
        call=row["base_call"],
        source=row["source"],
        unique_id=row["base_call"],
        status=LicenceStatus.UNKNOWN,
        updated_at=row["answered_at"],
        name=row["name"],
        city=row["city"],
        region=row["region"],
        country=row["country"],
        grid=row["grid"],
        licence_class=row["licence_class"],
    )
