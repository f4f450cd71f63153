"""The web server's target: `service.wsgi:app`."""

import os
from functools import partial

from jobs import queues
from service import collector, logs, orphans
from service.app import create_app
from service.settings import Settings

orphans.end_with(os.getppid())  # a worker of the web server outlives a `kill -9` of its parent otherwise
settings = Settings.from_env()
logs.set_up(settings.log_format)  # a worker of the web server may be a new process, without its parent's logs
app = create_app(
    settings,
    wake=queues.waker(settings),
    redis_alive=partial(queues.alive, settings),
    wake_inbound=partial(queues.wake_inbound, settings),
    limits_url=queues.limits_url(settings),
    queue_depths=partial(queues.depths, settings),
)
collector.set_up()
