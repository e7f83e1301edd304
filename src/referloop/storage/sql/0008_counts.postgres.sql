-- Rows of other organisations are refused by row-level security, as in every other table.

ALTER TABLE board_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON board_changes
USING (organization_id = current_setting('referloop.organization', true));
ALTER TABLE board_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON board_counts
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, DELETE ON board_changes TO referloop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON board_counts TO referloop_app;
