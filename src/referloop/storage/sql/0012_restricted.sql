-- What is restricted, and to whom: "" for an ordinary referral, "-" for one that nobody was given.

ALTER TABLE board ADD COLUMN restricted_to text NOT NULL DEFAULT '';
CREATE INDEX board_restricted ON board (organization_id, referral_id) WHERE restricted_to <> '';
