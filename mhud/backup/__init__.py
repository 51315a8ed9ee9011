"""One archive of all that a helpline must not lose, and the way back from it."""
