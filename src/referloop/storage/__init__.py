"""Log, evidence, inbox, outbox, board and people, on SQLite and PostgreSQL behind one set of functions."""
