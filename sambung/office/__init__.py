"""Office mode: broker, stages, store and gateway on one machine by one command, with a journal of events."""
