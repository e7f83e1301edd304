"""The crash rig: processes killed at every step, disks that lose what was not synced, then the count."""
