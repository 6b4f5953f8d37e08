"""The corrections that every installation starts with; without a database they are the ones in force.

Migration 0004 puts the same ones into the table `extract_corrections`.
"""

from __future__ import annotations

from services.extract.domain.corrections import Correction


def _corrections(lines: str) -> tuple[Correction, ...]:
    """ "K: cielo, key local" on each line: what was meant, best first, and what was heard instead."""
    found: list[Correction] = []
    for line in lines.strip().splitlines():
        meant, _, heard = line.partition(":")
        found.extend(Correction(words.strip(), tuple(meant.split())) for words in heard.split(","))
    return tuple(found)


SEED = _corrections("""
A: alfalfa, alva, elfa, alphas
B: brava, bravos
B F: box
C: sharlie, charlies
D: deltas, delter
E: eko, ecco, ekko, echos, echoes
F: friends, foxtrots
G: gulf, golfer
H: hotels
I: indian, indias
J: julia, juliets
K S: cielo, celo
K: hilo, keelo, killo, kila, kielo, kilos, keylo, key local, key lo, key low, kee lo
L: leema, lema, limas
M: mikes
N: novembers
O: oskar, oscars
P: hopper, poppa, pappa, papas
Q: kodak, kordak, hordak, quadec, quebeck, kwebec, cubeck, cuebec, kay beck, key beck
R: romero, romeos
S: siera, cierra, see air
T: tengo, tangos
U: uniforms
V: vector, vektor, victors
W: whiskeys, wiskey, wisky
Y: yankees, yanky, yankey
Z: zooloo, zulus
""")
