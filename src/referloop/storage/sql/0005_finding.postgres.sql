-- Beginnings of keys are ranges only where letters sort by their bytes.
ALTER TABLE search_keys ALTER COLUMN key TYPE text COLLATE "C";

ALTER TABLE search_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON search_keys
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON search_keys, codes TO referloop_app;
