"""HL7 v2 over MLLP and in files: referrals come in as REF, answers go out as ACK and RRI."""
