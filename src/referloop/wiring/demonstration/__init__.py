"""A small department at work: its partners' messages through the front door, and what its people did."""
