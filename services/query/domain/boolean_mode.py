"""The query in the words of MySQL's `MATCH ... AGAINST (... IN BOOLEAN MODE)`.

Only words, double quotes around them, and the operators made here are written: nothing a reader types can become an
operator.
"""

from services.query.domain.language import And, Not, Or, Phrase, Query, Word, finds, negated


def to_boolean_mode(query: Query) -> str:
    """`query`, as `language.parse` returns it, for AGAINST."""
    if isinstance(query, And):
        return _all(query.parts)
    return "+" + _written(query)


def _written(query: Query) -> str:
    match query:
        case Word(text):
            return text
        case Phrase(words):
            return '"' + " ".join(words) + '"'
        case And(parts):
            return "(" + _all(parts) + ")"
        case Or(parts):
            return "(" + " ".join(_written(part) for part in parts) + ")"
        case Not():
            raise ValueError("a negation stands only beside something to find")


def _all(parts: tuple[Query, ...]) -> str:
    """A part that finds nothing by itself is written as the exclusion of its opposite, which does."""
    wanted = ["+" + _written(part) for part in parts if finds(part)]
    unwanted = ["-" + _written(negated(part)) for part in parts if not finds(part)]
    return " ".join(wanted + unwanted)
