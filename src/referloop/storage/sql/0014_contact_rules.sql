-- How a patient may be reached and spoken with: the patient's, and so the same on every referral of theirs.

CREATE TABLE contact_rules (
    organization_id text NOT NULL,
    person_id       text NOT NULL,
    seq             integer NOT NULL,   -- the last one holds; those before stay to be read
    at              {instant} NOT NULL,
    author          text NOT NULL,
    said            text NOT NULL,      -- JSON: messages.ContactRules
    PRIMARY KEY (person_id, organization_id, seq)
);
