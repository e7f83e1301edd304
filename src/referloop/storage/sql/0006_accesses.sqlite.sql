CREATE TRIGGER accesses_stand_as_written BEFORE UPDATE ON accesses
BEGIN SELECT RAISE(ABORT, 'who looked is append-only'); END;

CREATE TRIGGER accesses_stay BEFORE DELETE ON accesses
BEGIN SELECT RAISE(ABORT, 'who looked is append-only'); END;

CREATE TRIGGER access_heads_stay BEFORE DELETE ON access_heads
BEGIN SELECT RAISE(ABORT, 'who looked is append-only'); END;
