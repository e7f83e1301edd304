-- Forms that were recorded, so that one sent twice (a double click, back and again) has one effect.

CREATE TABLE forms (
    organization_id text NOT NULL,
    form            text NOT NULL,      -- a digest of who sent what from which page: nothing can be read in it
    about           text NOT NULL,      -- the referral or the thing that it changed
    entry           integer NOT NULL,   -- the version of the log after it; 0 where there is none
    at              {instant} NOT NULL,
    PRIMARY KEY (organization_id, form, about)
);
CREATE INDEX forms_by_age ON forms (organization_id, at);
