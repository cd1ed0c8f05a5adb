"""Runs that are killed, and disks that are full: whatever happens, the next run ends where an undisturbed one ends."""
