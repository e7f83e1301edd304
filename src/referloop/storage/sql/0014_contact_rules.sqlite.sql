CREATE TRIGGER contact_rules_stand_as_written BEFORE UPDATE ON contact_rules
BEGIN SELECT RAISE(ABORT, 'how a patient may be reached is append-only'); END;

CREATE TRIGGER contact_rules_stay BEFORE DELETE ON contact_rules
BEGIN SELECT RAISE(ABORT, 'how a patient may be reached is append-only'); END;
