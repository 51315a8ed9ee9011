"""`mhud doctor`: what is right, what is not, and the line that mends it. Nothing is changed."""
