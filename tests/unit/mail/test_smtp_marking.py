"""No content leaves on a line whose last mail is not written down, whatever happens to line and mark."""

import selectors
import socket
from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from service.mail.smtp_line import Line
from service.mail.smtp_marking import Marking
from service.mail.transport import Deferred, Disliked, Handed, Underway


class Talking:
    """A line that has something to say, and may then break."""

    def __init__(self, *said: Handed, breaks: bool = False) -> None:
        self.said, self.breaks = said, breaks

    def read(self, decided: list[Handed]) -> None:
        decided.extend(self.said)
        if self.breaks:
            raise ConnectionResetError("the server hung up")


class Writing:
    """A mark that is written down when it is told to be."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.written = self.lost = False
        self.asked = 0

    def fileno(self) -> int:
        return self.ours.fileno()

    def done(self) -> bool:
        self.asked += 1
        if self.lost:
            raise OSError("the database is away")
        return self.written

    def wait(self) -> None:
        self.written = True
        self.done()


class Book:
    """Remembers what was to be written down."""

    def __init__(self, mark: Writing) -> None:
        self.mark, self.pages = mark, list[list[Handed]]()

    def settle(self, handed: Sequence[Handed]) -> Underway:
        self.pages.append(list(handed))
        return self.mark


@pytest.fixture
def book() -> Iterator[Book]:
    mark = Writing()
    with mark.ours, mark.theirs:
        yield Book(mark)


@pytest.fixture
def marking(book: Book) -> Iterator[Marking]:
    with selectors.DefaultSelector() as selector:
        yield Marking(book.settle, selector)


def line(*said: Handed, breaks: bool = False) -> Line:
    return cast("Line", Talking(*said, breaks=breaks))


def test_a_line_is_held_until_its_mail_is_written_down(book: Book, marking: Marking) -> None:
    one, other = line((1, None)), line((2, None))
    marking.take(one)
    assert marking.held() == {one}
    marking.begin()
    marking.look()
    marking.take(other)
    marking.begin()
    assert (marking.held(), book.pages) == ({one, other}, [[(1, None)]])
    book.mark.written = True
    marking.look()
    assert marking.held() == {other}
    marking.begin()
    assert book.pages == [[(1, None)], [(2, None)]]


def test_a_line_that_breaks_behind_a_reply_is_held_and_its_mail_counts(book: Book, marking: Marking) -> None:
    broken = line((1, None), breaks=True)
    with pytest.raises(ConnectionResetError):
        marking.take(broken)
    assert marking.held() == {broken}
    marking.begin()
    assert book.pages == [[(1, None)]]


def test_the_end_waits_for_what_is_under_way(book: Book, marking: Marking) -> None:
    marking.take(line((1, None)))
    marking.begin()
    marking.finish()
    assert book.mark.written
    assert (marking.held(), marking.underway, len(marking.selector.get_map())) == (set(), None, 0)


def test_a_mark_that_fails_is_asked_once_and_lets_no_content_go(book: Book, marking: Marking) -> None:
    held = line((1, None))
    marking.take(held)
    marking.begin()
    book.mark.lost = True
    with pytest.raises(OSError, match="away"):
        marking.look()
    marking.finish()
    assert book.mark.asked == 1
    assert marking.held() == {held}


def test_a_line_without_news_is_not_held(marking: Marking) -> None:
    marking.take(line())
    assert marking.begin() is None
    assert (marking.held(), marking.underway) == (set(), None)


def test_three_dislikes_in_a_row_stop_all(marking: Marking) -> None:
    said = [(number, Disliked("554 no")) for number in range(3)]
    marking.take(line(said[0], (7, Deferred("451 later")), *said[1:]))
    assert marking.begin() is None
    marking.finish()
    marking.take(line(said[0]))
    assert marking.begin() is not None
