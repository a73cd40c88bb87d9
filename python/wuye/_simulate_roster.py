"""The roster of a simulated desk: each week's shifts planned on the Sunday before, and what becomes of a plan.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapter kf_shift. Every shift has a stream of chances of its own, so that a
week that is planned is stood as it would have been without.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wuye.simulate import ZONE, _Dice, _Office

__all__ = ["DESK", "SHIFTS", "Planned", "Rosters", "begins", "case_of", "rostered"]

DESK = "service_centre"
SHIFTS = (("day", 8), ("night", 18))  # half past

#: Who takes whose place.
_INSTEAD = {"li": "zhou", "zhou": "li", "chen": "jin", "jin": "chen"}

_SWAPPED, _ABSENT, _NOBODY_FOUND = 0.04, 0.02, 0.25


@dataclass(frozen=True, slots=True)
class Planned:
    """What has become of a shift on the roster.

    Attributes:
        case: The shift.
        who: Who comes: as rostered, or as a stand-in where nobody was found.
        stand_in: Nobody came as rostered, and who comes was fetched when the shift had begun.
        other: Somebody else comes, and nobody has said so.
    """

    case: str
    who: str
    stand_in: bool = False
    other: bool = False


def begins(day: date, hour: int) -> datetime:
    """When a shift begins."""
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZONE)


def case_of(office: _Office, day: date, shift: str) -> str:
    """The case of a shift."""
    return f"SIM-{office.seed}-shift-{day}-{shift}"


def rostered(day: date, shift: str) -> str:
    """Whose turn it is."""
    return "chen" if shift == "night" else ("li", "zhou")[day.toordinal() % 2]


class Rosters:
    """The supervisor's roster, and how it changes."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._planned: dict[str, Planned] = {}

    def of(self, day: date, shift: str) -> Planned | None:
        """The shift as it stands on the roster; None where it is on none."""
        return self._planned.pop(case_of(self._office, day, shift), None)

    def morning(self, day: date) -> None:
        """On Sundays the week that follows."""
        office = self._office
        if day.weekday() != 6 or not _Dice(f"{office.seed}:rosters:{day}").chance(office.rates.rosters):
            return
        at = datetime(day.year, day.month, day.day, 16, tzinfo=ZONE)
        for n in range(1, 8):
            that = day + timedelta(days=n)
            if _Dice(f"{office.seed}:shift:{that}").chance(office.rates.shifts):  # the same as on that morning
                for shift, hour in SHIFTS:
                    at += timedelta(minutes=1)
                    planned = self._plan(at, that, shift, begins(that, hour))
                    self._planned[planned.case] = planned

    def _plan(self, at: datetime, day: date, shift: str, starts: datetime) -> Planned:
        office, case, who = self._office, case_of(self._office, day, shift), rostered(day, shift)
        dice = _Dice(f"{office.seed}:planned:{case}")
        about = {"class_": "shift", "desk": DESK, "shift": shift, "starts": starts}
        if dice.chance(office.rates.mistake):  # who has not the post for it, put right at once
            wrong = "jin" if shift == "day" else "mei"
            office.tell(at, "plan_shift", "wang", case, **about, officer=wrong)
            office.tell(at + timedelta(minutes=40), "swap_shift", "wang", case, officer=who, reporter=wrong, reason="模拟：排错")
        else:
            office.tell(at, "plan_shift", "wang", case, **about, officer=who)
        if dice.chance(office.rates.mistake):  # at two desks at once, seen and called off
            office.tell(at + timedelta(minutes=50), "plan_shift", "wang", f"{case}-twice", **about | {"desk": "hotline"}, officer=who)
            office.tell(at + timedelta(hours=1), "call_off_shift", "wang", f"{case}-twice", reason="模拟：重复排班")
        if dice.chance(_SWAPPED):
            when = max(at + timedelta(hours=1, minutes=30), starts - timedelta(hours=dice.whole(14, 60)))
            office.tell(when, "swap_shift", "wang", case, officer=_INSTEAD[who], reporter=who, reason="模拟：家中有事")
            who = _INSTEAD[who]
        if dice.chance(_ABSENT):
            return self._absence(dice, case, who, starts)
        other = dice.chance(office.rates.mistake)
        return Planned(case, _INSTEAD[who] if other else who, other=other)

    def _absence(self, dice: _Dice, case: str, who: str, starts: datetime) -> Planned:
        """Somebody rings up on the day; another comes for him, or nobody is found before the shift begins."""
        office, instead = self._office, _INSTEAD[who]
        when = starts - timedelta(minutes=dice.whole(25, 600))
        office.tell(when, "report_absence", "dong", case, reporter=who, reason="模拟：发烧")
        if not dice.chance(_NOBODY_FOUND):
            office.tell(when + timedelta(minutes=dice.whole(2, 9)), "cover_shift", "dong", case, officer=instead, short_notice=True)
            return Planned(case, instead)
        office.tell(starts + timedelta(minutes=dice.whole(20, 50)), "record_no_show", "dong", case, reason="模拟：一时无人可派")
        return Planned(case, instead, stand_in=True)
