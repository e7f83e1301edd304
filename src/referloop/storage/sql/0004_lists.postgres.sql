-- Rows of other organisations are refused by row-level security, as in every other table.

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON saved_views
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO referloop_app;
