-- Beginnings of keys are ranges only where letters sort by their bytes.
ALTER TABLE board ALTER COLUMN requester TYPE text COLLATE "C";
ALTER TABLE sent_to ALTER COLUMN party TYPE text COLLATE "C";
CREATE INDEX board_requester ON board (organization_id, requester, referral_id);
CREATE INDEX board_unasked ON board (organization_id) WHERE requester = '-';

ALTER TABLE sent_to ENABLE ROW LEVEL SECURITY;
ALTER TABLE sent_to FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sent_to
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_to TO referloop_app;
