"""`make drill`: the figures that are promised for bad days, measured on private stacks."""
