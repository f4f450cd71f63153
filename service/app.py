"""The Flask app: `create_app` wires the pages together and opens no connection."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from service.mail.addresses import Addresses
from service.mail.compose import Sender
from service.settings import Settings
from service.storage.session import Storage
from service.web import choice, confirm, done, health, inbound, inbox, leave, metrics, signup
from service.web.house import House
from service.web.lean import Lean, without_limits
from service.web.limits import limiter

TEMPLATES = Path(__file__).parents[1] / "templates" / "pages"
LARGEST_FORM = 64 * 1024  # bytes
# Seconds; a page must not wait for a Redis that hangs.
_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 1}

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # Tokens stand in our addresses: they must not travel to other sites, nor into caches or search engines.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}


def sender_of(settings: Settings) -> Sender:
    """Return who mail is from, by the settings."""
    addresses = Addresses(settings.secret_key, settings.reply_domain, settings.mail_from.addr_spec)
    return Sender(settings.mail_from, settings.base_url, addresses)


def create_app(
    settings: Settings,
    wake: Callable[[Sequence[int]], None],
    redis_alive: Callable[[], bool] = lambda: True,
    limits_url: str = "memory://",
    queue_depths: Callable[[], Mapping[str, int]] = dict,
    *,
    wake_inbound: Callable[[Sequence[int]], None] = lambda _: None,
) -> Flask:
    """Return the web app. `wake` is called with the ids of new deliveries after each commit.

    `wake_inbound` is called with the ids of new messages in the same way.
    """
    app = Lean(__name__, template_folder=str(TEMPLATES), static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        # The sign-up form asks no Referer: some browsers send none, and SameSite guards as well.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=limits_url,
        RATELIMIT_STORAGE_OPTIONS=_PATIENCE if limits_url.startswith("redis") else {},
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["local_mailbox"] = settings.local_mailbox
    app.extensions["kaizen"] = House(
        settings, Storage(settings.database_url), sender_of(settings), wake, redis_alive
    )
    limiter.init_app(app)
    without_limits(app, done.UNLIMITED)
    for part in (signup, confirm, done, choice, leave, health):
        app.register_blueprint(part.blueprint)
    app.register_blueprint(metrics.blueprint(queue_depths))
    app.register_blueprint(inbound.blueprint(wake_inbound))
    if settings.local_mailbox:
        app.register_blueprint(inbox.blueprint)
    app.register_error_handler(HTTPException, _excuse)
    app.after_request(_guard)
    app.short_ways.update(done.SHORT_WAYS)
    app.fixed = tuple(_HEADERS.items())
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.trusted_proxies, settings.trusted_proxies)  # type: ignore[method-assign]
    return app


def _excuse(error: HTTPException) -> ResponseReturnValue:
    """Answer every HTTP error with a page of ours; a bad link looks the same whatever is wrong with it."""
    code = error.code or 500
    return render_template("error.html", code=code), code, _kept_headers(error)


def _kept_headers(error: HTTPException) -> dict[str, str]:
    wanted = {"allow", "retry-after"}
    return {name: value for name, value in error.get_headers() if name.lower() in wanted}


def _guard(response: Response) -> Response:
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in _HEADERS.items() if name.lower() not in own])
    return response
