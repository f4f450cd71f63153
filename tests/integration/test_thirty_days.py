"""Thirty local days over a change of the clocks, and what every mail says of the chain.

All that is expected is worked out by hand from the rules of the chain: a done adds a day; one missed day
bends the chain and two in a row break it; skipped days, paused days and days without a mail count for
nothing; "of your last … days" counts the days that were done or missed.
"""

from datetime import UTC, datetime
from itertools import zip_longest

import pytest

from tests.integration.days import Walk, Walker
from tests.world import World

# The step comes at 02:30, which does not exist on 29 March (day 20): that mail comes at 03:30, 01:30 UTC.
BERLIN = Walker(
    zone="Europe/Berlin",
    signs_up=datetime(2026, 3, 10, 16, 30, tzinfo=UTC),
    send_at="02:30",
    mail_at={1: "16:30", 2: "01:30", 21: "00:30"},
    table="""
 1 | done                    | It is meant to feel almost too small. That is how it lasts.                | ◌              |
 2 | done                    | Chain: 1 day.                                                              | ●◌             | done
 3 | done                    | Chain: 2 days. 2 of your last 2 days done.                                 | ●●◌            | done
 4 |                         | Chain: 3 days. 3 of your last 3 days done.                                 | ●●●◌           | done
 5 | done                    | Chain: 3 days. 3 of your last 4 days done.                                 | ●●●○◌          | bent
 6 | "skip"                  | Chain: 4 days. 4 of your last 5 days done.                                 | ●●●○●◌         | done
re |                         | Chain: 4 days.                                                             | ●●●○●–         |
 7 | done                    | Chain: 4 days. 4 of your last 5 days done.                                 | ●●●○●–◌        | skipped
 8 |                         | Chain: 5 days. 5 of your last 6 days done.                                 | ●●●○●–●◌       | done
 9 |                         | Chain: 5 days. 5 of your last 7 days done.                                 | ●●●○●–●○◌      | bent
10 | done 8, done            | 5 days done so far. …                                                      | ●●●○●–●○○◌     | twice
11 | done, undo              | Chain: 7 days. 7 of your last 9 days done.                                 | ●●●○●–●●○●◌    | done
12 | done                    | Chain: 7 days. 7 of your last 10 days done.                                | ●●●○●–●●○●○◌   | bent
13 | "pause 3 days"          | Chain: 8 days. 8 of your last 11 days done.                                | ●●●○●–●●○●○●◌  | done
re |                         | Chain: 8 days.                                                             | ●●●○●–●●○●○●–  |
14 |                         |                                                                            |                |
15 |                         |                                                                            |                |
16 |                         |                                                                            |                |
17 | done                    | Chain: 8 days. 8 of your last 11 days done.                                | ○●–●●○●○●––––◌ | paused
18 |                         | Chain: 9 days. 9 of your last 12 days done.                                | ●–●●○●○●––––●◌ | done
19 |                         | Chain: 9 days. 9 of your last 13 days done.                                | –●●○●○●––––●○◌ | bent
20 | done                    | 9 days done so far. …                                                      | ●●○●○●––––●○○◌ | twice
21 | done                    | Chain: 1 day. Your longest: 9. 10 of your last 15 days done.               | ●○●○●––––●○○●◌ | done
22 | done, "undo", "done"    | Chain: 2 days. Your longest: 9. 11 of your last 16 days done.              | ○●○●––––●○○●●◌ | done
re |                         | Chain: 2 days. Your longest: 9.                                            | ○●○●––––●○○●●◌ |
re |                         | Chain: 3 days. Your longest: 9.                                            | ○●○●––––●○○●●● |
23 | done, "pause"           | Chain: 3 days. Your longest: 9. 12 of your last 17 days done.              | ●○●––––●○○●●●◌ | done
re |                         | Chain: 4 days. Your longest: 9.                                            | ●○●––––●○○●●●● |
24 |                         |                                                                            |                |
25 |                         |                                                                            |                |
26 | "resume"                |                                                                            |                |
re |                         | Chain: 4 days. Your longest: 9.                                            | ––––●○○●●●●––– |
27 | done                    | Chain: 4 days. Your longest: 9. 13 of your last 18 days done.              | –––●○○●●●●–––◌ | paused
28 | "skip"                  | Chain: 5 days. Your longest: 9. 14 of your last 19 days done.              | ––●○○●●●●–––●◌ | done
re |                         | Chain: 5 days. Your longest: 9.                                            | ––●○○●●●●–––●– |
29 | done                    | Chain: 5 days. Your longest: 9. 14 of your last 19 days done.              | –●○○●●●●–––●–◌ | skipped
30 | done 28, done, "status" | Chain: 6 days. Your longest: 9. 15 of your last 20 days done.              | ●○○●●●●–––●–●◌ | done
re |                         | Chain: 8 days. Your longest: 9. ¶ 17 of your last 22 days done, 17 in all. | ●○○●●●●–––●●●● |
""",  # noqa: E501 - a table
)

