"""The pages on a live server of this process, with one person's month behind them; no workers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from service.actions.check_in import Day, check_in
from service.actions.choose import ABOUT_A_RUNG, CHOICES
from service.actions.confirm import activate, fingerprint
from service.actions.deliver import Post, deliver
from service.actions.outbox import Outbox
from service.actions.signup import Wish, sign_up
from service.app import create_app, sender_of
from service.domain.chain import Outcome
from service.domain.schedule import EVERY_DAY, local_day
from service.links import Purpose, sign
from service.mail import local
from service.mail.kinds import DAILY
from service.mail.smtp import open_transport
from service.settings import Settings
from service.storage import queries
from service.storage.session import Storage
from service.storage.upgrade import upgrade
from tests.browser.whole import free_port

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
EMAIL = "somebody-with-a-rather-long-name@mail.of-a-long-domain.example.org"
ZONE = "America/Argentina/Buenos_Aires"
SECRET = "a secret for tests only"


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None: ...


@dataclass(frozen=True)
class Live:
    """A running server, and the paths of its pages by name."""

    url: str
    pages: dict[str, str]


@contextmanager
def live(folder: Path) -> Iterator[Live]:
    folder.mkdir(parents=True)
    port = free_port()
    settings = Settings.from_env({"DATA_DIR": str(folder), "PORT": str(port), "SECRET_KEY": SECRET})
    storage = Storage(settings.database_url)
    upgrade(storage)
    pages = _fill(storage, settings)
    app = create_app(settings, lambda ids: None)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Live(settings.base_url, pages)
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
        app.extensions["kaizen"].storage.close()
        storage.close()


def _fill(storage: Storage, settings: Settings) -> dict[str, str]:
    """Put in a person with an active goal of twenty days and a pending one, and mail; return the pages."""
    now = datetime.now(UTC)
    started = now - timedelta(days=20)
    wish = Wish(EMAIL, f"Build the {LONG}", f"Open 3 {LONG}s", time(8, 0), ZONE, EVERY_DAY)
    with storage.write() as session:
        outbox = Outbox(session, started, settings.reply_domain)
        sign_up(outbox, wish)
        goal = queries.goal(session, 1)
        assert goal is not None
        activate(outbox, goal, fingerprint(goal))
        outbox.now = now
        today = local_day(now, ZONE)
        for back in range(1, 21):
            if back not in (3, 9, 10):
                outcome = Outcome.SKIPPED if back == 5 else Outcome.DONE
                check_in(outbox, Day(goal, today - timedelta(days=back), today), outcome, "link")
        sign_up(outbox, wish)
        put = Outbox(session, now, settings.reply_domain)
        put.put(goal, today, DAILY)
    with open_transport(settings) as transport:
        deliver(Post(storage, sender_of(settings), transport, lambda: now), [1, 2, 3, 4])
    mail = next(m for m in local.newest(settings.mailbox_dir) if str(m.message["Subject"]).startswith("Open"))
    later, earlier = int(now.timestamp()) + 3600, int(now.timestamp()) - 3600

    def page(purpose: Purpose, *numbers: int) -> str:
        return f"/{purpose}/{sign(SECRET, purpose, *numbers)}"

    return {
        "sign up": "/",
        "sent": "/sent",
        "confirm": page(Purpose.CONFIRM, 2, later),
        "confirm, too old": page(Purpose.CONFIRM, 2, earlier),
        "started": page(Purpose.CONFIRM, 1, later),
        "done, still open": page(Purpose.DONE, 1, today.toordinal()),
        "done, yesterday": page(Purpose.DONE, 1, today.toordinal() - 1),
        "done, missed": page(Purpose.DONE, 1, today.toordinal() - 3),
        "tiny, still open": page(Purpose.TINY, 1, today.toordinal()),
        **{f"{choice}": page(choice, 1, 1) for choice in ABOUT_A_RUNG},
        **{
            f"{choice}": page(choice, 1, today.toordinal())
            for choice in CHOICES
            if choice not in ABOUT_A_RUNG
        },
        **{f"{choice}, chosen": f"{page(choice, 1, today.toordinal())}?chosen=1" for choice in CHOICES},
        "undo": page(Purpose.UNDO, 1, today.toordinal() - 1),
        "unsubscribe": page(Purpose.UNSUBSCRIBE, 1),
        "not found": "/done/nothing",
        "needs its button": "/signup",
        "inbox": "/inbox",
        "mail": f"/inbox/{mail.key}",
        "mail as HTML": f"/inbox/{mail.key}/html",
    }
