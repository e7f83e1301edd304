CREATE TRIGGER accesses_stand_as_written BEFORE UPDATE OR DELETE ON accesses
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER accesses_stay BEFORE TRUNCATE ON accesses
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER access_heads_stay BEFORE DELETE ON access_heads
FOR EACH ROW EXECUTE FUNCTION refuse_change();

DO $$
DECLARE book text;
BEGIN
    FOREACH book IN ARRAY ARRAY['accesses', 'access_heads', 'export_requests']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', book);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', book);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (organization_id = current_setting(''referloop.organization'', true))', book);
    END LOOP;
END $$;

GRANT SELECT, INSERT ON accesses TO referloop_app;
GRANT SELECT, INSERT, UPDATE ON access_heads, export_requests TO referloop_app;
