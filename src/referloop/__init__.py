"""Referloop: the engine and workbench of a healthcare referral desk.

The six stages of a referral, in order: intake, coverage, routing, scheduling, encounter, closure.
"""

import zoneinfo

__version__ = "0.1.0"

# The system's zone data may be years old (four Canadian jurisdictions stopped changing clocks in 2026):
# zones come from the pinned `tzdata` package alone.
zoneinfo.reset_tzpath(())
