"""The mails that are spoiled: the corpus, and a few that are hostile to begin with."""

from pathlib import Path

EMAILS = Path(__file__).parents[1] / "emails"
NAMES = tuple(sorted(path.name for path in EMAILS.glob("*.eml")))
SEEDS = tuple((EMAILS / name).read_bytes() for name in NAMES)
