-- Who looked at what: one chain a reader, so that no two people wait for each other; and files that need a yes.

CREATE TABLE accesses (
    organization_id text NOT NULL,
    user_id         text NOT NULL,      -- a user, or client:NAME for a system that reads with a token
    seq             integer NOT NULL,
    at              {instant} NOT NULL,
    role            text NOT NULL,
    act             text NOT NULL,      -- see accesses.ACTS
    patient_id      text NOT NULL,
    referral_id     text NOT NULL,
    about           text NOT NULL,      -- a document, a message, a page, an access: never what was typed
    how_many        integer NOT NULL,
    purpose         text NOT NULL,
    reason          text NOT NULL,
    hash            text NOT NULL,      -- over the one before it and over these columns
    PRIMARY KEY (organization_id, user_id, seq)
);
CREATE INDEX accesses_day ON accesses (organization_id, at, user_id, seq);
CREATE INDEX accesses_person ON accesses (organization_id, user_id, at, seq);
CREATE INDEX accesses_patient ON accesses (patient_id, organization_id, at, user_id, seq) WHERE patient_id <> '';
CREATE INDEX accesses_glass ON accesses (organization_id, at, user_id, seq) WHERE act = 'glass-opened';
CREATE INDEX accesses_exported ON accesses (organization_id, at, user_id, seq) WHERE act = 'list-exported';
CREATE INDEX accesses_reviewed ON accesses (organization_id, about) WHERE act = 'glass-reviewed';

-- The last of each chain: a chain that ends earlier was cut.
CREATE TABLE access_heads (
    organization_id text NOT NULL,
    user_id         text NOT NULL,
    seq             integer NOT NULL,
    hash            text NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

CREATE TABLE export_requests (
    organization_id text NOT NULL,
    id              text NOT NULL,
    user_id         text NOT NULL,
    wanted          text NOT NULL,      -- JSON: what the list was narrowed to
    columns         text NOT NULL,      -- JSON
    kind            text NOT NULL,      -- csv, xlsx
    how_many        integer NOT NULL,
    purpose         text NOT NULL,
    asked_at        {instant} NOT NULL,
    decided_at      {instant},
    decided_by      text NOT NULL,
    outcome         text NOT NULL,      -- approved, refused, '' while it waits
    reason          text NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX export_requests_waiting ON export_requests (organization_id, asked_at, id) WHERE decided_at IS NULL;
CREATE INDEX export_requests_own ON export_requests (organization_id, user_id, asked_at);
