"""What the field agent and the command line share: the way to the gateway, uploads, traces, logs."""
