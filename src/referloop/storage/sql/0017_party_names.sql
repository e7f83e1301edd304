-- Every name under which messages had somebody with a number of their own: the choice of whoever says
-- for whom a clinician or an office stands. A name only widens what somebody sees once a person chose it.

CREATE TABLE party_names (
    organization_id text NOT NULL,
    key             text NOT NULL,      -- as in parties: a number with the system it belongs to
    name            text NOT NULL,      -- as logs have it: the person, the practice
    PRIMARY KEY (organization_id, key, name)
);

CREATE INDEX party_names_by_name ON party_names (organization_id, name);

INSERT INTO party_names (organization_id, key, name)
SELECT organization_id, key,
       practitioner || CASE WHEN practitioner = '' OR organisation = '' THEN '' ELSE ', ' END || organisation
FROM parties
WHERE key LIKE '%|%' AND practitioner || organisation <> '';
