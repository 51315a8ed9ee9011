"""Numbered migrations, one idea each."""
