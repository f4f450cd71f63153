"""Hostile mail made from the mails of tests/emails: `python -m tests.fuzz SECONDS` for the long run."""
