"""The sign-up form. Each mistake gets one sentence beside its field that says what to do."""

import re
from collections.abc import Hashable, Iterable
from datetime import time
from functools import cache
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice, SelectFieldBase  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget, Select, TimeInput

from service.actions.signup import Wish
from service.domain.schedule import EVERY_DAY, WEEKDAYS
from service.domain.sizes import Direction
from service.domain.text import one_line
from service.domain.zones import zones

LONGEST = 200
MOST_LISTS = 32  # of zones that are kept, some 30 kB each
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?", re.ASCII)


@cache
def _zone_choices() -> list[SelectChoice]:
    """Return the zones as options, grouped by region."""
    parts = [(name, *name.replace("_", " ").partition("/")[::2]) for name in zones()]
    return [SelectChoice(name, city or region, optgroup=region) for name, region, city in parts]


class _Words:
    """Checks a line of a person's own words."""

    def __init__(self, missing: str) -> None:
        self.missing = missing

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if not field.data:
            raise ValidationError(self.missing)
        if len(field.data) > LONGEST:
            raise ValidationError(f"Please use at most {LONGEST} characters; these are {len(field.data)}.")


def _cleaned(text: str | None) -> str:
    return one_line((text or "")[:10_000])


def _email(_form: FlaskForm, field: Field) -> None:
    try:
        found = validate_email(field.data or "", check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise ValidationError(
            "This does not look like an e-mail address. It needs the form you@example.org."
        ) from None
    if found.ascii_email is None or "=?" in found.ascii_email:
        raise ValidationError("Before the @ only plain letters, digits and signs work so far.")
    field.data = found.ascii_email.lower()


def _send_at(_form: FlaskForm, field: Field) -> None:
    if not _TIME.fullmatch(field.data or ""):
        raise ValidationError("Choose a time from 00:00 to 23:59, such as 07:30.")


def _zone(_form: FlaskForm, field: Field) -> None:
    if field.data not in zones():
        raise ValidationError("Choose your time zone from the list.")


def _days(_form: FlaskForm, field: Field) -> None:
    if not set(field.data or []) <= set(WEEKDAYS):
        raise ValidationError("Choose days from Monday to Sunday.")


def _direction(_form: FlaskForm, field: Field) -> None:
    if field.data not in set(Direction):
        raise ValidationError("Choose one of the two.")


class _Direction(RadioField):
    def pre_validate(self, form: Any) -> None:
        """Leave the check to `_direction`."""


class _Days(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Leave the check to `_days`, whose sentence is friendlier."""


class _ZoneList(Select):
    """The list of all zones: some 450 options, of which the last few writings are kept."""

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[Hashable, Markup] = {}

    def __call__(self, field: SelectFieldBase, **kwargs: Any) -> Markup:
        """Return it with the field's zone chosen, if it is one."""
        key = (field.name, field.data if field.data in zones() else None, *sorted(kwargs.items()))
        found = self._written.get(key)
        if found is None:
            if len(self._written) >= MOST_LISTS:
                self._written.clear()
            found = self._written[key] = super().__call__(field, **kwargs)
        return found


class _Zone(SelectField):
    widget = _ZoneList()

    def pre_validate(self, form: Any) -> None:
        """Leave the check to `_zone`."""


class SignupForm(FlaskForm):  # type: ignore[misc]
    """Goal, tiniest step, when, where, and to whom."""

    goal = StringField(
        "What are you after?",
        filters=[_cleaned],
        validators=[_Words("Say in a few words what you are after, such as: write a book.")],
        render_kw={"maxlength": LONGEST, "placeholder": "Write a book", "autocomplete": "off"},
    )
    direction = _Direction(
        "Is it something to do, or to ease off?",
        choices=[
            SelectChoice(Direction.MORE.value, "To do, a little more"),
            SelectChoice(Direction.LESS.value, "To ease off, a little less"),
        ],
        default=Direction.MORE.value,
        validators=[_direction],
    )
    step = StringField(
        "The tiniest step towards it",
        filters=[_cleaned],
        validators=[_Words("Name one tiny step, such as: write one sentence.")],
        description="Almost embarrassingly small: two minutes or less. Easing off: at most 9 sweets.",
        render_kw={"maxlength": LONGEST, "placeholder": "Write one sentence", "autocomplete": "off"},
    )
    send_at = StringField("When should it come?", default="08:00", widget=TimeInput(), validators=[_send_at])
    timezone = _Zone("Your time zone", default="UTC", validators=[_zone])
    days = _Days(
        "On these days",
        choices=[SelectChoice(day, name) for day, name in zip(WEEKDAYS, _DAY_NAMES, strict=True)],
        default=list(WEEKDAYS),
        validators=[_days],
    )
    email = StringField(
        "Your e-mail address",
        filters=[lambda text: (text or "").strip()[:1000]],
        validators=[_email],
        render_kw={
            "type": "email",
            "autocomplete": "email",
            "inputmode": "email",
            "maxlength": 254,
            "placeholder": "you@example.org",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = _zone_choices()

    def wish(self) -> Wish:
        """Return what was filled in; only after `validate()` said yes. No day ticked means every day."""
        found = _TIME.fullmatch(self.send_at.data or "")
        assert found is not None  # noqa: S101 - validate() made sure
        return Wish(
            email=self.email.data or "",
            goal=self.goal.data or "",
            step=self.step.data or "",
            direction=Direction(self.direction.data or Direction.MORE),
            send_at=time(int(found[1]), int(found[2])),
            zone=self.timezone.data,
            weekdays=_weekdays(self.days.data or ()),
        )


def fields_of(wish: Wish) -> list[tuple[str, str]]:
    """Return a wish as the form's own fields, for a page that asks once more before it is sent."""
    days = [("days", WEEKDAYS[weekday]) for weekday in sorted(wish.weekdays)]
    return [
        ("goal", wish.goal),
        ("direction", wish.direction.value),
        ("step", wish.step),
        ("send_at", f"{wish.send_at:%H:%M}"),
        ("timezone", wish.zone),
        ("email", wish.email),
        *days,
    ]


def _weekdays(names: Iterable[str]) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(name) for name in names) or EVERY_DAY
