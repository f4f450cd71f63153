"""Torture: worker processes are killed while they send, and every mail is counted."""
