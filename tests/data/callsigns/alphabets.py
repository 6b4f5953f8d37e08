"""The words that the composed lines spell with. Each half has some spellings that the other never shows."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"


def _table(signs: str, words: str) -> dict[str, str]:
    """One entry of `words` for each of `signs`; a bar parts spellings of the same."""
    return dict(zip(signs, words.split(), strict=True))


NATO = _table(
    LETTERS,
    "Alpha|Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet|Juliett Kilo Lima Mike November Oscar "
    "Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey|Whisky X-ray|Xray Yankee Zulu",
)
NATO_OF_TEST = NATO | {"F": "Foxtrot|Fox-trot", "J": "Juliet|Juliette", "Q": "Quebec|Kebec", "X": "X-Ray|X ray"}
OLD = _table(
    LETTERS,
    "Able Baker Charlie Dog Easy Fox George How Item Jig King Love Mike Nan Oboe Peter Queen Roger Sugar Tare "
    "Uncle Victor William X-ray Yoke Zebra",
)
DX_OF_TRAIN = _table(
    LETTERS,
    "America Boston Canada Denmark England Florida Germany Honolulu Italy Japan Kilowatt London Mexico Norway "
    "Ontario Portugal Queen Radio Santiago Tokyo United Venezuela Washington X-ray Yokohama Zanzibar",
)
DX_OF_TEST = DX_OF_TRAIN | {
    "H": "Henry",
    "J": "John",
    "K": "Kentucky",
    "N": "Nancy",
    "O": "Ocean",
    "P": "Pacific",
    "S": "Sugar",
}
LETTER_NAMES = _table(
    LETTERS,
    "ay bee see dee ee eff gee aitch eye jay kay el em en oh pee cue|queue are ess tee you vee W ex why zee|zed",
)
DOUBLE_U = {"train": "double u|double-u|dubya", "test": "double you|double U|double-you"}
DIGIT_WORDS = _table(DIGITS, "zero one two three four five six seven eight nine")
RADIO_DIGITS = _table(DIGITS, "zero won to|too tree for|fower fife six seven ait|ate niner")
# What Whisper was seen to write in place of a phonetic word.
MISHEARD = {
    "train": {"Q": "kodak", "K": "cielo", "F": "friends", "P": "hopper", "H": "motel"},
    "test": {"Q": "quadec|kordak", "K": "celo|hilo|key local", "F": "friends", "P": "hopper", "U": "unicorn"},
}
