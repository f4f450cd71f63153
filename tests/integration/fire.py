"""A few hundred mails that are due at noon, and a service of real processes that sends them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from service.settings import Settings
from service.storage.models import DeliveryState
from service.storage.session import Storage
from tests.integration.crowd import crowd, states
from tests.integration.processes import Process, kaizen, noon, wait_for
from tests.torture.points import Plan
from tests.torture.sink import Sink, serving


@dataclass
class Fire:
    """What is under fire: the database, the settings of its processes, and a mail server that survives."""

    storage: Storage
    environment: dict[str, str]
    sink: Sink
    folder: Path
    moment: datetime
    started: int = 0

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.environment)

    @contextmanager
    def kaizen(self, name: str, calm: bool = True, **settings: str) -> Iterator[Process]:
        """Run one process; where it is calm, nothing that it says may be a traceback."""
        self.started += 1
        log = self.folder / f"{name}-{self.started}.log"
        with kaizen({**self.environment, **settings}, log, name) as process:
            yield process
        assert not calm or "Traceback" not in process.output, process.output

    def due(self, mails: int) -> None:
        """Let so many people's first mails be due now."""
        crowd(self.storage, mails, self.moment - timedelta(days=1), send_at=self.moment.time())

    def sending(self) -> None:
        """Wait until mails go out."""
        wait_for(lambda: self.sink.taken or self.sink.failure)

    def sent(self, mails: int) -> None:
        """Wait until so many are marked sent, and no other is left."""
        wait_for(lambda: states(self.storage) == [DeliveryState.SENT] * mails)

    def once(self, mails: int) -> None:
        """So many mails came, and each of them once."""
        ids = [mail.message_id for mail in self.sink.taken]
        assert len(ids) == len(set(ids)) == mails

    def minutes_later(self) -> None:
        """Let the minute be over in which a row that was woken is left to its queue."""
        with self.storage.write() as session:
            session.execute(text("UPDATE delivery SET lease_until = created_at WHERE state = 'queued'"))


@contextmanager
def fire(storage: Storage, environment: dict[str, str], folder: Path) -> Iterator[Fire]:
    """Make a service that begins at noon."""
    moment, hours = noon()
    url = storage.engine.url.render_as_string(hide_password=False)
    with serving(Sink(Plan([], random.Random(1)), True, lambda _: True, lambda: 0)) as sink:
        smtp = f"smtp://127.0.0.1:{sink.port}"
        own = {**environment, "DATABASE_URL": url, "CLOCK_OFFSET_HOURS": hours, "SMTP_URL": smtp}
        yield Fire(storage, own, sink, folder, moment)
