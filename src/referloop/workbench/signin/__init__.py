"""Signing in: who asks, for how long, and with which second factor; Django knows passwords and keys alone."""
