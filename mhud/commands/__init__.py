"""What `mhud` does from a terminal: one module per noun."""
