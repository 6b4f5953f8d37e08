"""What holds on one server holds on clusters: the same tests of outbox, worker and disturbances once more."""

from tests.integration.mesh.db.test_outbox import *  # noqa: F403
from tests.integration.mesh.db.test_outbox import _bus, _database  # noqa: F401
from tests.integration.mesh.pipeline.conftest import *  # noqa: F403
from tests.integration.mesh.pipeline.test_disturbances import *  # noqa: F403
from tests.integration.mesh.pipeline.test_worker import *  # noqa: F403
