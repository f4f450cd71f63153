"""POST /inbound/<provider>: mail that a provider hands over by HTTP.

It is answered with 200 only after the commit, and with 503 where it can't be committed: providers then try
again. No page of ours leads here and no cookie counts, so there is no CSRF token; a signature or password
decides who may post, so there is no limit meant for people either.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, update_wrapper

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from service import clock
from service.actions.outbox import Outbox
from service.actions.receive import keep
from service.domain.arrival import Arrival, Route
from service.mail.addresses import Addresses
from service.mail.inbound import LARGEST
from service.mail.recipients import MOST_LOOKED_AT, recipients
from service.web.house import house
from service.web.inbound import mailgun, postmark, raw, sendgrid, ses
from service.web.inbound.body import read_body
from service.web.inbound.shared import MOST_RECIPIENTS, Call, Handed, Provider, Refused, bare

log = logging.getLogger(__name__)

PROVIDERS = (postmark.PROVIDER, mailgun.PROVIDER, sendgrid.PROVIDER, ses.PROVIDER, raw.PROVIDER)


def blueprint(wake: Callable[[Sequence[int]], None]) -> Blueprint:
    """Return the ways in; `wake` is called with the ids of new messages after their commit."""
    made = Blueprint("inbound", __name__, url_prefix="/inbound")
    for provider in PROVIDERS:
        for path in provider.paths:
            # Flask-Limiter asks a view for its name, which a partial has only so.
            view = update_wrapper(partial(_take, provider, wake), _take)
            name = f"{provider.route}{path.replace('/', '-')}"
            made.add_url_rule(f"/{provider.route}{path}", name, view, methods=["POST"])
    return made


def _take(provider: Provider, wake: Callable[[Sequence[int]], None]) -> ResponseReturnValue:
    """Take one request; a provider whose key is not set has no page."""
    settings = house().settings
    if not provider.key(settings):
        abort(404)
    call = Call(settings, request.headers, clock.now())
    try:
        provider.knock(call)
        handed = provider.read(replace(call, body=read_body(provider.largest)))
        ids = _keep(provider.route, handed) if handed is not None else []
    except Refused as refused:
        log.warning("%s: refused with %d: %s", provider.route, refused.status, refused.sentence)
        return _said(refused)
    except SQLAlchemyError as error:
        log.error("%s: a message could not be stored: %s", provider.route, type(error).__name__)
        return _said(Refused(503, "The message could not be stored: please try again later."))
    wake(ids)
    return Response("Taken.\n", mimetype="text/plain")


def _said(refused: Refused) -> Response:
    headers = {name.replace("_", "-"): value for name, value in refused.headers.items()}
    return Response(f"{refused.sentence}\n", refused.status, headers, mimetype="text/plain")


def _keep(route: Route, handed: Handed) -> list[int]:
    """Commit a message for each recipient of ours; return the ids of those that are new."""
    if len(handed.raw) > LARGEST:
        raise Refused(413, "The message is larger than what is taken here.")
    parts = house()
    ours = _ours(handed, parts.sender.addresses)
    if not ours:
        log.info("%s: a message for none of our addresses: nothing is stored", route)
        return []
    with parts.storage.keep() as session:
        outbox = Outbox(session, clock.now(), parts.settings.reply_domain)
        arrivals = [Arrival(route, handed.mail_from, to, handed.raw, handed.dmarc) for to in ours]
        kept = [keep(outbox, arrival) for arrival in arrivals]
    return [inbound_id for inbound_id in kept if inbound_id is not None]


def _ours(handed: Handed, addresses: Addresses) -> list[str]:
    """Return the recipients that are ours, each once: those of the envelope, else those of the headers."""
    told = dict.fromkeys(bare(address) for address in handed.rcpt_to)
    told.pop("", None)
    if not told:
        return recipients(handed.raw, addresses)
    looked_at = list(told)[:MOST_LOOKED_AT]
    return [address for address in looked_at if addresses.is_ours(address)][:MOST_RECIPIENTS]
