"""Mail that came back: how bad that is by what the server said, and when an address gets no more."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from service.domain.bounce import WINDOW, Sent, Severity, hopeless, severity

HARD, SOFT, POLICY = Severity.HARD, Severity.SOFT, Severity.POLICY
FIRST = date(2026, 3, 2)

CODES = {
    "5.1.1": HARD,
    "5.1.2": HARD,
    "5.1.3": HARD,
    "5.1.6": HARD,
    "5.1.10": HARD,
    "5.2.1": HARD,
    "5.4.1": HARD,
    "5.4.4": HARD,
    "5.1.8": POLICY,
    "5.3.4": POLICY,
    "5.6.0": POLICY,
    "5.7.1": POLICY,
    "5.7.26": POLICY,
    "5.2.2": SOFT,
    "5.2.0": SOFT,
    "5.4.7": SOFT,
    "5.3.2": SOFT,
    "4.2.2": SOFT,
    "4.4.1": SOFT,
    "4.7.1": SOFT,
    "2.1.5": None,
}


@pytest.mark.parametrize(("code", "expected"), CODES.items())
def test_a_status_code_tells_how_bad_it_is(code: str, expected: Severity | None) -> None:
    assert severity("failed", code, "") is expected
    assert severity("", code, "") is expected
    assert severity("Failed ", f" {code} (as it was)", "smtp; 550 user unknown") is expected


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "Delayed (for 4 hours)"])
def test_what_arrived_or_is_only_late_is_no_bounce(action: str) -> None:
    assert severity(action, "5.1.1", "550 5.1.1 user unknown") is None


WORDS = {
    "smtp; 550 5.1.1 <ann@example.org>: Recipient address rejected": HARD,
    "smtp; 550 5.7.1 no such user": POLICY,
    "smtp; 550 No such user here": HARD,
    "550 Requested action not taken: mailbox unavailable": HARD,
    "554: 30: Sorry, this mailbox is disabled (554.30)": HARD,
    "550 relay not permitted": POLICY,
    "554 Message refused: spam": POLICY,
    "554 no": POLICY,
    "552 Mailbox full": SOFT,
    "552 storage exceeded": SOFT,
    "550 Over quota, user unknown for now": SOFT,
    "451 Try again later": SOFT,
    "450 no such user yet": SOFT,
    "551 elsewhere": HARD,
    "host 192.5.1.1 said: no": SOFT,
    "host 5.1.1.25 said: no": SOFT,
    "version 8.5.1.1 said: no": SOFT,
    "": SOFT,
}


@pytest.mark.parametrize(("words", "expected"), WORDS.items())
@pytest.mark.parametrize("status", ["", "5.0.0", "no code"])
def test_where_the_code_says_nothing_the_servers_words_do(
    words: str, expected: Severity, status: str
) -> None:
    assert severity("failed", status, words) is expected


def test_general_codes_of_a_lasting_kind_ask_the_words_and_passing_ones_do_not() -> None:
    assert severity("failed", "5.5.0", "smtp; 550 5.5.0 mailbox unavailable") is HARD
    assert severity("failed", "5.3.0", "smtp; 554 5.3.0 unknown mailer error") is POLICY
    assert severity("failed", "4.0.0", "smtp; 450 user unknown") is SOFT


def days(*severities: Severity | None, every: int = 1) -> Sequence[Sent]:
    """Return one mail a day, or every so many days, from FIRST on."""
    return [Sent(FIRST + timedelta(days=every * at), one) for at, one in enumerate(severities)]


def given_up(mails: Sequence[Sent], signed_on: date | None = None, later: int = 0) -> bool:
    return hopeless(mails, signed_on, max(mail.day for mail in mails) + timedelta(days=later))


def test_three_days_of_mail_in_a_row_that_came_back_for_good_are_enough() -> None:
    assert not given_up(days(None, HARD, HARD))
    assert given_up(days(None, HARD, HARD, HARD))
    assert given_up(days(HARD, HARD, HARD, every=7))
    assert given_up(days(HARD, HARD, HARD, None), later=1)  # the last one may still come back


def test_a_mail_that_stayed_there_in_between_lets_the_count_begin_anew() -> None:
    assert not given_up(days(HARD, HARD, None, HARD, HARD))
    assert not given_up(days(HARD, HARD, SOFT, HARD))


def test_a_day_counts_once_by_its_worst() -> None:
    twice = [*days(HARD, HARD), *days(HARD, HARD), *days(None, SOFT)]
    assert not given_up(twice)
    assert given_up([*twice, Sent(FIRST + timedelta(days=2), None), Sent(FIRST + timedelta(days=2), HARD)])


def test_five_soft_days_within_thirty_are_enough() -> None:
    assert not given_up(days(*[SOFT] * 4))
    assert given_up(days(*[SOFT] * 5))
    assert given_up(days(SOFT, None, SOFT, None, SOFT, None, HARD, None, SOFT))
    assert given_up(days(*[SOFT] * 5, every=7))
    assert not given_up(days(*[SOFT] * 5, every=8))


def test_what_is_thirty_days_old_is_forgotten() -> None:
    assert given_up(days(*[SOFT] * 5), later=WINDOW.days - 5)
    assert not given_up(days(*[SOFT] * 5), later=WINDOW.days - 4)


def test_a_refusal_by_policy_counts_half() -> None:
    assert not given_up(days(*[POLICY] * 9))
    assert given_up(days(*[POLICY] * 10))
    assert given_up(days(*[POLICY] * 2, *[SOFT] * 4))


def test_a_sign_of_the_person_wipes_out_what_was_before_it() -> None:
    mails = days(HARD, HARD, HARD)
    assert given_up(mails, FIRST - timedelta(days=1))
    assert not given_up(mails, FIRST)
    assert not given_up(days(*[SOFT] * 6), FIRST + timedelta(days=1))
    assert given_up(days(*[SOFT] * 7), FIRST + timedelta(days=1))


def test_nothing_sent_is_nothing_given_up() -> None:
    assert not hopeless([], None, FIRST)
