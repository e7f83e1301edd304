-- Rows of other organisations are refused by row-level security, as in every other table.

DO $$
DECLARE book text;
BEGIN
    FOREACH book IN ARRAY ARRAY['calendars', 'packs', 'proposals', 'rule_changes']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', book);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', book);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (organization_id = current_setting(''referloop.organization'', true))', book);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO referloop_app', book);
    END LOOP;
END $$;
