"""How fast mhud is beside others, in the same minutes on one machine: docs/performance.md."""
