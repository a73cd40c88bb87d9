"""A seeded simulator of a site office: repairs, and whatever else comes to its desk, with the lateness and the mistakes of a real one.

Everything it makes is invented and says so: each entry has ``source = "simulated"``, and each report's text begins with 模拟 (simulated). The
same seed gives the same entries on every machine. Actions and fields are those of the standard chapters: repair (KF-15), intake (KF-05),
complaints and suggestions (KF-16), callbacks (KF-17), help, keys (KF-18) and items in care (KF-19), fees, shifts and their roster, and the month's
sheets.

What comes to a desk by itself, :func:`simulate` knows beforehand. Much of what a desk does it does about what its office says: whom to call back on,
what was charged and who owes it, which debt has become a case, what the book has at a handover, what a month has come to. :func:`record` with
:class:`Answers` sees to that day by day.

A ``correct`` or ``void`` entry names the line it is about as ``"@KEY"``, the key of an earlier entry; :func:`record` puts the line's number there.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol, TypeVar

from wuye.errors import InvalidArgument
from wuye.office import Office
from wuye.types import Notice, Outcome, Status

__all__ = ["Answers", "Rates", "Recorded", "month", "record", "resolved", "simulate"]

SOURCE = "simulated"
ZONE = timezone(timedelta(hours=8))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what happens; shares of one.

    Attributes:
        reports_a_day: Repairs reported a day, on the average.
        night: Share reported between 18:30 and 08:30.
        emergency: Share that is urgent.
        life_safety: Share with people in danger.
        late: Chance that a step takes too long.
        mistake: Chance that a step is done by the wrong person, out of order, or without what it needs.
        told_late: Chance that a case's steps are written down only afterwards.
        amended: Chance that a step is corrected or voided later.
        resent: Chance that the host sends an entry again.
        others: How much else comes to the desk beside so many repairs (rows of the call-and-visit record, enquiries, errands, praise,
            help, the night book, missed calls, complaints, suggestions, and all that follows here): 1 is what is usual, 0 nothing.
        complaints: How many complaints and suggestions are among them: 1 is what is usual, 0 none.
        custody: How many keys, parcels and found things are, counts and forced entries with them: 1 is what is usual, 0 none.
        money: How many units are billed and pay, and what comes of that: 1 is all, 0 none.
        shifts: Share of the days on which those on duty hand over; 0 none.
        rosters: Share of the weeks whose shifts are planned on the Sunday before; 0 none.
        sheets: Share of the officers' months that are assessed, and of the half-years in which residents are asked; 0 none.
        callbacks: Share of the callbacks drawn that the desk sees to at all; 0 none.
        callback_never: Chance that one of these is forgotten all the same.
        callback_unreachable: Chance that nobody is reached.
        callback_dissatisfied: Chance that the resident is not satisfied.
        debts: Chance that a bill is not paid in time.
        late_fees: Share of the bills paid very late on which a late fee is demanded: only where the contract names one.
        after_approval: Chance that a callback is written down only when its month's sheets have been approved.
    """

    reports_a_day: int = 12
    night: float = 0.2
    emergency: float = 0.08
    life_safety: float = 0.01
    late: float = 0.1
    mistake: float = 0.03
    told_late: float = 0.05
    amended: float = 0.01
    resent: float = 0.02
    others: float = 1.0
    complaints: float = 1.0
    custody: float = 1.0
    money: float = 1.0
    shifts: float = 1.0
    rosters: float = 1.0
    sheets: float = 1.0
    callbacks: float = 1.0
    callback_never: float = 0.03
    callback_unreachable: float = 0.03
    callback_dissatisfied: float = 0.03
    debts: float = 0.12
    late_fees: float = 0.0
    after_approval: float = 0.003


