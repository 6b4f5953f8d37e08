"""Bands that are talked about and standard tones, as tables."""

from __future__ import annotations

from services.extract.domain.words import words

# First and last kilohertz of each band: the amateurs' as wide as any ITU region has them, and what neighbours use.
_BANDS_KHZ = {
    "2200m": (135.7, 137.8),
    "630m": (472, 479),
    "160m": (1800, 2000),
    "80m": (3500, 4000),
    "60m": (5250, 5450),
    "40m": (7000, 7300),
    "30m": (10100, 10150),
    "20m": (14000, 14350),
    "17m": (18068, 18168),
    "15m": (21000, 21450),
    "12m": (24890, 24990),
    "cb": (26965, 27405),
    "10m": (28000, 29700),
    "6m": (50000, 54000),
    "4m": (70000, 70500),
    "2m": (144000, 148000),
    "weather": (162400, 162550),
    "1.25m": (219000, 225000),
    "70cm": (420000, 450000),
    "gmrs": (462550, 467725),
    "33cm": (902000, 928000),
    "23cm": (1240000, 1300000),
}
CTCSS = words("""
    67.0 69.3 71.9 74.4 77.0 79.7 82.5 85.4 88.5 91.5 94.8 97.4 100.0 103.5 107.2 110.9 114.8 118.8 123.0 127.3
    131.8 136.5 141.3 146.2 150.0 151.4 156.7 159.8 162.2 165.5 167.9 171.3 173.8 177.3 179.9 183.5 186.2 189.9
    192.8 196.6 199.5 203.5 206.5 210.7 213.8 218.1 221.3 225.7 229.1 233.6 237.1 241.8 245.5 250.3 254.1
""")
"""Tones of the EIA table and those that makers added, in hertz."""
CTCSS_BY_DIGITS = {tone.replace(".", ""): tone for tone in CTCSS} | {
    tone.removesuffix(".0"): tone for tone in CTCSS if tone.endswith(".0")
}
DCS = words("""
    023 025 026 031 032 036 043 047 051 053 054 065 071 072 073 074 114 115 116 122 125 131 132 134 143 145 152 155
    156 162 165 172 174 205 212 223 225 226 243 244 245 246 251 252 255 261 263 265 266 271 274 306 311 315 325 331
    332 343 346 351 356 364 365 371 411 412 413 423 431 432 445 446 452 454 455 462 464 465 466 503 506 516 523 526
    532 546 565 606 612 624 627 631 632 654 662 664 703 712 723 731 732 734 743 754
""")


def band_of(hertz: int) -> str:
    """The band that a frequency lies in, e.g. "2m"; empty where it is none of these."""
    for name, (low, high) in _BANDS_KHZ.items():
        if low * 1000 <= hertz <= high * 1000:
            return name
    return ""
