"""The web server's target: `service.wsgi:app`."""

from functools import partial

from jobs import queues
from service.app import create_app
from service.settings import Settings

settings = Settings.from_env()
app = create_app(
    settings,
    wake=queues.waker(settings),
    redis_alive=partial(queues.alive, settings),
    limits_url=queues.limits_url(settings),
)
