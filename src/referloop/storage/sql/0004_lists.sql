-- Lists that people keep for themselves, and indexes under the counts that the workbench shows.

CREATE TABLE saved_views (
    organization_id text NOT NULL,
    user_id         text NOT NULL,
    id              text NOT NULL,
    name            text NOT NULL,
    wanted          text NOT NULL,      -- JSON: the filter
    columns         text NOT NULL,      -- JSON: which columns it shows
    saved_at        {instant} NOT NULL,
    PRIMARY KEY (organization_id, user_id, id)
);

-- Headlines, ages and overdue work are counted in the index alone.
CREATE INDEX board_ages ON board (organization_id, headline, received_at, due_at) WHERE is_open = 1;
-- Few of all that comes is set aside, and people look for it.
CREATE INDEX inbox_aside ON inbox (organization_id, state, received_at, id) WHERE state IN ('kept', 'refused');
CREATE INDEX entries_flow ON entries (organization_id, word, recorded_at)
WHERE word IN ('referral-received', 'referral-closed');
