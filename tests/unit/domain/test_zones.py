"""The zones to live in, and how to read one."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.zones import read_zone, zones

READ = [
    ("Europe/Paris", "Europe/Paris"),
    ("europe/paris", "Europe/Paris"),
    ("EUROPE/PARIS", "Europe/Paris"),
    ("Paris", "Europe/Paris"),
    ("paris", "Europe/Paris"),
    ("  New   York ", "America/New_York"),
    ("new_york", "America/New_York"),
    ("America/New York", "America/New_York"),
    ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
    ("Kolkata", "Asia/Kolkata"),
    ("Port-au-Prince", "America/Port-au-Prince"),
    ("UTC", "UTC"),
    ("utc", "UTC"),
]
NONE = [
    *("", " ", "Mars/Phobos", "Nowhere", "Europe", "Europe/", "/Paris", "Paris/Europe", "Europe/Paris/"),
    *("EST", "CET", "GMT+2", "+02:00", "Etc/GMT+5", "Etc/UTC", "US/Pacific", "posix/Europe/Paris"),
    *("../etc/passwd", "/etc/passwd", "Europe/Paris\0", "Europe/../Europe/Paris", "Рaris", "'; drop table"),
]


@pytest.mark.parametrize(("text", "name"), READ)
def test_a_zone_is_read_by_its_name_or_by_its_city(text: str, name: str) -> None:
    assert read_zone(text) == name


@pytest.mark.parametrize("text", [*NONE, "x" * 100_000, "Europe/Paris" + "x" * 100])
def test_what_names_no_zone_is_none(text: str) -> None:
    assert read_zone(text) is None


def test_a_city_that_several_zones_have_is_not_guessed() -> None:
    cities = [name.rpartition("/")[2] for name in zones()]
    twice = {city for city in cities if cities.count(city) > 1}
    assert "Louisville" in twice  # America/Louisville and America/Kentucky/Louisville
    assert all(read_zone(city) is None for city in twice)


def test_each_zone_is_read_as_itself_and_utc_is_the_first() -> None:
    assert zones()[0] == "UTC"
    assert len(zones()) == len(set(zones())) > 300
    assert [read_zone(name) for name in zones()] == list(zones())
    assert [read_zone(name.swapcase().replace("_", " ")) for name in zones()] == list(zones())
    assert list(zones()[1:]) == sorted(zones()[1:])


def test_nobody_lives_in_an_alias_or_in_an_offset() -> None:
    odd = ("Etc/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/", "SystemV/", "posix/", "right/")
    assert not [name for name in zones() if name.startswith(odd)]
    assert {"Europe/Berlin", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Apia"} <= set(zones())


@given(st.text(max_size=120))
def test_any_text_is_a_zone_that_exists_or_none(text: str) -> None:
    found = read_zone(text)
    assert found is None or (found in zones() and ZoneInfo(found).key == found)
