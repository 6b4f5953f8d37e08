"""How long to wait before trying again."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Exponential with full jitter: anything between 0 and `base * 2^attempt`, at most `cap`.

    Full jitter spreads many nodes that lost the same server at the same moment. `draw` gives 0..1.
    """

    base_seconds: float = 1.0
    cap_seconds: float = 300.0
    draw: Callable[[], float] = random.random

    def delay_seconds(self, attempt: int, at_least_seconds: float | None = None) -> float:
        """Wait before try number `attempt` + 1, where `attempt` >= 1 tries have failed.

        `at_least_seconds` is the server's own wish, which jitter never undercuts. It is spread up to its double:
        a server tells the same to everybody it turns away, and they would all be back in the same moment.
        """
        # 2^30 is far past any cap; a larger exponent would only overflow.
        ceiling = min(self.cap_seconds, self.base_seconds * 2.0 ** min(max(attempt - 1, 0), 30))
        part = self.draw()
        return max(ceiling * part, (at_least_seconds or 0.0) * (1 + part))
