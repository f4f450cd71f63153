"""One-time tokens: in the limiter's storage, and in memory while that is away."""

import pytest

from service.web.inbound import tokens
from service.web.limits import limiter


class Storage:
    """A storage that counts, and can be down."""

    base_exceptions = ConnectionError

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.down = False

    def incr(self, key: str, expiry: int) -> int:
        assert expiry == 60
        if self.down:
            raise ConnectionError
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]

    def get(self, key: str) -> int:
        return self.counts.get(key, 0)


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Storage:
    made = Storage()
    monkeypatch.setattr(limiter, "_storage", made)
    monkeypatch.setattr(tokens, "_memory", tokens._Memory())
    return made


@pytest.mark.parametrize("down", [False, True])
def test_a_token_is_good_for_one_content_however_often(storage: Storage, down: bool) -> None:
    storage.down = down
    assert tokens.spend("a", b"one", 60)
    assert tokens.spend("a", b"one", 60)
    for _ in range(3):
        assert not tokens.spend("a", b"two", 60)
    assert tokens.spend("a", b"one", 60)
    assert tokens.spend("b", b"two", 60)


def test_no_token_is_written_down_as_it_is(storage: Storage) -> None:
    tokens.spend("a secret token", b"one", 60)
    assert not [key for key in storage.counts if "secret" in key]
    assert len(storage.counts) == 2


def test_memory_is_bounded(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_MOST", 4)
    storage.down = True
    for number in range(10):
        assert tokens.spend(str(number), b"one", 60)
    assert not tokens.spend("9", b"two", 60)
    assert tokens.spend("0", b"two", 60)
    assert len(tokens._memory._counts) == 4