_FAULTS: tuple[tuple[str, str, str, str], ...] = (
    ("water", "水龙头漏水", "密封圈老化", "更换密封圈"),
    ("water", "水管接头渗水", "接头松动", "重做接头"),
    ("drain", "地漏堵塞", "杂物堵塞", "疏通管道"),
    ("electric", "客厅跳闸", "插座受潮", "更换插座"),
    ("electric", "楼道灯不亮", "灯管损坏", "更换灯管"),
    ("door_window", "入户门关不严", "合页下沉", "调整合页"),
    ("wall_floor", "墙面起皮", "返潮", "铲除重刷"),
    ("intercom", "对讲无声音", "听筒线断", "更换听筒线"),
    ("lift", "电梯异响", "导靴磨损", "更换导靴"),
)
_URGENT: tuple[tuple[str, str, str, str], ...] = (
    ("water", "厨房水管爆裂", "水管老化", "更换水管"),
    ("electric", "全屋停电", "总闸烧毁", "更换总闸"),
    ("drain", "主下水道返水", "油脂堵塞", "机械疏通"),
)
_DANGER: tuple[tuple[str, str, str, str], ...] = (
    ("lift", "电梯困人", "门锁触点不良", "放人并更换触点"),
    ("gas", "室内有燃气味", "软管破损", "关阀并更换软管"),
)

_TECHNICIANS = ("sun", "ma", "liu", "tian", "bai", "lu")


class _Dice:
    """Chance from ``random.Random(seed).random()`` only."""

    def __init__(self, seed: int | str) -> None:
        self._next = random.Random(seed).random  # to be repeatable is the point

    def chance(self, share: float) -> bool:
        return self._next() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._next() * len(items))]


Ask = Callable[[Office], object]


@dataclass(slots=True)
class _Told:
    """What is told, and when; or what is done then, once the office has been looked at."""

    told: datetime
    order: int
    entry: dict[str, Any]
    ask: Ask | None = None


