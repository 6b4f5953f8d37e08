"""The node with time for its end: `python -m ... run ...`.

On a starved machine an upload on its way and the last heartbeat may take longer than a node waits that is stopped.
"""

from clients.node import agent
from clients.node.main import run

if __name__ == "__main__":
    agent.GRACE_SECONDS = agent.LAST_BEAT_SECONDS = 60.0
    run()
