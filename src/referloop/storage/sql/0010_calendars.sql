-- What the desk laid down for itself: its calendars and its own policy, each from a day on, and who asked for what.

CREATE TABLE calendars (
    organization_id text NOT NULL,
    id              text NOT NULL,
    valid_from      text NOT NULL,      -- a day
    said            text NOT NULL,      -- JSON: an Opening
    written_at      {instant} NOT NULL,
    written_by      text NOT NULL,
    why             text NOT NULL,
    withdrawn_at    {instant},
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE packs (
    organization_id text NOT NULL,
    id              text NOT NULL,
    name            text NOT NULL,
    files           text NOT NULL,      -- JSON: name to text, rules and cases
    valid_from      text NOT NULL,      -- a day
    valid_until     text NOT NULL,      -- the first day without it, '' for none
    written_at      {instant} NOT NULL,
    written_by      text NOT NULL,
    published_at    {instant},
    PRIMARY KEY (organization_id, id)
);

-- What needs a second person: it has an effect when somebody else has agreed.
CREATE TABLE proposals (
    organization_id text NOT NULL,
    id              text NOT NULL,
    kind            text NOT NULL,      -- pack, pack-end, person, destination
    about           text NOT NULL,      -- the pack, the person, the sender
    said            text NOT NULL,      -- JSON: what is to be
    why             text NOT NULL,
    proposed_at     {instant} NOT NULL,
    proposed_by     text NOT NULL,
    decided_at      {instant},
    decided_by      text NOT NULL,
    outcome         text NOT NULL,      -- approved, refused, withdrawn, '' while it waits
    reason          text NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX proposals_waiting ON proposals (organization_id, kind, proposed_at) WHERE decided_at IS NULL;

-- Each change of what is owed, in order: every process reads its rules anew, and the board is looked at again.
CREATE TABLE rule_changes (
    organization_id text NOT NULL,
    id              text NOT NULL,
    kind            text NOT NULL,      -- calendar, calendar-withdrawn, pack, pack-end, zone
    about           text NOT NULL,
    by_user         text NOT NULL,
    why             text NOT NULL,
    at              {instant} NOT NULL,
    looked_to       text NOT NULL,      -- the last referral that the watcher was sent to
    done_at         {instant},          -- when it had been sent to all
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX rule_changes_open ON rule_changes (organization_id, id) WHERE done_at IS NULL;

CREATE INDEX obligations_code ON obligations (organization_id, code, referral_id);

-- Few: to find what was given to somebody who leaves.
CREATE INDEX entries_given ON entries (organization_id, referral_id) WHERE word = 'owner-assigned';
