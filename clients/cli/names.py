"""Resource names, as people type them: whole, or the id alone."""

import typer


def node_name(text: str) -> str:
    """`nodes/{node}`."""
    return f"nodes/{node_id(text)}"


def node_id(text: str) -> str:
    """The id of a node that is named with or without `nodes/`."""
    return text.removeprefix("nodes/")


def short(name: str) -> str:
    """The id in a resource name: commands take it alone."""
    return name.rpartition("/")[2]


def job_name(text: str) -> str:
    """`jobs/{job}`. Raises typer.BadParameter."""
    return _named("jobs", text)


def batch_name(text: str) -> str:
    """`batches/{batch}`. Raises typer.BadParameter."""
    return _named("batches", text)


def review_name(text: str) -> str:
    """`reviews/{review}`. Raises typer.BadParameter."""
    return _named("reviews", text)


def recording_name(text: str) -> str:
    """`nodes/{node}/recordings/{recording}` as it is. Raises typer.BadParameter."""
    parts = text.split("/")
    if len(parts) != 4 or (parts[0], parts[2]) != ("nodes", "recordings") or not (parts[1] and parts[3]):
        raise typer.BadParameter(f"{text!r} is not the name of a recording: nodes/NODE/recordings/RECORDING")
    return text


def glossary_term_name(text: str) -> str:
    """`glossaryTerms/{term}`. Raises typer.BadParameter."""
    return _named("glossaryTerms", text)


def _named(collection: str, text: str) -> str:
    identity = text.removeprefix(f"{collection}/")
    if not identity or "/" in identity:
        raise typer.BadParameter(f"{text!r} is not the name of one of {collection}: {collection}/ID, or ID")
    return f"{collection}/{identity}"
