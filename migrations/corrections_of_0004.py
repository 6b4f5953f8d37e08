"""The corrections that migration 0004 puts into their table; later ones need a migration of their own.

They are also services.extract.domain.corrections_seed, which is what runs without a database.
"""

SEED = """
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
"""
"""What was meant, best first, and the words that were heard instead."""


def seeds() -> dict[str, str]:
    """What was meant by what was heard."""
    found: dict[str, str] = {}
    for line in SEED.strip().splitlines():
        meant, _, heard = line.partition(":")
        found |= dict.fromkeys((words.strip() for words in heard.split(",")), meant)
    return found
