"""Every table of the mesh, in one MetaData."""

from importlib import import_module

from mesh.db.tables import metadata

MODULES = (
    "mesh.pipeline.tables",
    "services.ingest.store.tables",
    "services.transcribe.store.tables",
    "services.extract.store.language_tables",
    "services.extract.store.tables",
    "services.extract.store.callsign_tables",
    "services.extract.store.corrections_tables",
    "services.extract.store.entity_tables",
    "services.extract.store.priors_tables",
    "services.extract.store.reviews_tables",
    "services.analyze.store.tables",
    "services.query.store.tables",
)
for module in MODULES:
    import_module(module)

__all__ = ["metadata"]
