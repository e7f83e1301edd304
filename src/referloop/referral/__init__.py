"""The heart of a referral, pure: facts are appended; everything else is computed from them.

Standard library only; no clock, no disk, no network. Time is always an argument.
"""