# On 5 April (day 17) the clocks show 02:30 twice: that mail comes the first time, at 15:30 UTC.
SYDNEY = Walker(
    zone="Australia/Sydney",
    signs_up=datetime(2026, 3, 19, 22, 30, tzinfo=UTC),
    send_at="02:30",
    mail_at={1: "22:30", 2: "15:30", 18: "16:30"},
    table="""
 1 |                       | It is meant to feel almost too small. That is how it lasts.                 | ◌              |
 2 |                       | A chain begins with one small step.                                         | ○◌             | broken
 3 | done                  | A chain begins with one small step.                                         | ○○◌            | twice
 4 | "skip"                | Chain: 1 day. 1 of your last 3 days done.                                   | ○○●◌           | done
re |                       | Chain: 1 day.                                                               | ○○●–           |
 5 |                       | Chain: 1 day. 1 of your last 3 days done.                                   | ○○●–◌          | skipped
 6 | "done"                | Chain: 1 day. 1 of your last 4 days done.                                   | ○○●–○◌         | bent
re |                       | Chain: 2 days.                                                              | ○○●–○●         |
 7 |                       | Chain: 2 days. 2 of your last 5 days done.                                  | ○○●–○●◌        | done
 8 |                       | Chain: 2 days. 2 of your last 6 days done.                                  | ○○●–○●○◌       | bent
 9 | done 7, done          | 2 days done so far. …                                                       | ○○●–○●○○◌      | twice
10 | done, undo, done      | Chain: 4 days. 4 of your last 8 days done.                                  | ○○●–○●●○●◌     | done
11 | 0h "pause 2 days"     |                                                                             |                |
re |                       | Chain: 5 days.                                                              | ○○●–○●●○●●–    |
12 |                       |                                                                             |                |
13 | done                  | Chain: 5 days. 5 of your last 9 days done.                                  | ○○●–○●●○●●––◌  | paused
14 | done                  | Chain: 6 days. 6 of your last 10 days done.                                 | ○○●–○●●○●●––●◌ | done
15 |                       | Chain: 7 days. 7 of your last 11 days done.                                 | ○●–○●●○●●––●●◌ | done
16 | "skip"                | Chain: 7 days. 7 of your last 12 days done.                                 | ●–○●●○●●––●●○◌ | bent
re |                       | Chain: 7 days. It is bent by one missed day, not broken.                    | ●–○●●○●●––●●○– |
17 | done                  | Chain: 7 days. 7 of your last 12 days done.                                 | –○●●○●●––●●○–◌ | skipped, bent
18 | done                  | Chain: 8 days. 8 of your last 13 days done.                                 | ○●●○●●––●●○–●◌ | done
19 |                       | Chain: 9 days. 9 of your last 14 days done.                                 | ●●○●●––●●○–●●◌ | done
20 | done 19               | Chain: 9 days. 9 of your last 15 days done.                                 | ●○●●––●●○–●●○◌ | bent
21 |                       | Chain: 10 days. 10 of your last 16 days done.                               | ○●●––●●○–●●●○◌ | bent
22 | done 20, done         | 10 days done so far. …                                                      | ●●––●●○–●●●○○◌ | twice
23 | "pause until tuesday" | Chain: 12 days. 12 of your last 18 days done.                               | ●––●●○–●●●●○●◌ | done
re |                       | Chain: 12 days.                                                             | ●––●●○–●●●●○●– |
24 |                       |                                                                             |                |
re |                       | Chain: 12 days.                                                             | –●●○–●●●●○●––◌ |
25 | 0h "resume", done     | Chain: 12 days. 12 of your last 18 days done.                               | –●●○–●●●●○●––◌ | paused
26 | done                  | Chain: 13 days. 13 of your last 19 days done.                               | ●●○–●●●●○●––●◌ | done
27 |                       | Chain: 14 days. 14 of your last 20 days done.                               | ●○–●●●●○●––●●◌ | done
28 |                       | Chain: 14 days. 14 of your last 21 days done.                               | ○–●●●●○●––●●○◌ | bent
29 | done                  | 14 days done so far. …                                                      | –●●●●○●––●●○○◌ | twice
30 | done, "status"        | Chain: 1 day. Your longest: 14. 15 of your last 23 days done.               | ●●●●○●––●●○○●◌ | done
re |                       | Chain: 2 days. Your longest: 14. ¶ 16 of your last 24 days done, 16 in all. | ●●●●○●––●●○○●● |
""",  # noqa: E501 - a table
)

