"""Every table of the mesh, in one MetaData."""

import mesh.pipeline.tables
import services.analyze.store.tables
import services.extract.store.tables
import services.ingest.store.tables
import services.query.store.tables
import services.transcribe.store.tables
from mesh.db.tables import metadata

__all__ = ["metadata"]
