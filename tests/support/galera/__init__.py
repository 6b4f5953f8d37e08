"""Three MariaDB servers on loopback that replicate through Galera."""

from tests.support.galera.cluster import GaleraCluster, galera_cluster, provider, status

__all__ = ["GaleraCluster", "galera_cluster", "provider", "status"]
