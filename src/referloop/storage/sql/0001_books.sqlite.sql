-- Updates and deletes of the log are refused by the database itself.

CREATE TRIGGER entries_stand_as_written BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER entries_stay BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER resources_stand_as_written BEFORE UPDATE OF body ON resources
BEGIN SELECT RAISE(ABORT, 'stored versions are never changed'); END;

CREATE TRIGGER resources_stay BEFORE DELETE ON resources
BEGIN SELECT RAISE(ABORT, 'stored versions are never deleted'); END;
