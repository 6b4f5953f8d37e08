"""Files of public registers, a few lines each."""

from collections.abc import Sequence
from pathlib import Path

EN = "EN|1001|||K7ABC|L|L01|Adams, Alice B|Alice|B|Adams|Jr||||1 Main St|SEATTLE|WA|98101|||000|0|I||||||"
HD = "HD|1001|00||K7ABC|A|HA|06/15/2015|06/15/2035||||||||||N||||||||||||||||||||||||||06/15/2015|06/15/2015||"
AM = "AM|1001|||K7ABC|E|A|7||||||||||||"
_HEADING = (
    "callsign;first_name;surname;address_line;city;prov_cd;postal_code;qual_a;qual_b;qual_c;qual_d;qual_e;"
    "club_name;club_name_2;club_address;club_city;club_prov_cd;club_postal_code"
)
ISED = (
    "VE7ABC;José;Dunn;1 Main St;TROIS-RIVIÈRES;QC;A1A1A1;A;;;D;;;;;;;",
    "VE7CLB;;;;;;;;;;;;Island Club;Of Radio;2 Main St;VICTORIA;BC;A1A1A1",
)


def fcc_licence(
    unique_id: int, call: str, *, status: str = "A", name: str = "Alice Adams", granted: str = "06/15/2015"
) -> tuple[str, str, str]:
    """Lines of EN, HD and AM."""
    first, _, last = name.partition(" ")
    en = EN.replace("1001", str(unique_id)).replace("K7ABC", call).replace("Alice|B|Adams|Jr", f"{first}||{last}|")
    hd = HD.replace("1001", str(unique_id)).replace("K7ABC|A", f"{call}|{status}").replace("06/15/2015", granted, 1)
    return en, hd, AM.replace("1001", str(unique_id)).replace("K7ABC", call)


def fcc_folder(under: Path, *, en: Sequence[str], hd: Sequence[str], am: Sequence[str] = ()) -> Path:
    """A folder with the files of FCC."""
    folder = under / "l_amat"
    folder.mkdir(exist_ok=True)
    for name, lines in (("EN.dat", en), ("HD.dat", hd), ("AM.dat", am)):
        (folder / name).write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return folder


def fcc_files(under: Path, *licences: tuple[str, str, str]) -> Path:
    """A folder with these licences."""
    en, hd, am = zip(*licences, strict=True)
    return fcc_folder(under, en=en, hd=hd, am=am)


def ised_file(under: Path, lines: Sequence[str] = ISED) -> Path:
    """ISED's list."""
    path = under / "amateur_delim.txt"
    path.write_bytes("".join(f"{line}\r\n" for line in (_HEADING, *lines)).encode())
    return path
