-- Whether a patient's data left is asked of the few messages of which that is not known.

CREATE INDEX outbox_unsure ON outbox (organization_id, referral_id) WHERE state IN ('unconfirmed', 'dead');
