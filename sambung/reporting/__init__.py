"""Writes a report's document as a file: HTML or PDF. No word and no number is added here."""
