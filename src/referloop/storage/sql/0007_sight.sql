-- Who sees which referrals: for whom people stand, who asked, and to whom a referral was sent.

ALTER TABLE users ADD COLUMN stands_for text NOT NULL DEFAULT '[]';  -- JSON: requesters or performers by name

-- Of books that are older nobody knows yet who asked: '-' is nobody's key, and `referloop rebuild-board` asks the log.
ALTER TABLE board ADD COLUMN requester text NOT NULL DEFAULT '-';

CREATE TABLE sent_to (
    organization_id text NOT NULL,
    party           text NOT NULL,      -- see spelling.party
    referral_id     text NOT NULL,
    PRIMARY KEY (organization_id, party, referral_id)
);
CREATE INDEX sent_to_referral ON sent_to (referral_id, organization_id);
