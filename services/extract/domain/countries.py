"""Which callsigns each country issues, as data.

Sources: the ITU's table of international call sign series (Radio Regulations, appendix 42; checked series by series
against its copy in tests/data/callsigns/itu_series.txt) for the prefixes; Radio Regulations 19.68 and 19.69 for the
general form, two or three letters where no plan is known; FCC, "Amateur call sign systems", for the United States
(1x2, 2x1, 2x2 with AA-AL too, 1x3, 2x3 with K or W only, 1x1 special events; no 1x4, no 2x4); for Australia the ACMA's
template as told by vkradioamateurs.org (VK0-VK9, two or three letters, four only from F, 1x in contests); for Sweden
SSA and PTS (districts 0-7; 8 and 9 are special). The call areas and lengths of other countries are as heard on the air
and not checked against each national plan: too wide rather than too narrow.

One row a line: country | prefixes | digits | lengths of the suffix. "JA-JS" is a range of the last character.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One row: every prefix may stand before every digit with a suffix of any of these lengths."""

    country: str
    prefixes: tuple[str, ...]
    digits: str
    suffix_lengths: tuple[int, ...]


_ROWS = """
US | K N W KA-KZ WA-WZ | 0-9 | 1-3
US | NA-NZ AA-AL | 0-9 | 1-2
CA | VE VA | 0-9 | 2-3
CA | VO | 12 | 2-3
CA | VY | 0129 | 2-3
CA | CY | 09 | 2-3
CA | VB-VD VF VG VX CF-CK CZ XJ-XO | 0-9 | 1-3
GB | G M | 0-9 | 1-3
GB | GM GI GW GD GJ GU GX GS GP GT GN GH GC MM MI MW MD MJ MU MX MS MP MT MN MH MC | 0-9 | 2-3
GB | GB | 0-9 | 2-4
GB | GQ GR GV GO GZ GA GE MQ MR MV MO MA MB ME MZ | 0-9 | 2-3
GB | 2E 2M 2W 2I 2D 2J 2U | 01 | 3
IE | EI EJ | 0-9 | 2-3
AU | VK | 0-9 | 2-4
AU | AX VI VJ VL | 0-9 | 2-4
NZ | ZL ZM | 0-9 | 1-3
NZ | ZK | 3 | 2-3
JP | JA-JS | 0-9 | 2-3
JP | 7J-7N | 0-4 | 3
JP | 8J-8N | 0-9 | 2-4
DE | DA-DR | 0-9 | 1-3
FR | F | 0-9 | 2-3
FR | TM | 0-9 | 1-3
FR | FG FM FY FK FO FP FR FS FT FW FH FJ TK TO TX | 0-9 | 2-3
BE | ON | 0-9 | 2-3
BE | OO-OT | 0-9 | 1-3
NL | PA-PI | 0-9 | 1-3
SE | SA-SM | 0-9 | 2-3
SE | 7S 8S | 0-9 | 2-3
NO | LA-LN | 0-9 | 1-3
NO | JW JX 3Y | 0-9 | 2-3
FI | OF OG OH OI | 0-9 | 1-3
FI | OJ | 0 | 1-3
DK | OU-OZ 5P 5Q XP | 0-9 | 1-3
ES | EA-EH | 0-9 | 2-3
PT | CR-CU CQ | 0-9 | 2-3
IT | I IK IW IZ IU IQ IR IO II | 0-9 | 2-3
IT | IN IV | 3 | 2-3
IT | IT IH IG | 9 | 2-3
IT | IS IM | 0 | 2-3
IT | IA IB ID IE IF IL IP IX IY IC | 1589 | 2-3
CH | HB HE | 0139 | 2-3
AT | OE | 1-9 | 2-3
PL | SN-SR HF 3Z | 0-9 | 1-3
CZ | OK OL | 0-9 | 1-3
SK | OM | 0-9 | 1-3
HU | HA HG | 0-9 | 1-3
RO | YO-YR | 2-9 | 2-3
BG | LZ | 0-9 | 1-3
GR | SV-SZ J4 | 0-9 | 1-3
HR | 9A | 0-9 | 1-3
SI | S5 | 0-9 | 1-3
RS | YT YU | 0-9 | 1-3
BA | E7 | 0-9 | 1-3
MK | Z3 | 0-9 | 1-3
ME | 4O | 0-9 | 2-3
AL | ZA | 0-9 | 2-3
XK | Z6 | 0-9 | 2-3
MT | 9H | 0-9 | 2-3
CY | 5B C4 H2 P3 | 0-9 | 2-3
TR | TA-TC YM | 0-9 | 2-3
LU | LX | 0-9 | 1-3
LT | LY | 0-9 | 1-3
LV | YL | 0-9 | 2-3
EE | ES | 0-9 | 1-3
UA | UR-UZ EM-EO | 0-9 | 2-3
BY | EU-EW | 1-8 | 2-3
MD | ER | 0-9 | 2-3
RU | R | 0-9 | 2-3
RU | RA-RZ UA-UI | 0-9 | 2-3
KZ | UN-UQ | 0-9 | 1-3
UZ | UJ-UM | 0-9 | 2-3
GE | 4L | 0-9 | 2-3
AM | EK | 0-9 | 2-3
AZ | 4J 4K | 0-9 | 2-3
TM | EZ | 0-9 | 2-3
TJ | EY | 0-9 | 2-3
KG | EX | 0-9 | 2-3
IS | TF | 0-9 | 2-3
MC | 3A | 0-9 | 2-3
AD | C3 | 0-9 | 2-3
SM | T7 | 0-9 | 2-3
VA | HV | 0-9 | 2-3
MX | XE XF | 1-4 | 1-3
MX | 4A-4C 6D-6J XA-XD XG-XI | 0-9 | 1-3
CU | CO CM CL T4 | 0-9 | 2-3
BS | C6 | 0-9 | 2-3
BM | VP | 9 | 2-3
GB | VP | 2568 | 2-3
GB | VQ ZB ZC ZD ZF | 0-9 | 2-3
CN | VR XX | 29 | 2-3
CN | BA BD BG BH BI BY BT BZ BS | 0-9 | 2-3
TW | BM-BQ BU BV BW BX | 0-9 | 2-3
JM | 6Y | 0-9 | 2-3
HT | HH 4V | 0-9 | 2-3
DO | HI | 0-9 | 2-3
DM | J7 | 0-9 | 2-3
GD | J3 | 0-9 | 2-3
LC | J6 | 0-9 | 2-3
VC | J8 | 0-9 | 2-3
KN | V4 | 0-9 | 2-3
AG | V2 | 0-9 | 2-3
BB | 8P | 0-9 | 2-3
TT | 9Y 9Z | 0-9 | 2-3
AW | P4 | 0-9 | 1-3
NL | PJ | 0-9 | 2-3
BZ | V3 | 0-9 | 2-3
GT | TG TD | 0-9 | 2-3
SV | YS HU | 0-9 | 2-3
HN | HR HQ | 0-9 | 2-3
NI | YN H6 H7 HT | 0-9 | 2-3
CR | TI TE | 0-9 | 2-3
PA | HP HO H3 H8 H9 3E 3F | 0-9 | 2-3
CO | HK HJ 5J 5K | 0-9 | 1-3
VE | YV-YY 4M | 0-9 | 2-3
EC | HC HD | 0-9 | 2-3
PE | OA-OC 4T | 0-9 | 2-3
BO | CP | 0-9 | 2-3
CL | CA-CE XQ XR 3G | 0-9 | 1-3
AR | LU | 1-9 | 1-3
AR | AY AZ LO-LT LV LW L2-L9 | 0-9 | 1-3
UY | CV-CX | 0-9 | 1-3
PY | ZP | 0-9 | 2-3
BR | PY | 0-9 | 2-3
BR | PP-PX ZV-ZZ | 0-9 | 1-3
GY | 8R | 0-9 | 2-3
SR | PZ | 0-9 | 2-3
ZA | ZR ZS ZT ZU | 1-9 | 1-3
NA | V5 | 0-9 | 2-3
BW | A2 8O | 0-9 | 2-3
ZW | Z2 | 0-9 | 2-3
ZM | 9I 9J | 0-9 | 2-3
MZ | C8 C9 | 0-9 | 2-3
MW | 7Q | 0-9 | 2-3
LS | 7P | 0-9 | 2-3
SZ | 3DA | 0-9 | 2-3
AO | D2 D3 | 0-9 | 2-3
KE | 5Y 5Z | 0-9 | 2-3
TZ | 5H 5I | 0-9 | 2-3
UG | 5X | 0-9 | 2-3
RW | 9X | 0-9 | 2-3
BI | 9U | 0-9 | 2-3
CD | 9O-9T | 0-9 | 2-3
CG | TN | 0-9 | 2-3
GA | TR | 0-9 | 2-3
CM | TJ | 0-9 | 2-3
CF | TL | 0-9 | 2-3
TD | TT | 0-9 | 2-3
GQ | 3C | 0-9 | 2-3
ST | S9 | 0-9 | 2-3
NG | 5N 5O | 0-9 | 2-3
BJ | TY | 0-9 | 2-3
TG | 5V | 0-9 | 2-3
GH | 9G | 0-9 | 2-3
CI | TU | 0-9 | 2-3
BF | XT | 0-9 | 2-3
ML | TZ | 0-9 | 2-3
NE | 5U | 0-9 | 2-3
SN | 6V 6W | 0-9 | 2-3
GM | C5 | 0-9 | 2-3
GN | 3X | 0-9 | 2-3
GW | J5 | 0-9 | 2-3
SL | 9L | 0-9 | 2-3
LR | A8 D5 EL 5L 5M 6Z | 0-9 | 2-3
CV | D4 | 0-9 | 1-3
MR | 5T | 0-9 | 2-3
MA | CN 5C-5G | 0-9 | 2-3
DZ | 7R 7T-7Y | 0-9 | 2-3
TN | 3V TS | 0-9 | 2-3
LY | 5A | 0-9 | 2-3
EG | SU 6A 6B | 0-9 | 2-3
SD | ST 6T 6U | 0-9 | 2-3
SS | Z8 | 0-9 | 2-3
ET | ET 9E 9F | 0-9 | 2-3
ER | E3 | 0-9 | 2-3
DJ | J2 | 0-9 | 2-3
SO | T5 6O | 0-9 | 2-3
MG | 5R 5S | 0-9 | 2-3
MU | 3B | 0-9 | 2-3
SC | S7 | 0-9 | 2-3
KM | D6 | 0-9 | 2-3
IL | 4X 4Z | 0-9 | 1-3
PS | E4 | 0-9 | 2-3
JO | JY | 0-9 | 1-3
LB | OD | 0-9 | 2-3
SY | YK 6C | 0-9 | 2-3
IQ | YI | 0-9 | 2-3
IR | EP EQ | 0-9 | 2-3
KW | 9K | 0-9 | 2-3
SA | HZ 7Z 8Z | 0-9 | 1-3
AE | A6 | 0-9 | 1-3
QA | A7 | 0-9 | 2-3
BH | A9 | 0-9 | 2-3
OM | A4 | 0-9 | 2-3
YE | 7O | 0-9 | 2-3
AF | T6 YA | 0-9 | 2-3
PK | AP | 0-9 | 2-3
IN | VU | 0-9 | 2-3
IN | 8T-8Y | 0-9 | 2-3
LK | 4P-4S | 0-9 | 2-3
NP | 9N | 0-9 | 2-3
BT | A5 | 0-9 | 2-3
BD | S2 S3 | 0-9 | 2-3
MV | 8Q | 0-9 | 2-3
MM | XY XZ | 0-9 | 2-3
TH | HS E2 | 0-9 | 2-3
LA | XW | 0-9 | 2-3
KH | XU | 0-9 | 2-3
VN | XV 3W | 0-9 | 2-3
MY | 9M 9W | 0-9 | 2-3
SG | 9V S6 | 0-9 | 2-3
ID | YB-YH 7A-7I 8A-8I | 0-9 | 1-3
PH | DU-DZ 4D-4I | 0-9 | 2-3
KR | HL DS DT D7-D9 6K-6N | 0-9 | 1-3
MN | JT-JV | 0-9 | 2-3
BN | V8 | 0-9 | 2-3
TL | 4W | 0-9 | 2-3
PG | P2 | 0-9 | 2-3
SB | H4 | 0-9 | 2-3
VU | YJ | 0-9 | 2-3
FJ | 3D | 2 | 2-3
TO | A3 | 0-9 | 2-3
WS | 5W | 0-9 | 2-3
CK | E5 | 0-9 | 2-3
NU | E6 | 0-9 | 2-3
KI | T3 | 0-9 | 2-3
TV | T2 | 0-9 | 2-3
NR | C2 | 0-9 | 2-3
PW | T8 | 0-9 | 2-3
FM | V6 | 0-9 | 2-3
MH | V7 | 0-9 | 2-3
UN | 4U | 0-9 | 2-4
"""


