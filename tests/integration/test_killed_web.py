"""The web process is killed in the middle of clicks: what was answered is there, and a click again is one."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from service.links import Purpose, sign
from service.storage.models import CheckIn, Goal
from service.storage.session import Storage
from tests.browser.whole import free_port
from tests.integration.crowd import crowd
from tests.integration.fire import Fire, fire
from tests.integration.processes import wait_for

PEOPLE, CLICKERS, KILLS = 300, 4, 2


class Clicks:
    """Many people who press their done button, again and again until it is answered."""

    def __init__(self, under: Fire) -> None:
        self.under, self.port = under, free_port()
        self.goals = crowd(under.storage, PEOPLE, under.moment)
        self.answered: set[int] = set()
        self.over = threading.Event()

    def path(self, goal: int) -> str:
        day = self.under.moment.date().toordinal()
        return f"/done/{sign(self.under.settings.secret_key, Purpose.DONE, goal, day)}"

    def press(self, goal: int) -> bool:
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}{self.path(goal)}", b""), timeout=5) as page:
                return bool(page.status == 200)
        except (URLError, OSError):
            return False

    def alive(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
                return True
        except (URLError, OSError):
            return False

    def go_on(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self.over.is_set() and len(self.answered) < PEOPLE:
            goal = chance.choice(self.goals)
            if self.press(goal):
                self.answered.add(goal)
            else:
                time.sleep(0.02)

    def done(self) -> Counter[int]:
        with self.under.storage.read() as session:
            return Counter(session.scalars(select(CheckIn.goal_id).join(Goal, Goal.id == CheckIn.goal_id)))


@pytest.fixture
def clicks(storage: Storage, environment: dict[str, str], tmp_path: Path) -> Iterator[Clicks]:
    with fire(storage, environment, tmp_path) as under:
        made = Clicks(under)
        yield made
        made.over.set()


def test_a_click_that_was_answered_is_kept_whenever_the_web_process_is_killed(clicks: Clicks) -> None:
    threads = [threading.Thread(target=clicks.go_on, args=(seed,)) for seed in range(CLICKERS)]
    for kill in range(KILLS):
        before = len(clicks.answered)
        with clicks.under.kaizen("web", PORT=str(clicks.port)) as web:
            wait_for(clicks.alive)
            for thread in threads if kill == 0 else []:
                thread.start()
            wait_for(lambda before=before: len(clicks.answered) > before + 30)  # type: ignore[misc]
            web.kill_all()
    clicks.over.set()
    for thread in threads:
        thread.join(10)
    assert clicks.answered <= set(clicks.done())
    assert set(clicks.done().values()) == {1}
