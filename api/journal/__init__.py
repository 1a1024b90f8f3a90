"""The journal of office mode: what Kafka would get, in files until the store has what follows from it."""
