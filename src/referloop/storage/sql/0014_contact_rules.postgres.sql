-- Rows of other organisations are refused by row-level security; what was said is neither changed nor removed.

CREATE TRIGGER contact_rules_stand_as_written BEFORE UPDATE OR DELETE ON contact_rules
FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE contact_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON contact_rules
USING (organization_id = current_setting('referloop.organization', true));
GRANT SELECT, INSERT ON contact_rules TO referloop_app;
