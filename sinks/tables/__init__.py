"""One module a group of tables: what it reads before a decision, what it writes after."""
