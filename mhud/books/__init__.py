"""What Asterisk's own books say of calls that mhud did not see."""
