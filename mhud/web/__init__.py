"""The edge: how a client asks and is answered."""
