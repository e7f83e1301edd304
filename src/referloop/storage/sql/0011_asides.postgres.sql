-- Rows of other organisations are refused by row-level security, as in every other table.

ALTER TABLE asides ENABLE ROW LEVEL SECURITY;
ALTER TABLE asides FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON asides
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON asides TO referloop_app;

ALTER TABLE presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE presence FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON presence
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON presence TO referloop_app;
