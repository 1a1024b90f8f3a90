"""The gateway takes events over HTTP, answers each of them, and shows what the store has."""
