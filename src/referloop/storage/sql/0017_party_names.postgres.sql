-- Rows of other organisations are refused by row-level security; a name that was said was said.

ALTER TABLE party_names ENABLE ROW LEVEL SECURITY;
ALTER TABLE party_names FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON party_names
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT ON party_names TO referloop_app;
