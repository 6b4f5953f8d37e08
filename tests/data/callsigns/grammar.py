"""Which strings can be an amateur station's call: what the labels are checked against.

Written from ITU Radio Regulations Appendix 42 and the national forms (FCC Part 97.19 and the sequential system,
ISED RIC-9, Ofcom, ACMA and so on), apart from the extractor's own grammar, so that one cannot hide an error of
the other. It is generous about administrations, strict about the United States.
"""

import re

NATIONAL = {
    "US": r"[KNW]\d[A-Z]{1,3}|[KW][A-Z]\d[A-Z]{1,3}|N[A-Z]\d[A-Z]{1,2}|A[A-L]\d[A-Z]{1,2}",
    "CA": r"V[AEOY]\d[A-Z]{2,3}|C[YZ]\d[A-Z]{1,3}",
    "GB": r"[GM][DIJMUWCHNPST]?\d[A-Z]{2,3}|2[DEIJMUW]\d[A-Z]{2,3}",
    "IE": r"E[IJ]\d[A-Z]{2,3}",
    "AU": r"VK\d[A-Z]{2,4}",
    "NZ": r"ZL\d[A-Z]{2,4}",
    "JP": r"J[A-S]\d[A-Z]{2,3}|7[J-N]\d[A-Z]{2,3}|8[JN]\d[A-Z]{2,4}",
    "DE": r"D[A-R]\d[A-Z]{2,3}",
    "FR": r"F\d[A-Z]{2,3}",
    "IT": r"I[A-Z]?\d[A-Z]{2,3}",
    "ES": r"E[A-H]\d[A-Z]{2,3}",
    "BR": r"P[P-Y]\d[A-Z]{2,3}",
    "AR": r"L[O-W]\d[A-Z]{2,3}",
    "MX": r"X[EF]\d[A-Z]{1,3}",
    "BE": r"O[N-T]\d[A-Z]{2,3}",
    "NL": r"P[A-I]\d[A-Z]{2,3}",
    "SE": r"S[A-M]\d[A-Z]{2,3}",
    "NO": r"L[A-N]\d[A-Z]{2,3}",
    "FI": r"O[F-J]\d[A-Z]{2,3}",
    "CH": r"HB[039][A-Z]{3}",
    "CZ": r"O[KL]\d[A-Z]{2,3}",
    "SK": r"OM\d[A-Z]{2,3}",
    "PL": r"S[N-R]\d[A-Z]{2,3}",
    "ZA": r"Z[RSTU]\d[A-Z]{2,3}",
    "HR": r"9A\d[A-Z]{2,3}",
    "MT": r"9H\d[A-Z]{2,3}",
    "IL": r"4[XZ]\d[A-Z]{2,3}",
    "CY": r"5B4[A-Z]{2,4}",
    "FJ": r"3D2[A-Z]{2,3}",
}
_ANY = re.compile("|".join(NATIONAL.values()))


def plausible(call: str) -> bool:
    """Whether some administration could have assigned `call` (upper case, no prefix, no modifier)."""
    return _ANY.fullmatch(call) is not None
