CREATE INDEX board_requester ON board (organization_id, requester, referral_id);
CREATE INDEX board_unasked ON board (organization_id) WHERE requester = '-';
