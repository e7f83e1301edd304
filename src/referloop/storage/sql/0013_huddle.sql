-- What a team looks at first each morning is found where it is few: what waits longest, urgent work, what ends
-- soon; and what a day closed.

CREATE INDEX board_oldest ON board (organization_id, received_at, referral_id) WHERE is_open = 1;
CREATE INDEX board_pressing ON board (organization_id, headline, urgency)
WHERE is_open = 1 AND urgency IN ('emergent', 'stat', 'fast-track', 'urgent');
CREATE INDEX obligations_ending ON obligations (organization_id, code, due_at, referral_id)
WHERE code = 'permission-use' OR code = 'appeal-deadline';
CREATE INDEX board_closed ON board (organization_id, closed, referral_id) WHERE closed <> '';
