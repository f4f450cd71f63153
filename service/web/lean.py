"""What Flask and its extensions do on each request and our pages have no use for."""

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from wsgiref.types import StartResponse

from flask import Flask, Request, Response, current_app, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.test import create_environ
from werkzeug.wsgi import ClosingIterator

_HTML = ("Content-Type", "text/html; charset=utf-8")
_BODY = "\N{OBJECT REPLACEMENT CHARACTER}"


class LateSession(SessionMixin):
    """A session whose cookie is read when somebody first asks for what is in it."""

    def __init__(self, read: Callable[[], SecureCookieSession]) -> None:
        self._read = read
        self._kept: SecureCookieSession | None = None

    @property
    def kept(self) -> SecureCookieSession:
        """What is in the cookie, and what was put into the session since."""
        if self._kept is None:
            self._kept = self._read()
        return self._kept

    @property
    def touched(self) -> bool:
        """True where anybody asked for anything in it."""
        return self._kept is not None

    def __getitem__(self, key: str) -> Any:
        return self.kept[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.kept[key] = value

    def __delitem__(self, key: str) -> None:
        del self.kept[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)


class _Sessions(SecureCookieSessionInterface):
    """Cookie sessions that are opened only where they are used; their signer is made once."""

    def __init__(self) -> None:
        self._signer = lru_cache(maxsize=4)(super().get_signing_serializer)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of an app's session cookies."""
        return self._signer(app)

    def open_session(self, app: Flask, request: Request) -> LateSession:  # type: ignore[override]
        """Return a request's session, its cookie not read yet."""
        read = super().open_session
        return LateSession(lambda: read(app, request) or self.session_class())

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Put a session into its cookie, where it was used."""
        if not isinstance(session, LateSession):
            super().save_session(app, session, response)
        elif session.touched:
            session.kept.accessed = True
            super().save_session(app, session.kept, response)


Headers: TypeAlias = tuple[tuple[str, str], ...]


class Ready(NamedTuple):
    """A page of HTML that is ready, with the headers that it has beside those of every page."""

    body: bytes
    headers: Headers = ()


# Called with the app, where it is mounted, and the two parts of the address.
ShortWay: TypeAlias = Callable[["Lean", str, str, str], Ready | None]


class Lean(Flask):
    """Flask without looking, on each request, whether a view is a coroutine: none of ours is.

    A short way answers POST /<a name of `short_ways`>/…, before there is anything of Flask's: no request, no
    session, no limit. Where it returns None, the request goes on to its view. `fixed` are the headers that
    every page has.
    """

    session_interface = _Sessions()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.frame = lru_cache(maxsize=64)(self._frame)
        self.short_ways: dict[str, ShortWay] = {}
        self.fixed: Headers = ()

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        """Answer a request: by the short way where there is one."""
        if environ["REQUEST_METHOD"] == "POST":
            name, _, rest = environ.get("PATH_INFO", "")[1:].partition("/")
            way = self.short_ways.get(name)
            if way is not None:
                try:
                    ready = way(self, environ.get("SCRIPT_NAME", ""), name, rest)
                except Exception as error:  # Flask logs it and excuses, or raises it
                    with self.request_context(environ):
                        return self.handle_exception(error)(environ, start_response)
                if ready is not None:
                    return _send(ready, self.fixed, start_response)
        return super().wsgi_app(environ, start_response)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func

    def _frame(self, name: str, root: str) -> list[str]:
        """Return what stands before and after the body of a page, which knows where the app is mounted."""
        with self.request_context(create_environ(environ_overrides={"SCRIPT_NAME": root})):
            return render_template(name, done=True, body=_BODY).split(_BODY)


def _send(ready: Ready, fixed: Headers, start_response: StartResponse) -> ClosingIterator:
    length = ("Content-Length", str(len(ready.body)))
    start_response("200 OK", [_HTML, *ready.headers, *fixed, length])
    return ClosingIterator((ready.body,))


def lean() -> Lean:
    """Return the running app."""
    app: Lean = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def render(app: Flask, name: str, values: dict[str, Any]) -> Markup:
    """Return a part of a page, of a template that needs no more than these values."""
    template = app.jinja_env.get_template(name)
    # As `Template.render` does it, but for merging in what is there for every template, such as `url_for`.
    return Markup("".join(template.root_render_func(template.new_context(values, shared=True))))  # noqa: S704


def framed(app: Lean, root: str, name: str, body: Markup) -> str:
    """Return a page whose template has no other value than its `body`, and so is worked out only once."""
    before, after = app.frame(name, root)
    return f"{before}{body}{after}"


def without_limits(app: Flask, endpoints: Collection[str]) -> None:
    """Let what a limiter has registered so far pass these endpoints by: they have no limit."""

    def sparing(check: Callable[..., Any]) -> Callable[..., Any]:
        def spared(*given: Any) -> Any:
            if request.endpoint in endpoints:
                return given[0] if given else None
            return check(*given)

        return spared

    for functions in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        functions[None] = [sparing(check) for check in functions.get(None, [])]
