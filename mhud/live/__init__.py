"""What is happening now: facts go in, domain events come out. Pure: no await, no clock, no log."""