# Steps on weekdays only. The clocks go back on Sunday, 1 November (day 18).
NEW_YORK = Walker(
    zone="America/New_York",
    signs_up=datetime(2026, 10, 15, 14, 0, tzinfo=UTC),
    send_at="07:00",
    days=["mon", "tue", "wed", "thu", "fri"],
    mail_at={1: "14:00", 2: "11:00", 18: "12:00"},
    table="""
 1 | done           | It is meant to feel almost too small. That is how it lasts. | ◌              |
 2 | done           | Chain: 1 day.                                               | ●◌             | done
 3 |                |                                                             |                |
 4 |                |                                                             |                |
 5 |                | Chain: 2 days. 2 of your last 2 days done.                  | ●●··◌          |
 6 | done           | Chain: 2 days. 2 of your last 3 days done.                  | ●●··○◌         | bent
 7 | "skip"         | Chain: 3 days. 3 of your last 4 days done.                  | ●●··○●◌        | done
re |                | Chain: 3 days.                                              | ●●··○●–        |
 8 | done           | Chain: 3 days. 3 of your last 4 days done.                  | ●●··○●–◌       | skipped
 9 |                | Chain: 4 days. 4 of your last 5 days done.                  | ●●··○●–●◌      | done
10 |                |                                                             |                |
11 |                |                                                             |                |
12 |                | Chain: 4 days. 4 of your last 6 days done.                  | ●●··○●–●○··◌   | off, bent
13 | done           | 4 days done so far. …                                       | ●●··○●–●○··○◌  | twice
14 | done 12, done  | Chain: 1 day. Your longest: 4. 5 of your last 8 days done.  | ●●··○●–●○··○●◌ | done
15 | done           | Chain: 7 days. 7 of your last 9 days done.                  | ●··○●–●○··●●●◌ | done
16 |                | Chain: 8 days. 8 of your last 10 days done.                 | ··○●–●○··●●●●◌ | done
17 |                |                                                             |                |
18 |                |                                                             |                |
19 | done           | Chain: 8 days. 8 of your last 11 days done.                 | ●–●○··●●●●○··◌ | off, bent
20 | "pause 3 days" | Chain: 9 days. 9 of your last 12 days done.                 | –●○··●●●●○··●◌ | done
re |                | Chain: 9 days.                                              | –●○··●●●●○··●– |
21 |                |                                                             |                |
22 |                |                                                             |                |
23 |                |                                                             |                |
24 |                |                                                             |                |
25 |                |                                                             |                |
26 | done           | Chain: 9 days. 9 of your last 12 days done.                 | ●●●○··●––––··◌ |
27 | done, undo     | Chain: 10 days. 10 of your last 13 days done.               | ●●○··●––––··●◌ | done
28 | done           | Chain: 10 days. 10 of your last 14 days done.               | ●○··●––––··●○◌ | bent
29 | done 27, done  | Chain: 11 days. 11 of your last 15 days done.               | ○··●––––··●○●◌ | done
30 | done, "status" | Chain: 13 days. 13 of your last 16 days done.               | ··●––––··●●●●◌ | done
re |                | Chain: 14 days. ¶ 14 of your last 17 days done, 14 in all.  | ··●––––··●●●●● |
""",
)


@pytest.mark.unmeasured
# What differs between the databases one month shows as well as three.
@pytest.mark.parametrize(
    ("storage", "person"),
    [
        pytest.param("sqlite", BERLIN, id="SQLite, Berlin in spring"),
        pytest.param("postgresql", BERLIN, id="PostgreSQL, Berlin in spring"),
        pytest.param("sqlite", SYDNEY, id="SQLite, Sydney in autumn"),
        pytest.param("sqlite", NEW_YORK, id="SQLite, New York in autumn, on weekdays"),
    ],
    indirect=["storage"],
)
def test_every_mail_of_thirty_days_tells_the_chain_as_it_is_and_comes_once_at_its_hour(
    world: World, person: Walker
) -> None:
    pairs = zip_longest(Walk(world, person).go(), person.expected(), fillvalue="(nothing)")
    wrong = [f"{came}\n  but should be\n{wanted}" for came, wanted in pairs if came != wanted]
    assert not wrong, "\n\n".join(wrong)
