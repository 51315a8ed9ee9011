"""Messages to people: what one is, who carries it, the line in which it waits."""
