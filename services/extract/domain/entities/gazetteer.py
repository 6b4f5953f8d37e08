"""The port behind which places are known by name, and one that knows states, provinces and countries."""

from __future__ import annotations

from typing import Protocol


class Gazetteer(Protocol):
    """Knows places. Pure and quick: it is asked for each phrase that stands where a place might."""

    @property
    def longest(self) -> int:
        """Words of the longest name it knows."""
        ...

    def name_of(self, phrase: str) -> str | None:
        """How the place is written whose name `phrase` is, in any case; None where it knows none."""
        ...


_REGIONS = """
Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana
Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska
Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania
Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin
Wyoming|Puerto Rico|Guam|Washington DC|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland|Nova Scotia|Ontario
Prince Edward Island|Quebec|Saskatchewan|Yukon|Canada|Mexico|England|Scotland|Wales|Ireland|Northern Ireland|France
Germany|Italy|Spain|Portugal|Netherlands|Belgium|Switzerland|Austria|Poland|Denmark|Norway|Sweden|Finland|Iceland
Greece|Ukraine|Japan|Korea|South Korea|Taiwan|Philippines|Thailand|Indonesia|India|Australia|New Zealand|Brazil
Argentina|Chile|Peru|Colombia|Cuba|Jamaica|South Africa|Kenya|Israel|United States|United Kingdom
"""


class RegionGazetteer:
    """Needs no data: states of the US, provinces of Canada, countries that are often worked."""

    longest = 3

    def __init__(self) -> None:
        names = _REGIONS.replace("\n", "|").strip("|").split("|")
        self._names = {name.lower(): name for name in names}

    def name_of(self, phrase: str) -> str | None:
        """See `Gazetteer.name_of`."""
        return self._names.get(phrase.lower())
