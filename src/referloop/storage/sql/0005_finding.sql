-- What people type to find a patient or a referral, and the public code sets they choose from.

CREATE TABLE search_keys (
    organization_id text NOT NULL,
    key             text NOT NULL,      -- see storage/search_keys.py
    id              text NOT NULL,      -- of a person or a referral
    PRIMARY KEY (organization_id, key, id)
);

CREATE INDEX people_joined ON people (same_as, organization_id) WHERE same_as <> '';

-- Public, the same for every organisation: the one table without organization_id.
CREATE TABLE codes (
    code_set        text NOT NULL,      -- icd-10-cm, nucc
    code            text NOT NULL,
    words           text NOT NULL,
    sought          text NOT NULL,      -- code and words as they are searched
    PRIMARY KEY (code_set, code)
);
