-- Where a sender is told how its referrals go. Senders are named as the inbox names them.

CREATE TABLE destinations (
    organization_id text NOT NULL,
    sender          text NOT NULL,      -- a FHIR client, or MSH-3/MSH-4 of HL7 v2
    address         text NOT NULL,      -- mllp://, https://, or http:// on this machine
    created_at      {instant} NOT NULL,
    PRIMARY KEY (organization_id, sender)
);
