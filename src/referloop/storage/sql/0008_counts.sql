-- Counts over the board: what each transaction changed, and the sums into which the watcher folds the changes.

ALTER TABLE board ADD COLUMN arrived text NOT NULL DEFAULT '';    -- the day it was received, at the desk
ALTER TABLE board ADD COLUMN closed text NOT NULL DEFAULT '';     -- the day on which that was written down, or ''
ALTER TABLE board ADD COLUMN late integer NOT NULL DEFAULT 0;     -- its step was overdue when the row was written
-- What older books lack, only their logs know: this mark sends them through `referloop rebuild-board` (see 0007).
UPDATE board SET requester = '-';

CREATE TABLE board_changes (
    place           {counted},
    organization_id text NOT NULL,
    owner           text NOT NULL,
    headline        text NOT NULL,
    service         text NOT NULL,
    arrived         text NOT NULL,
    closed          text NOT NULL,
    late            integer NOT NULL,
    is_open         integer NOT NULL,
    count           integer NOT NULL    -- how many rows more, or fewer, are like this
);
CREATE INDEX board_changes_place ON board_changes (organization_id, place);

CREATE TABLE board_counts (
    organization_id text NOT NULL,
    kind            text NOT NULL,      -- see storage/counts.py
    value           text NOT NULL,
    late            integer NOT NULL,
    count           bigint NOT NULL,
    PRIMARY KEY (organization_id, kind, value, late)
);

DROP INDEX board_ages;
DROP INDEX entries_flow;
-- What became overdue since its row was written, counted in the index alone: the watcher keeps it short.
CREATE INDEX board_turning ON board (organization_id, due_at, owner, arrived) WHERE is_open = 1 AND late = 0;
CREATE INDEX board_headlines ON board (organization_id, headline, score DESC, referral_id) WHERE is_open = 1;
CREATE INDEX board_services ON board (organization_id, service, score DESC, referral_id) WHERE is_open = 1;
