-- The books of a referral desk. Portable; {instant}, {bytes} and {counted} are filled in per database.
-- Every row carries organization_id. It leads the keys, but where rows are found by a list of values: there
-- the value leads, so that no plan made on an empty table can walk a whole organisation.

CREATE TABLE organizations (
    organization_id text PRIMARY KEY,
    name            text NOT NULL,
    zone            text NOT NULL,
    holidays        text NOT NULL,      -- a country or country-subdivision of the `holidays` package, or ''
    created_at      {instant} NOT NULL
);

CREATE TABLE users (
    organization_id text NOT NULL,
    id              text NOT NULL,
    name            text NOT NULL,
    role            text NOT NULL,
    active          integer NOT NULL,
    created_at      {instant} NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE tokens (
    digest          text PRIMARY KEY,   -- SHA-256 of the secret; the secret itself is nowhere
    organization_id text NOT NULL,
    client          text NOT NULL,
    scopes          text NOT NULL,
    created_at      {instant} NOT NULL,
    expires_at      {instant},
    revoked_at      {instant}
);

-- Bytes as they came, apart from the log so that they can be shredded while the log stands.
CREATE TABLE evidence (
    organization_id text NOT NULL,
    digest          text NOT NULL,
    media_type      text NOT NULL,
    body            {bytes} NOT NULL,
    PRIMARY KEY (organization_id, digest)
);

CREATE TABLE inbox (
    organization_id text NOT NULL,
    id              text NOT NULL,
    channel         text NOT NULL,
    sender          text NOT NULL,
    message_id      text NOT NULL,
    digest          text NOT NULL,
    content_digest  text NOT NULL,      -- the content less its send time: tells a resend from a reused id
    received_at     {instant} NOT NULL,
    state           text NOT NULL,      -- done, kept, held, problem, refused, dead
    kind            text NOT NULL,
    problems        text NOT NULL,      -- JSON, never the offending value
    referrals       text NOT NULL,      -- JSON, the referrals it became or touched
    waits_for       text NOT NULL,      -- what a held message waits for
    owner           text NOT NULL,
    due_at          {instant},
    attempts        integer NOT NULL,
    answer          {bytes} NOT NULL,
    answer_status   integer NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (message_id, sender, channel, organization_id)
);
CREATE INDEX inbox_open ON inbox (organization_id, state, received_at, id)
WHERE state IN ('held', 'problem', 'dead');
CREATE INDEX inbox_waiting ON inbox (waits_for, organization_id) WHERE state = 'held' AND waits_for <> '';

CREATE TABLE people (
    organization_id text NOT NULL,
    id              text NOT NULL,
    family          text NOT NULL,
    given           text NOT NULL,
    birth_date      text NOT NULL,
    sex             text NOT NULL,
    said            text NOT NULL,      -- JSON: all that messages say of the person
    same_as         text NOT NULL,      -- the person this one was found to be, '' for itself
    created_at      {instant} NOT NULL,
    PRIMARY KEY (id, organization_id)
);

CREATE TABLE person_keys (
    organization_id text NOT NULL,
    key             text NOT NULL,      -- id|system|value, or name|family|given|birth date
    person_id       text NOT NULL,
    PRIMARY KEY (key, organization_id, person_id)
);

-- Requesters and performers as messages name them: organisations and practitioners.
CREATE TABLE parties (
    organization_id text NOT NULL,
    key             text NOT NULL,
    practitioner    text NOT NULL,
    organisation    text NOT NULL,
    said            text NOT NULL,
    PRIMARY KEY (organization_id, key)
);

CREATE TABLE referrals (
    organization_id text NOT NULL,
    id              text NOT NULL,
    patient_id      text NOT NULL,
    version         integer NOT NULL,   -- how many entries its log has
    head            text NOT NULL,      -- the hash of the last one
    created_at      {instant} NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE referral_names (
    organization_id text NOT NULL,
    name            text NOT NULL,      -- placer|system|value, filler|system|value, fhir|ServiceRequest/id
    referral_id     text NOT NULL,
    PRIMARY KEY (name, organization_id, referral_id)
);

CREATE TABLE entries (
    organization_id text NOT NULL,
    referral_id     text NOT NULL,
    seq             integer NOT NULL,
    word            text NOT NULL,
    occurred_at     text NOT NULL,      -- an instant, or a day when no more is known
    recorded_at     {instant} NOT NULL,
    line            text NOT NULL,      -- the canonical text, which is what the hash covers
    hash            text NOT NULL,
    PRIMARY KEY (organization_id, referral_id, seq),
    FOREIGN KEY (organization_id, referral_id) REFERENCES referrals (organization_id, id)
);

-- A cache of the log: one row a referral, one row an open obligation. `referloop rebuild-board` makes it anew.
CREATE TABLE board (
    organization_id text NOT NULL,
    referral_id     text NOT NULL,
    patient_id      text NOT NULL,
    is_open         integer NOT NULL,
    headline        text NOT NULL,
    service         text NOT NULL,
    urgency         text NOT NULL,
    step            text NOT NULL,
    about           text NOT NULL,
    says            text NOT NULL,
    owner           text NOT NULL,
    due_at          {instant},
    score           double precision NOT NULL,
    reasons         text NOT NULL,      -- JSON, three
    flags           text NOT NULL,      -- JSON
    received_at     {instant},
    look_at         {instant},          -- when the watcher has to look again
    version         integer NOT NULL,
    PRIMARY KEY (organization_id, referral_id)
);
CREATE INDEX board_work ON board (organization_id, owner, score DESC, referral_id) WHERE is_open = 1;
CREATE INDEX board_score ON board (organization_id, score DESC, referral_id) WHERE is_open = 1;
CREATE INDEX board_patient ON board (patient_id, organization_id);
CREATE INDEX board_look ON board (organization_id, look_at) WHERE look_at IS NOT NULL;

CREATE TABLE obligations (
    organization_id text NOT NULL,
    referral_id     text NOT NULL,
    code            text NOT NULL,
    about           text NOT NULL,
    owner           text NOT NULL,
    says            text NOT NULL,
    track           text NOT NULL,
    opens_at        {instant} NOT NULL,
    due_at          {instant} NOT NULL,
    PRIMARY KEY (organization_id, referral_id, code, about)
);
CREATE INDEX obligations_due ON obligations (organization_id, owner, due_at);

-- Work that belongs to no referral yet or to several: unread messages, identity, dead letters.
CREATE TABLE items (
    organization_id text NOT NULL,
    id              text NOT NULL,
    kind            text NOT NULL,
    about           text NOT NULL,      -- inbox:id, person:id, referral:id, outbox:id
    says            text NOT NULL,
    remedy          text NOT NULL,
    owner           text NOT NULL,
    created_at      {instant} NOT NULL,
    due_at          {instant} NOT NULL,
    closed_at       {instant},
    closed_by       text NOT NULL,
    outcome         text NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX items_open ON items (organization_id, due_at) WHERE closed_at IS NULL;

CREATE TABLE outbox (
    organization_id text NOT NULL,
    id              text NOT NULL,      -- also the stable key of every attempt
    place           {counted},          -- the order in which effects came to be
    referral_id     text NOT NULL,
    channel         text NOT NULL,
    addressee       text NOT NULL,      -- who is told: requester, performer, patient, ...
    destination     text NOT NULL,      -- by which address
    media_type      text NOT NULL,
    payload         {bytes} NOT NULL,
    state           text NOT NULL,      -- queued, unconfirmed, done, dead, withdrawn
    attempts        integer NOT NULL,
    created_at      {instant} NOT NULL,
    next_at         {instant} NOT NULL,
    leased_until    {instant},
    said            text NOT NULL,      -- what the last attempt came to
    UNIQUE (organization_id, id)
);
CREATE INDEX outbox_next ON outbox (organization_id, next_at, place) WHERE state = 'queued';
CREATE INDEX outbox_order ON outbox (organization_id, referral_id, destination, place)
WHERE state IN ('queued', 'dead');

-- FHIR resources as clients sent them, every version.
CREATE TABLE resources (
    organization_id text NOT NULL,
    kind            text NOT NULL,
    id              text NOT NULL,
    version         integer NOT NULL,
    referral_id     text NOT NULL,
    person_id       text NOT NULL,
    client          text NOT NULL,      -- who sent this version: only the placer changes a ServiceRequest
    received_at     {instant} NOT NULL,
    body            {bytes} NOT NULL,
    PRIMARY KEY (organization_id, kind, id, version)
);
CREATE INDEX resources_referral ON resources (organization_id, referral_id, kind) WHERE referral_id <> '';

-- The numbers by which clients search resources, and create them on condition.
CREATE TABLE resource_names (
    organization_id text NOT NULL,
    kind            text NOT NULL,
    name            text NOT NULL,      -- system|value
    id              text NOT NULL,
    PRIMARY KEY (name, kind, organization_id, id)
);

CREATE TABLE mappings (
    organization_id text NOT NULL,
    name            text NOT NULL,
    body            text NOT NULL,
    saved_at        {instant} NOT NULL,
    PRIMARY KEY (organization_id, name)
);
