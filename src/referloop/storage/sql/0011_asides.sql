-- What people put aside for themselves until a time or until something happens, and who looks at what now.

CREATE TABLE asides (
    organization_id text NOT NULL,
    user_id         text NOT NULL,
    referral_id     text NOT NULL,
    until           {instant} NOT NULL,
    reason          text NOT NULL,
    version         integer NOT NULL,   -- of the log: with the next entry it is back
    at              {instant} NOT NULL,
    PRIMARY KEY (organization_id, user_id, referral_id)
);

-- One row for each person on a referral; a row that is a minute old says nothing any more.
CREATE TABLE presence (
    organization_id text NOT NULL,
    referral_id     text NOT NULL,
    user_id         text NOT NULL,
    since           {instant} NOT NULL,
    seen_at         {instant} NOT NULL,
    writing         integer NOT NULL,   -- has begun to fill in a form
    PRIMARY KEY (organization_id, referral_id, user_id)
);
