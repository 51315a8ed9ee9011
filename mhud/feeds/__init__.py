"""What goes out: the ledger, the bus, sockets, call records."""
