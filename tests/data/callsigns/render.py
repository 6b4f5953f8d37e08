"""How a call is put into words, and what a receiver makes of it."""

import random

from tests.data.callsigns import alphabets
from tests.data.callsigns.calls import first_of_suffix

MODIFIERS = {
    "train": ("/P", "/M", " mobile", " portable", " slash mobile", " stroke P", "/QRP", " maritime mobile", "/AE"),
    "test": ("/MM", " stroke mobile", ", portable", " mobile", " slash QRP", "/R", "-9", " slash AG", "/4"),
}
SPLITS = {
    "train": ("{p}. {s}", "{p}, uh, {s}", "{p}... {p} {s}", "{p}, um, {s}", "{p}, {p} {s}", "{p}... {s}"),
    "test": (
        "{p}, er, {s}",
        "{p}, hang on, {s}",
        "{p}. {p} {s}",
        "{p}, let's see, {s}",
        "{p}, ah, {s}",
        "{p}-- {p} {s}",
    ),
}


class Renderer:
    """Puts calls into words as one half of the corpus does it."""

    def __init__(self, half: str, rng: random.Random) -> None:
        self._half = half
        self._rng = rng
        self._nato = alphabets.NATO if half == "train" else alphabets.NATO_OF_TEST
        self._dx = alphabets.DX_OF_TRAIN if half == "train" else alphabets.DX_OF_TEST

    def render(self, call: str, form: str) -> str:
        """`call` in `form`; a form without words of its own is spoken in any way."""
        match form:
            case "written":
                return call if self._rng.random() < 0.93 else call.lower()
            case "spaced":
                return self._spaced(call)
            case "zero_oh":
                return self._zero_oh(call)
            case "mixed":
                return self._mixed(call)
            case "phonetic" | "ham_phonetic" | "letters" | "digit_words":
                return self._joined(self.words(call, form), form)
        return self.render(call, self._rng.choice(("written", "written", "phonetic", "phonetic", "mixed", "spaced")))

    def words(self, call: str, form: str) -> list[str]:
        """One entry a letter or digit."""
        table = {"letters": self._letter_names(), "ham_phonetic": self._rng.choice((alphabets.OLD, self._dx))}.get(
            form, self._nato
        )
        if form == "ham_phonetic":
            table = table | {"X": "X-ray"}
        figures = form != "digit_words" and self._rng.random() < 0.55
        digits = alphabets.RADIO_DIGITS if form == "digit_words" else alphabets.DIGIT_WORDS
        return [self._word(letter, table, digits, figures) for letter in call]

    def modified(self, call: str) -> str:
        """With a modifier behind it or a host prefix in front."""
        ending = self._rng.choice(MODIFIERS[self._half])
        if ending[0] in "/-":
            return call + ending
        return self.render(call, self._rng.choice(("written", "phonetic"))) + ending

    def split(self, call: str) -> str:
        """With a pause, a filler or a restart between prefix and suffix."""
        at = first_of_suffix(call)
        form = self._rng.choice(("phonetic", "phonetic", "ham_phonetic", "spaced_words"))
        words = list(call) if form == "spaced_words" else self.words(call, form)
        head, tail = words[:at], words[at:]
        glue = "-" if form == "spaced_words" else " "
        return self._rng.choice(SPLITS[self._half]).format(p=glue.join(head), s=glue.join(tail))

    def cut(self, call: str) -> str:
        """The carrier drops before the last letter is out."""
        at = first_of_suffix(call)
        words = self.words(call, "phonetic")
        kept = self._rng.randint(at, len(call) - 1)
        stump = words[kept][: self._rng.randint(2, 3)]
        if self._rng.random() < 0.4:
            return " ".join(words[:kept]) + self._rng.choice(("...", "-", "--"))
        return " ".join([*words[:kept], stump]) + self._rng.choice(("-", "...", "--"))

    def headless(self, call: str) -> str:
        """The first letter is lost while the transmitter comes up."""
        return " ".join(self.words(call, "phonetic")[1:])

    def misheard(self, call: str) -> str:
        """One phonetic word as the speech engine was seen to write it; a letter of `MISHEARD` is needed."""
        table = alphabets.MISHEARD[self._half]
        at = self._rng.choice([at for at, letter in enumerate(call) if letter in table])
        words = self.words(call, "phonetic")
        words[at] = self._one_of(table[call[at]])
        return " ".join(words)

    def _spaced(self, call: str) -> str:
        at = first_of_suffix(call)
        head, tail = call[:at], call[at:]
        options = ["-".join(call), " ".join(call), f"{head} {tail}", f"{head}-{tail}", f"{head} {' '.join(tail)}"]
        options += [f"{' '.join(head)} {tail}", ". ".join(call) + ".", f"{head[:-1]} {head[-1]} {tail}"]
        return self._rng.choice(options if self._half == "train" else [*options, f"{head}-{'-'.join(tail)}"])

    def _mixed(self, call: str) -> str:
        at = first_of_suffix(call)
        words = self.words(call, "phonetic")
        tail = " ".join(call[at:])
        options = [f"{call[:at]} {' '.join(words[at:])}", f"{' '.join(words[:at])} {tail}"]
        options += [f"{call[:at]}, {' '.join(words[at:])}", f"{' '.join(words[:-1])} {call[-1]}"]
        return self._rng.choice(
            [*options, f"{call[: at + 1]} {' '.join(words[at + 1 :])}"] if call[at + 1 :] else options
        )

    def _zero_oh(self, call: str) -> str:
        at = first_of_suffix(call)
        head, tail = call[:at], call[at:]
        return head.replace("0", "O") + tail if "0" in head else head + tail.replace("O", "0", 1)

    def _joined(self, words: list[str], form: str) -> str:
        glue = self._rng.choices((" ", "-", ", "), (86, 7, 7))[0] if form in ("phonetic", "ham_phonetic") else " "
        said = glue.join(words)
        return said.lower() if self._rng.random() < 0.2 else said

    def _word(self, letter: str, table: dict[str, str], digits: dict[str, str], figures: bool) -> str:
        if letter.isdigit():
            return letter if figures else self._one_of(digits[letter])
        return self._one_of(table[letter])

    def _letter_names(self) -> dict[str, str]:
        return alphabets.LETTER_NAMES | {"W": alphabets.DOUBLE_U[self._half]}

    def _one_of(self, words: str) -> str:
        return self._rng.choice(words.split("|"))
