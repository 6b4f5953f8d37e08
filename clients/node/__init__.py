"""The field agent `tsn-node`: finds finished recordings, keeps them in a spool, sends them, sets them aside."""