def _range(text: str) -> tuple[str, ...]:
    first, _, last = text.partition("-")
    if not last:
        return (first,)
    return tuple(first[:-1] + chr(code) for code in range(ord(first[-1]), ord(last[-1]) + 1))


def _rule(row: str) -> Rule:
    country, prefixes, digits, lengths = (field.strip() for field in row.split("|"))
    expanded = tuple(prefix for part in prefixes.split() for prefix in _range(part))
    shortest, _, longest = lengths.partition("-")
    return Rule(
        country,
        expanded,
        "".join(_range(digits)) if "-" in digits else digits,
        tuple(range(int(shortest), int(longest or shortest) + 1)),
    )


RULES: tuple[Rule, ...] = tuple(_rule(row) for row in _ROWS.strip().splitlines())

# Heard on linked repeaters every week; calls of all others are rare enough to need clearer words.
LIKELY = frozenset({
    "US", "CA", "GB", "IE", "AU", "NZ", "JP", "DE", "FR", "BE", "NL", "SE", "NO", "FI", "ES", "IT", "CH", "AT",
    "PL", "MX", "BR", "AR", "ZA", "TH", "DK", "PT",
})  # fmt: skip
# Club and contest prefixes of the United Kingdom: "Mike, November 8 ..." is rather a name and a US call.
SELDOM_USED = frozenset(first + second for first in "GM" for second in "ABCEGHKNOPQRSTVXZ")
