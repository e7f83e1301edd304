-- Rows of other organisations are refused by row-level security, as in every other table.

ALTER TABLE destinations ENABLE ROW LEVEL SECURITY;
ALTER TABLE destinations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON destinations
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON destinations TO referloop_app;
