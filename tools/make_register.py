"""Writes files in the layout of FCC's amateur licences (EN, HD, AM) or ISED's list, with invented people, for
measurements and tests: `python -m tools.make_register FOLDER --licences 1500000`.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

FIRST = ("Alice", "Bob", "Carol", "David", "Erin", "Frank", "Grace", "Hugo", "Irene", "José", "Kim", "Louis")
LAST = ("Adams", "Baker", "Clark", "Dunn", "Evans", "Fischer", "Garcia", "Hill", "Ito", "Jones", "Kelly", "Lopez")
TOWNS = (("SEATTLE", "WA"), ("Portland", "OR"), ("BOISE", "ID"), ("Reno", "NV"), ("AUSTIN", "TX"), ("Mobile", "AL"))
CANADIAN_TOWNS = (("Victoria", "BC"), ("TROIS-RIVIÈRES", "QC"), ("Halifax", "NS"))
STATUSES = "AAAAAAAEEC"
CLASSES = "TTTTGGGEEA"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def us_call(number: int) -> str:
    """The call of licence `number`: AA0AAA-style 2x3 calls in order, those of number + 1,000,000 again the first."""
    suffix, rest = number % 17_576, number % 1_000_000 // 17_576
    prefix = "KW"[rest % 2] + _LETTERS[rest // 20 % 26]
    return f"{prefix}{rest // 2 % 10}{_three(suffix)}"


def canadian_call(number: int) -> str:
    """VE1AAA and so on."""
    return f"VE{number // 17_576 % 9 + 1}{_three(number % 17_576)}"


def fcc_lines(licences: int, *, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """An EN, an HD and an AM line for each licence; the newest of several with the same call is the active one."""
    draw = random.Random(seed)
    for number in range(licences):
        unique_id, call = 200_000 + number * 3, us_call(number)
        town, state = TOWNS[number % len(TOWNS)]
        first, last = draw.choice(FIRST), draw.choice(LAST)
        reissued = number + 1_000_000 < licences
        status = "C" if reissued else draw.choice(STATUSES)
        year = 2010 + number * 10 // max(licences, 1)
        yield (
            f"EN|{unique_id}|||{call}|L|L{unique_id:08}|{last}, {first} Q|{first}|Q|{last}|||||1 Main St|{town}|{state}"
            f"|00000|||000|{unique_id:010}|I||||||",
            f"HD|{unique_id}|{unique_id:010}||{call}|{status}|HA|06/15/{year}|06/15/{year + 10}|"
            + "|" * 34
            + f"06/15/{year}|06/15/{year}|||||||||||||||",
            f"AM|{unique_id}|||{call}|{draw.choice(CLASSES)}|D|10||||||||||||",
        )


def ised_lines(licences: int, *, seed: int = 1) -> Iterator[str]:
    """The heading, then a line a licence."""
    draw = random.Random(seed)
    yield (
        "callsign;first_name;surname;address_line;city;prov_cd;postal_code;qual_a;qual_b;qual_c;qual_d;qual_e;"
        "club_name;club_name_2;club_address;club_city;club_prov_cd;club_postal_code"
    )
    for number in range(licences):
        town, province = CANADIAN_TOWNS[number % len(CANADIAN_TOWNS)]
        name = f"{draw.choice(FIRST)};{draw.choice(LAST)}"
        yield f"{canadian_call(number)};{name};1 Main St;{town};{province};A1A1A1;A;;;D;;;;;;;"


def write_fcc(folder: Path, licences: int) -> None:
    """EN.dat, HD.dat and AM.dat in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "EN.dat").open("w", encoding="utf-8", newline="\r\n") as entities,
        (folder / "HD.dat").open("w", encoding="utf-8", newline="\r\n") as headers,
        (folder / "AM.dat").open("w", encoding="utf-8", newline="\r\n") as amateurs,
    ):
        for lines in fcc_lines(licences):
            for file, line in zip((entities, headers, amateurs), lines, strict=True):
                file.write(line + "\n")


def write_ised(folder: Path, licences: int) -> None:
    """amateur_delim.txt in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "amateur_delim.txt").open("w", encoding="utf-8", newline="\r\n") as file:
        file.writelines(line + "\n" for line in ised_lines(licences))


def _three(number: int) -> str:
    return _LETTERS[number // 676 % 26] + _LETTERS[number // 26 % 26] + _LETTERS[number % 26]


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--licences", type=int, default=1_500_000)
    parser.add_argument("--ised", action="store_true", help="ISED's list instead of FCC's files")
    given = parser.parse_args()
    (write_ised if given.ised else write_fcc)(given.folder, given.licences)


if __name__ == "__main__":
    main()
