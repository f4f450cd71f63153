"""Amazon SES: a receipt rule publishes the whole message to an SNS topic, and that posts it to us."""

import binascii
import logging
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from service.domain.arrival import UNKNOWN, Route
from service.web.inbound import sns
from service.web.inbound.shared import (
    Call,
    Handed,
    Provider,
    Refused,
    encoded,
    envelope_sender,
    object_in,
    object_of,
    same,
    text_in,
    texts_in,
)

log = logging.getLogger(__name__)

_VERDICTS = {"PASS": "pass", "FAIL": "fail"}  # GRAY and PROCESSING_FAILED tell nothing


def read(call: Call) -> Handed | None:
    """Return the message of a notification; confirm our topic's subscription. Other topics are refused."""
    message = object_of(call.body)
    if not same(text_in(message, "TopicArn", ""), call.settings.ses_topic):
        raise Refused(403, "The topic is not the one of SES_TOPIC; raw message delivery has to be off.")
    sns.check_signature(message, call.now)
    if message["Type"] == "SubscriptionConfirmation":
        sns.confirm(message)
        log.info("ses: the subscription of SES_TOPIC is confirmed")
    return _handed(message["Message"]) if message["Type"] == "Notification" else None


def _handed(notification: str) -> Handed:
    """Return the message of a notification.

    Amazon: only the SNS action of a rule puts the source in `content`, in the encoding that the action names;
    `receipt` holds the envelope's recipients and the verdicts, `mail.source` the envelope's sender.
    """
    found = object_of(notification, "The message of the notification")
    if found.get("notificationType") != "Received" or not found.get("content"):
        raise Refused(400, "This is no received mail with its content: use the SNS action of a receipt rule.")
    receipt = object_in(found, "receipt")
    verdict = object_in(receipt, "dmarcVerdict").get("status")
    return Handed(
        _raw(found, object_in(receipt, "action")),
        envelope_sender(text_in(object_in(found, "mail"), "source", UNKNOWN)),
        texts_in(receipt, "recipients"),
        _VERDICTS.get(verdict, "") if isinstance(verdict, str) else "",
    )


def _raw(found: Mapping[str, Any], action: Mapping[str, Any]) -> bytes:
    content = text_in(found, "content")
    if text_in(action, "encoding", "UTF8").upper() != "BASE64":
        return encoded(content, "content")
    try:
        return b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "The field content is not base64.") from None


PROVIDER = Provider(
    Route.SES,
    key=lambda settings: settings.ses_topic,
    largest=2 * 1024 * 1024,  # SES publishes mails of up to 150 KB, escaped twice
    read=read,
)
