"""Stage 1: a request arrives, its patient is identified, and it becomes a referral."""
