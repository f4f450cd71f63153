"""What became of the mails of a round, written down before their lines send the next content."""

import selectors

from service.mail.smtp_line import Line
from service.mail.transport import Disliked, Handed, Settle, Underway, Unreachable, Unwelcome

MOST_DISLIKED = 3  # in a row: the trouble is ours, not three people's


class Marking:
    """Mails that are decided, and lines that are held until theirs is written down.

    While some are being written down, which the selector tells the end of, the next are only gathered.
    """

    def __init__(self, settle: Settle, selector: selectors.BaseSelector) -> None:
        self.settle, self.selector = settle, selector
        self.decided: list[Handed] = []
        self.underway: Underway | None = None
        self._owing: list[Line] = []  # whose last mail is decided and not yet written down
        self._settling: list[Line] = []  # whose mail is being written down
        self._marker = -1  # by which the selector knows it
        self._disliked = 0

    def take(self, line: Line) -> None:
        """Take what a line has to say, up to where it breaks; raises as `Line.read`."""
        before = len(self.decided)
        try:
            line.read(self.decided)
        finally:
            if len(self.decided) > before:
                self._owing.append(line)

    def held(self) -> set[Line]:
        """Return the lines on which no content may leave yet."""
        return {*self._owing, *self._settling}

    def begin(self) -> Unwelcome | None:
        """Have written down what was decided, unless that is going on; return what bids all others stop."""
        if self.underway is not None or not self.decided:
            return None
        decided, self.decided = self.decided, []
        self._settling, self._owing = self._owing, []
        stop = self._judged(decided)
        settled = [one for one in decided if not isinstance(one[1], Unreachable)]
        self.underway = self.settle(settled) if settled else None
        if self.underway is None:
            self._settling = []
        else:
            self._marker = self.underway.fileno()
            self.selector.register(self._marker, selectors.EVENT_READ, None)
        return stop

    def _judged(self, decided: list[Handed]) -> Unwelcome | None:
        """Return the last word that we, and not a recipient, are refused for."""
        stop = None
        for _, error in decided:
            self._disliked = self._disliked + 1 if isinstance(error, Disliked) else 0
            if isinstance(error, Unwelcome):
                stop = error
            elif isinstance(error, Disliked) and self._disliked >= MOST_DISLIKED:
                stop = Unwelcome(str(error), f"{error.brief} three times in a row")
        return stop

    def look(self) -> None:
        """Let the lines go on whose mails are written down, if they are."""
        self._settled(wait=False)

    def finish(self) -> None:
        """Wait until all that was begun is written down."""
        self._settled(wait=True)

    def _settled(self, *, wait: bool) -> None:
        underway, self.underway = self.underway, None  # whatever it raises, it is not asked again
        if underway is None:
            return
        if wait:
            underway.wait()
        elif not underway.done():
            self.underway = underway
            return
        self.selector.unregister(self._marker)
        self._settling = []
