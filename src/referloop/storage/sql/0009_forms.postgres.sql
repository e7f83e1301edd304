-- Rows of other organisations are refused by row-level security, as in every other table.

ALTER TABLE forms ENABLE ROW LEVEL SECURITY;
ALTER TABLE forms FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON forms
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT, DELETE ON forms TO referloop_app;