@dataclass
class _Office:
    dice: _Dice
    rates: Rates
    seed: int
    end: datetime
    technicians: list[str]
    plan: list[_Told] = field(default_factory=list)
    count: int = 0
    prefix: str = "sim"

    def tell(self, at: datetime, do: str, by: str, case: str = "", now: datetime | None = None, /, **fields: Any) -> str:
        """Plans an entry; of a field whose name Python reserves (``class_``) the underscore goes."""
        self.count += 1
        key = f"{self.prefix}-{self.seed}-{self.count}"
        entry: dict[str, Any] = {"at": at.isoformat(), "by": by, "do": do}
        told = at if now is None or now <= at else now
        if told != at:
            entry["now"] = told.isoformat()
        if case:
            entry["case"] = case
        entry |= {"source": SOURCE, "key": key}
        entry |= {name.rstrip("_"): value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
        self.plan.append(_Told(told, self.count, entry))
        return key

    def ask(self, at: datetime, what: Ask) -> None:
        """Looks at the office at that moment, and goes on from what it says."""
        self.count += 1
        self.plan.append(_Told(at, self.count, {}, what))


def _open_at(at: datetime) -> bool:
    return (8, 30) <= (at.hour, at.minute) < (18, 30)


def _morning(at: datetime, minutes: int) -> datetime:
    """So many minutes after the desk next opens."""
    opens = at.replace(hour=8, minute=30, second=0, microsecond=0)
    if at >= opens:
        opens += timedelta(days=1)
    return opens + timedelta(minutes=minutes)


def zone_of(place: str) -> str:
    """The zone of a place: buildings with odd numbers are in the east."""
    building = place.split("-")[0]
    return "east" if not building.isdigit() or int(building) % 2 else "west"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _desk(at: datetime, dice: _Dice) -> str:
    return dice.pick(("li", "zhou")) if _open_at(at) else "chen"


class _Case:
    """One repair from the report to the check."""

    def __init__(self, office: _Office, number: int, at: datetime, place: str) -> None:
        self.office, self.dice, self.rates = office, office.dice, office.rates
        self.case = f"SIM-{office.seed}-{number:05d}"
        self.at, self.place = at, place
        self.urgency = (
            "life_safety" if self.dice.chance(self.rates.life_safety) else "emergency" if self.dice.chance(self.rates.emergency) else "ordinary"
        )
        self.fault, self.text, self.cause, self.result = self.dice.pick(
            {"ordinary": _FAULTS, "emergency": _URGENT, "life_safety": _DANGER}[self.urgency]
        )
        self.worker = self.dice.pick(office.technicians)
        # Some cases are written down afterwards: the same evening, next morning, or days later.
        self.told_at: datetime | None = None
        self.last_told = at
        if self.dice.chance(self.rates.told_late):
            self.told_at = _morning(at, self.dice.whole(5, 60)) + timedelta(days=self.dice.pick((0, 0, 0, 0, 1, 4)))

    def wait(self, low: int, high: int, late: int = 0) -> None:
        """Lets minutes pass; where `late` is given, sometimes up to so many more."""
        minutes = self.dice.whole(low, high)
        if late and self.dice.chance(self.rates.late):
            minutes = high + self.dice.whole(1, late)
        self.at += timedelta(minutes=minutes, seconds=self.dice.whole(0, 59))

    def rest(self) -> None:
        """What is not urgent waits for the morning."""
        if self.urgency == "ordinary" and not _open_at(self.at):
            self.at = _morning(self.at, self.dice.whole(5, 120))

    def tell(self, do: str, by: str, **fields: Any) -> str:
        told = self.at
        if self.told_at and self.told_at > self.at:  # one after the other, from the slip of paper
            self.told_at += timedelta(minutes=self.dice.whole(1, 3))
            told = self.told_at
        self.last_told = max(told, self.last_told)
        return self.office.tell(self.at, do, by, self.case, self.last_told, **fields)

    def slip(self) -> bool:
        return self.dice.chance(self.rates.mistake)

    def run(self) -> None:
        report = self.report()
        if self.dice.chance(0.02):
            self.wait(1, 10)
            self.tell("cancel", _desk(self.at, self.dice), reason="模拟：住户自行解决")
            return
        self.dispatch()
        if not self.visit():
            return
        self.work()
        self.check()
        if self.dice.chance(self.rates.amended):
            self.amend(report)

    def report(self) -> str:
        by = f"resident:{self.place}" if self.dice.chance(0.1) else _desk(self.at, self.dice)
        more: dict[str, Any] = {}
        if self.urgency == "ordinary" and self.dice.chance(0.15):
            more["promised"] = _morning(self.at, self.dice.whole(60, 480))
        if self.dice.chance(0.3):
            more["phone"] = f"139{self.dice.whole(0, 99_999_999):08d}"
        size = "small" if self.urgency != "ordinary" or self.dice.chance(0.9) else self.dice.pick(("medium", "large"))
        return self.tell(
            "report",
            by,
            class_="repair",
            place=self.place,
            text=f"模拟：{self.text}",
            urgency=self.urgency,
            size=size,
            fault=self.fault,
            **more,
        )

    def dispatch(self) -> None:
        if self.urgency == "ordinary" and not _open_at(self.at):
            if not self.slip():
                self.wait(2, 15)
                if not _open_at(self.at):
                    self.tell("carry_over", "chen", told_until=_morning(self.at, 60))
            if not _open_at(self.at):
                self.at = _morning(self.at, self.dice.whole(1, 12))
            if self.dice.chance(self.rates.late):
                self.wait(15, 120)
        elif self.urgency == "ordinary":
            self.wait(2, 13, late=180)
            self.rest()
        else:
            self.wait(1, 4, late=30)
            if self.urgency == "life_safety":
                self.tell("contact", _desk(self.at, self.dice))
        by = self.worker if self.slip() else _desk(self.at, self.dice)
        more = {} if self.slip() else {"worker": self.worker}
        self.tell("dispatch", by, **more)
        if self.dice.chance(0.03):
            self.wait(5, 30)
            self.worker = self.dice.pick(self.office.technicians)
            self.tell("redispatch", _desk(self.at, self.dice), worker=self.worker, reason="模拟：原维修工另有急修")

    def visit(self) -> bool:
        if self.urgency == "ordinary":
            self.wait(15, 200, late=900)
            self.rest()
        else:
            self.wait(5, 25, late=180)
        if self.urgency == "ordinary" and self.dice.chance(0.06):
            self.tell("nobody_home", self.worker)
            self.wait(30, 300)
            self.rest()
            promised = _morning(self.at, self.dice.whole(30, 300))
            self.tell("rebook", _desk(self.at, self.dice), promised=promised)
            self.at = promised + timedelta(minutes=self.dice.whole(-20, 0))
            if self.dice.chance(self.rates.late):
                self.wait(25, 90)
        if self.slip():
            return True  # nobody wrote the arrival down
        self.tell("arrive", self.worker)
        if self.dice.chance(0.01):
            self.wait(10, 30)
            self.tell("to_warranty", "he", reason="模拟：仍在质保期内")
            return False
        return True

    def work(self) -> None:
        more: dict[str, Any] = {}
        if self.urgency == "ordinary" and self.dice.chance(0.12):
            self.wait(5, 20)
            quote = 100 * self.dice.whole(50, 600)
            self.tell("quote", self.worker, quote=quote)
            if not self.slip():
                self.wait(2, 60)
                self.rest()
                self.tell("consent", f"resident:{self.place}", agreed=quote, consent="模拟：住户签字")
                more["charged"] = quote
        self.wait(2, 10)
        self.tell("start", self.worker)
        if self.dice.chance(0.06):
            self.wait(10, 40)
            arrive = _morning(self.at, 60) + timedelta(days=self.dice.whole(1, 4))
            self.tell("await_parts", self.worker, parts="模拟：配件", parts_expected=arrive)
            self.at = arrive + timedelta(minutes=self.dice.whole(-60, -5))
            if self.dice.chance(self.rates.late):
                self.wait(600, 3000)
            self.tell("parts_arrived", self.worker)
        elif self.urgency != "ordinary" and self.dice.chance(0.15):
            self.wait(10, 60)
            until = _morning(self.at, 300)
            self.tell("interim", self.worker, measure="模拟：先行关阀断电", told_until=until)
            self.at = until - timedelta(minutes=self.dice.whole(60, 200))
        if self.dice.chance(0.01):  # not for a technician to grant: refused
            self.tell("extend", self.worker, extended_to=_morning(self.at, 600), told_until=_morning(self.at, 600), reason="模拟：活多")
        self.wait(10, 90, late=1200)
        self.rest()
        if not self.slip():
            more |= {"fault": self.fault, "cause": self.cause}
        self.tell("complete", self.worker, result=f"模拟：{self.result}", **more)

    def check(self) -> None:
        if self.dice.chance(0.02):
            return  # nobody ever looked
        self.wait(60, 1400, late=4000)
        self.at = self.at if _open_at(self.at) else _morning(self.at, self.dice.whole(5, 200))
        by = self.worker if self.slip() else self.dice.pick(("li", "zhou", "wang"))
        self.tell("check", by, check_result="模拟：正常")
        if self.dice.chance(0.02):
            self.wait(2000, 9000)
            self.tell("rework", f"resident:{self.place}", reason="模拟：又坏了")
            self.dispatch()
            if self.visit():
                self.work()
                self.check()

    def amend(self, report: str) -> None:
        self.wait(30, 600)
        if self.dice.chance(0.7):
            self.office.tell(self.at, "correct", "wang", self.case, line=f"@{report}", text=f"模拟：{self.text}（更正）", reason="模拟：写错")
        else:
            self.office.tell(self.at, "void", "wang", self.case, line=f"@{report}", reason="模拟：误开")


def _setup(office: _Office, start: datetime, places: Sequence[str]) -> None:
    def staff(code: str, post: str, **more: Any) -> None:
        office.tell(start, "set_staff", "system:setup", staff=code, post=post, name=f"模拟-{code}", **more)

    for number, place in enumerate(places):
        building, entrance = place.split("-")[0], place.split("-")[1][:1]
        area = f"{58 + number * 37 % 90}.{number * 13 % 100:02d}"
        where = {"kind": "unit", "building": building, "entrance": entrance, "zone": zone_of(place)}
        office.tell(start, "set_unit", "system:setup", place=place, **where, use="home", area=area)
    staff("gao", "site_manager")
    staff("wang", "cs_supervisor")
    staff("he", "maintenance_supervisor")
    staff("qian", "zone_officer", zone="east")
    staff("shen", "zone_officer", zone="west")
    staff("li", "front_desk_officer")
    staff("zhou", "front_desk_officer")
    staff("chen", "control_room_attendant")
    for code in office.technicians:
        staff(code, "technician")
    office.tell(start, "set_deputy", "system:setup", staff="he", of="wang")


def _others(office: _Office, seed: int, begin: datetime, days: int, places: Sequence[str]) -> None:
    """Everything but repairs, by dice of its own, so that the repairs stay what they are without it."""
    from wuye import _simulate_custody as custody
    from wuye import _simulate_desk as desk
    from wuye import _simulate_money as money

    rates = office.rates
    for code, post in desk.STAFF.items():
        office.tell(begin, "set_staff", "system:setup", staff=code, post=post, name=f"模拟-{code}")
    for number, place in enumerate(places):  # every tenth owner has the next unit too
        owner = f"P-{places[number - 1] if number % 10 == 9 else place}"
        office.tell(begin, "set_party", "system:setup", party=owner, place=place, role="owner")
    opinions = {kind: per_repair * rates.complaints for kind, per_repair in desk.OPINIONS_PER_REPAIR.items()}
    things = {kind: per_repair * rates.custody for kind, per_repair in custody.PER_REPAIR.items()}
    if rates.custody > 0:
        custody.at_first(office, _Dice(f"{seed}:keys"), begin, places)
    if rates.money > 0:
        money.at_first(office, begin, places)
    number = 0
    rare = {kind: per_repair * rates.custody for kind, per_repair in custody.RARE_PER_REPAIR.items()}
    # Complaints by dice of their own again, and so are keys and parcels, and doors that are forced.
    for dice, kinds, make in (
        (_Dice(seed ^ 0x5EED), desk.PER_REPAIR, desk.matter),
        (_Dice(seed ^ 0xC0), opinions, desk.matter),
        (_Dice(f"{seed}:custody"), things, custody.thing),
        (_Dice(f"{seed}:forced"), rare, custody.thing),
    ):
        for slot in range(days * 96):
            at = begin + timedelta(minutes=15 * slot)
            share = (1 - rates.night) / 40 if _open_at(at) else rates.night / 56
            for kind, per_repair in kinds.items():
                whole, part = divmod(int(rates.reports_a_day * rates.others * per_repair * share * 1_000_000), 1_000_000)
                for _ in range(whole + dice.chance(part / 1_000_000)):
                    number += 1
                    make(office, dice, kind, number, at + timedelta(seconds=dice.whole(0, 899)), places)


def simulate(
    seed: int,
    start: date | str = "2026-03-01",
    days: int = 31,
    *,
    rates: Rates | None = None,
    units: int = 120,
    technicians: int = 6,
) -> Iterator[dict[str, Any]]:
    """Entries of an invented office, in the order in which they are told.

    Args:
        seed: The same seed, the same entries.
        start: The first day.
        days: How many days; what would be told later is left out.
        rates: How often what happens.
        units: How many homes the site has.
        technicians: How many people repair.

    Yields:
        Entries, the registers first.

    Raises:
        InvalidArgument: ``start`` is no date, or there are no days, units or technicians.

    Example:
        >>> from wuye.simulate import simulate
        >>> first = next(simulate(7, "2026-03-01", days=1))
        >>> first["do"], first["source"]
        ('set_unit', 'simulated')
    """
    if days < 1 or units < 1 or technicians < 1:
        raise InvalidArgument("days, units and technicians are at least 1")
    try:
        first = start if isinstance(start, date) else date.fromisoformat(start)
    except ValueError:
        raise InvalidArgument(f"start: {start!r} is not a date such as 2026-03-01") from None
    rates = rates or Rates()
    begin = _midnight(first)
    dice = _Dice(seed)
    people = [_TECHNICIANS[i] if i < len(_TECHNICIANS) else f"tech{i + 1}" for i in range(technicians)]
    office = _Office(dice, rates, seed, begin + timedelta(days=days), people)
    places = [f"{1 + i % 6}-{1 + i // 60 % 4}{1 + i // 6 % 10:02d}" + (f"{i // 240}" if i >= 240 else "") for i in range(units)]
    places = list(dict.fromkeys(places))
    _setup(office, begin, places)

    # Every quarter of an hour somebody may report something: 40 of the 96 lie in desk hours.
    number = 0
    for slot in range(days * 96):
        at = begin + timedelta(minutes=15 * slot)
        share = (1 - rates.night) / 40 if _open_at(at) else rates.night / 56
        whole, part = divmod(int(rates.reports_a_day * share * 1_000_000), 1_000_000)
        for _ in range(whole + dice.chance(part / 1_000_000)):
            number += 1
            moment = at + timedelta(seconds=dice.whole(0, 899))
            _Case(office, number, moment, dice.pick(places)).run()

    if rates.others > 0:
        _others(office, seed, begin, days, places)

    resent = [
        _Told(t.told + timedelta(seconds=dice.whole(1, 600)), office.count + n, t.entry)
        for n, t in enumerate(office.plan, 1)
        if dice.chance(rates.resent)
    ]
    office.plan += resent
    office.plan.sort(key=lambda t: (t.told, t.order))
    for told in office.plan:
        if told.told < office.end:
            yield dict(told.entry)


def month(seed: int, period: str, *, rates: Rates | None = None, months: int = 1) -> Iterator[dict[str, Any]]:
    """The entries of one calendar month, or of several.

    Args:
        seed: The same seed, the same entries.
        period: The first month, ``"2026-03"``.
        rates: How often what happens.
        months: How many.

    Raises:
        InvalidArgument: That is no month.
    """
    try:
        year, number = (int(part) for part in period.split("-"))
        first = date(year, number, 1)
        last = year * 12 + number - 1 + months
        after = date(last // 12, last % 12 + 1, 1)
    except (ValueError, TypeError):
        raise InvalidArgument(f"{period!r} is not a month such as 2026-03") from None
    return simulate(seed, first, (after - first).days, rates=rates)


@dataclass
class Recorded:
    """What an office made of a run of entries.

    Attributes:
        outcomes: Outcomes by status.
        reasons: Refusals by reason and clause.
        breaches: Breaches by reason and clause.
        notices: Every notice found.
        refused: The refused entries and their outcomes.
        broken: The entries recorded with a breach and their outcomes.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)
    refused: list[tuple[dict[str, Any], Outcome]] = field(default_factory=list)
    broken: list[tuple[dict[str, Any], Outcome]] = field(default_factory=list)

    def add(self, entry: dict[str, Any], outcome: Outcome) -> None:
        """Counts one outcome."""
        self.outcomes[str(outcome.status)] += 1
        self.notices += outcome.notices
        if outcome.status is Status.REFUSED:
            self.reasons[_cited(outcome.reason, outcome.clause)] += 1
            self.refused.append((entry, outcome))
        elif outcome.breaches and outcome.status is Status.ACCEPTED:
            self.broken.append((entry, outcome))
            for breach in outcome.breaches:
                self.breaches[_cited(breach.reason, breach.clause)] += 1


def _cited(reason: str, clause: str) -> str:
    return f"{reason} [{clause}]" if clause else reason


class Room(Protocol):
    """One part of what a desk does about what its office says."""

    def read(self, line: Mapping[str, Any]) -> None:
        """Takes note of a line of the journal."""

    def morning(self, day: date) -> None:
        """Plans a day, at its first instant."""


class Answers:
    """Does what a desk does about what its office says: callbacks, money, handovers, counts, the month's sheets.

    Most in time, some late, some by the wrong person, some never. It knows nothing but the journal's lines and what the office answers: so the same
    seed and the same office give the same entries on every machine.

    Args:
        seed: Of its chances.
        rates: How often what happens.

    Example:
        >>> import wuye
        >>> from wuye import simulate
        >>> with wuye.memory() as office:
        ...     done = simulate.record(simulate.simulate(7, days=3), office, answers=simulate.Answers(7))
        ...     any(row["made"] for row in office.table("callbacks")), len(office.table("charges")) > 100
        (True, True)
    """

    def __init__(self, seed: int, rates: Rates | None = None) -> None:
        from wuye import _simulate_counts, _simulate_desk, _simulate_money, _simulate_sheets, _simulate_shift

        self.rates = rates or Rates()
        self._desk = _Office(_Dice(seed), self.rates, seed, datetime.max.replace(tzinfo=ZONE), list(_TECHNICIANS), prefix="answer")
        self._rooms: list[Room] = [_simulate_desk.Callbacks(self._desk)]
        if self.rates.others > 0:
            self._rooms += [_simulate_money.Money(self._desk), _simulate_shift.Shifts(self._desk), _simulate_sheets.Sheets(self._desk)]
        if self.rates.others > 0 and self.rates.custody > 0:
            self._rooms.append(_simulate_counts.KeyChecks(self._desk))
        self._read = 0

    def plan(self, office: Office, day: date) -> None:
        """Decides what is done that day about what the office has said since it was last looked at.

        Args:
            office: Up to the evening before.
            day: The day that begins.
        """
        self._look(office)
        for room in self._rooms:
            room.morning(day)
        self._sort()

    def due(self, until: datetime, ready: Callable[[], Office]) -> Iterator[dict[str, Any]]:
        """What is told before that moment, once each.

        Args:
            until: The moment.
            ready: Sees to it that everything given so far is recorded, and gives the office.
        """
        plan = self._desk.plan
        while plan and plan[-1].told < until:
            told = plan.pop()
            if told.ask is None:
                yield told.entry
                continue
            office = ready()
            self._look(office)
            told.ask(office)
            self._sort()

    def _look(self, office: Office) -> None:
        for text in office.lines(self._read).splitlines():
            line = json.loads(text)["line"]
            self._read = line["seq"]
            for room in self._rooms:
                room.read(line)

    def _sort(self) -> None:
        self._desk.plan.sort(key=lambda told: (told.told, told.order), reverse=True)


def record(
    entries: Iterable[dict[str, Any]],
    office: Office,
    *,
    answers: Answers | None = None,
    chunk: int = 1000,
    progress: Callable[[int], object] | None = None,
    kept: Callable[[dict[str, Any]], object] | None = None,
) -> Recorded:
    """Records entries, putting line numbers where a correction names a key.

    Args:
        entries: As :func:`simulate` gives them.
        office: Where.
        answers: Who sees to what the office says, day by day until the end of the last entry's; nobody by default.
        chunk: How many in one transaction.
        progress: Called with how many are recorded, after each transaction.
        kept: Called with each entry as it was sent.

    Returns:
        What came of them.
    """
    done = Recorded()
    lines: dict[str, int] = {}
    batch: list[dict[str, Any]] = []
    total = 0

    def flush() -> None:
        nonlocal total
        for entry, outcome in zip(batch, office.record_lines(batch, mode="independent"), strict=True):
            done.add(entry, outcome)
            if outcome.seq and entry.get("key"):
                lines[entry["key"]] = outcome.seq
        total += len(batch)
        batch.clear()
        if progress is not None:
            progress(total)

    def ready() -> Office:
        flush()
        return office

    def with_answers(given: Iterable[dict[str, Any]], desk: Answers) -> Iterator[dict[str, Any]]:
        today: date | None = None
        for entry in given:
            told = datetime.fromisoformat(entry.get("now", entry["at"]))
            if today is None:
                today = told.date()
                desk.plan(office, today)
            while today < told.date():
                today += timedelta(days=1)
                yield from desk.due(_midnight(today), ready)
                desk.plan(ready(), today)
            yield from desk.due(told, ready)
            yield entry
        if today is not None:
            yield from desk.due(_midnight(today + timedelta(days=1)), ready)

    for given in entries if answers is None else with_answers(entries, answers):
        entry = given
        about = entry.get("line")
        if isinstance(about, str) and about.startswith("@"):
            flush()
            if about[1:] not in lines:
                continue  # what it is about was never accepted
            entry = {**entry, "line": lines[about[1:]]}
        batch.append(entry)
        if kept is not None:
            kept(entry)
        if len(batch) >= chunk:
            flush()
    flush()
    return done


def resolved(entries: Iterable[dict[str, Any]], *, answers: Answers | None = None) -> list[dict[str, Any]]:
    """The entries with line numbers in place of keys, as an office under the standard manual would number them.

    Args:
        entries: As :func:`simulate` gives them.
        answers: As for :func:`record`; what it tells is among what is returned.

    Returns:
        Entries that any host can record into a new office.
    """
    from wuye.office import memory

    out: list[dict[str, Any]] = []
    with memory() as office:
        record(entries, office, answers=answers, kept=out.append)
    return out
