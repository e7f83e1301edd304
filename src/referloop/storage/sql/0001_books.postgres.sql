-- Updates and deletes of the log are refused by grants and by triggers; rows of other organisations by
-- row-level security, which binds the owner of the tables too.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

CREATE TRIGGER entries_stand_as_written BEFORE UPDATE OR DELETE ON entries
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER entries_stay BEFORE TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER resources_stand_as_written BEFORE UPDATE OF body OR DELETE ON resources
FOR EACH ROW EXECUTE FUNCTION refuse_change();

DO $$ BEGIN
    CREATE ROLE referloop_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO referloop_app', current_schema());
END $$;

DO $$
DECLARE book text;
BEGIN
    FOREACH book IN ARRAY ARRAY['organizations', 'users', 'tokens', 'evidence', 'inbox', 'people', 'person_keys',
        'parties', 'referrals', 'referral_names', 'entries', 'board', 'obligations', 'items', 'outbox',
        'resources', 'resource_names', 'mappings']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', book);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', book);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (organization_id = current_setting(''referloop.organization'', true))', book);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO referloop_app', book);
    END LOOP;
END $$;

GRANT SELECT ON schema_changes TO referloop_app;
REVOKE UPDATE, DELETE ON entries FROM referloop_app;
REVOKE DELETE ON resources, inbox, evidence, referrals, people, outbox, items FROM referloop_app;

-- Who is asking is found by the credential alone, before any organisation is known.
CREATE POLICY by_credential ON tokens FOR SELECT
USING (digest = current_setting('referloop.credential', true));

-- The watcher and the worker go from organisation to organisation.
CREATE POLICY by_operator ON organizations FOR SELECT
USING (current_setting('referloop.operator', true) = 'on');
