"""The money of a simulated desk: the month's bills, what residents pay and when, waivers and the rest, debts seen to, the daily count.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapter kf_fee. What was charged, what is owed and which debt has become a
case the office says; who pays late, or never by himself, the dice do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wuye._simulate_desk import ZONE_OFFICERS
from wuye.simulate import ZONE, _Dice, _Office, zone_of

__all__ = ["Money", "at_first"]

_SPACE = "-P"  # of a home's parking space
_METHODS = ("mobile", "mobile", "mobile", "transfer", "transfer", "card", "cash", "cash", "cheque")


@dataclass(slots=True)
class _Charge:
    id: str
    place: str
    head: str
    due: date
    owed: int


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=hour, minutes=minute)


def _after(day: date) -> date:
    """The first of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def at_first(office: _Office, begin: datetime, places: Sequence[str]) -> None:
    """Every eighth home has a parking space, and every eighth a water meter that the office reads."""
    for number, place in enumerate(places):
        if number % 8 == 0:
            space = place + _SPACE
            where = {"building": place.split("-")[0], "zone": zone_of(place)}
            office.tell(begin, "set_unit", "system:setup", place=space, kind="parking", **where)
            owner = f"P-{places[number - 1] if number % 10 == 9 else place}"
            office.tell(begin, "set_party", "system:setup", party=owner, place=space, role="payer")
        elif number % 8 == 4:
            meter = {"meter": f"W-{place}", "fitted": "930", "counts_to": "1000", "from": begin}
            office.tell(begin, "set_meter", "system:setup", place=place, head="water", **meter)


class Money:
    """What the desk and the accountant do about money."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._seed = office.seed
        self._owners: dict[str, str] = {}
        self._shown: dict[str, int] = {}  # what each meter shows, in tenths
        self._charges: dict[str, _Charge] = {}
        self._new: list[_Charge] = []
        self._debts: list[tuple[str, str]] = []
        self._settled: set[str] = set()
        self._tasks: list[tuple[str, str]] = []
        self._accounts: list[tuple[str, date]] = []
        self._cash: dict[date, list[int]] = {}
        self._receipts = 0
        self._first: date | None = None

    def read(self, line: Mapping[str, Any]) -> None:
        """Keeps what is owed of each charge, whose each unit is, and what cash came in."""
        given = line.get("with", {})
        match line.get("what", line.get("do", "")):
            case "set_party":
                self._owners[given["place"]] = given["party"]
            case "set_meter":
                self._shown[given["meter"]] = 9300  # soon it begins again
            case "charged":
                charge = _Charge(line["id"], given["place"], given["head"], date.fromisoformat(given["due"]), given["amount"])
                self._charges[charge.id] = charge
                self._new.append(charge)
            case "posted" if "charge" in given:
                self._charges[given["charge"]].owed -= given["amount"]
            case "deferred":
                self._charges[line["id"]].due = date.fromisoformat(given["due"])
            case "opened" if line["procedure"] == "arrears":
                self._debts.append((line["case"], given["place"]))
            case "opened" if line["procedure"] == "collection_task":
                self._tasks.append((line["case"], given["person"]))
            case "opened" if line["procedure"] == "accounts_disclosure":
                self._accounts.append((line["case"], date.fromisoformat(given["due_in"])))
            case "done" if line["reason"] == "settle":
                self._settled.add(line["case"])
            case "receive" | "receive_unclaimed" if given["method"] == "cash":
                day = datetime.fromtimestamp(line["at"] / 1_000_000, ZONE).date()
                self._cash.setdefault(day, []).append(given["amount"])

    def morning(self, day: date) -> None:
        """Who pays what was charged the day before; whom to press; and what comes round: the bills, the targets, the count of the cash."""
        if self._office.rates.money <= 0:
            return
        dice = self._dice(day)
        if self._first is None:
            self._first = day
            self._office.ask(_at(day, 10), lambda _: self._old_debts(day))
        together: dict[tuple[str, str], list[_Charge]] = {}
        for charge in self._new:
            alone = "" if charge.head in ("management", "parking", "water") else charge.id
            together.setdefault((charge.place.removesuffix(_SPACE), alone), []).append(charge)
        self._new.clear()
        for (place, _), charges in together.items():
            self._pays(day, place, charges)
        for case, place in self._debts:
            _Debt(self, case, place, day).press()
        self._debts.clear()
        self._tell_tasks(day)
        for case, half in self._accounts:
            self._publish(day, case, half)
        self._accounts.clear()
        if day.day == 1:
            self._office.ask(_at(day, 9, 30), lambda _: self._bill(day))
            if day.month % 3 == 1:
                self._target(day)
        if dice.chance(0.15 * self._office.rates.money):
            self._paid_service(day, dice)
        self._office.ask(_at(day, 18, 5), lambda _: self._count(day))

    def _dice(self, of: object) -> _Dice:
        return _Dice(f"{self._seed}:money:{of}")

    def _slip(self, dice: _Dice) -> bool:
        return dice.chance(self._office.rates.mistake)

    def _late(self, dice: _Dice) -> bool:
        return dice.chance(self._office.rates.late)

    def _case(self, kind: str, number: object) -> str:
        return f"SIM-{self._seed}-{kind}-{number}"

    # What comes round.

    def _publish(self, day: date, case: str, half: date) -> None:
        """The accounts of the half-year that is over, posted within the month."""
        dice = self._dice(case)
        at = _at(day + timedelta(days=dice.whole(32, 40) if self._late(dice) else dice.whole(5, 25)), 15)
        about = {"covers_to": half - timedelta(days=1), "posted_at": "模拟：公告栏"}
        if not self._slip(dice):
            about["accounts"] = f"模拟：截至 {half - timedelta(days=1)} 的收支表"
        self._office.tell(at, "publish_accounts", "kuai", case, **about)

    def _bill(self, day: date) -> None:
        """The meters are read, and one run charges homes, spaces and meters; the bills go out, mostly by the fifth."""
        dice, run = self._dice(f"bill:{day}"), self._case("bill", f"{day:%Y-%m}")
        days = {"from": day, "to": _after(day) - timedelta(days=1), "heads": ["management", "parking", "water"]}
        at = _at(day, 9, 0)
        for meter, shown in self._shown.items():
            if self._slip(dice):  # nobody was at home: next month's run charges both
                continue
            if self._slip(dice):  # misread, seen at once, and read again
                self._tell_reading(at, meter, shown + dice.whole(500, 600))
            self._shown[meter] = shown = (shown + dice.whole(30, 300)) % 10_000
            self._tell_reading(at + timedelta(minutes=5), meter, shown)
        at = _at(day, 9, 30)
        runs = [run]
        self._office.tell(at, "bill", "kuai", run, class_="billing", **days)
        if self._slip(dice):  # a second time: nothing is charged twice
            runs.append(f"{run}-again")
            self._office.tell(at + timedelta(minutes=20), "bill", "kuai", runs[-1], class_="billing", **days)
        out = at + timedelta(days=dice.whole(6, 9) if self._late(dice) else dice.whole(0, 2), minutes=dice.whole(30, 300))
        missed = {"unreached": [next(iter(self._owners))]} if self._slip(dice) else {}
        for one_run in runs:
            means = dice.pick(("by_hand", "door", "message"))
            self._office.tell(out, "deliver_bills", "li", one_run, means=means, **missed if one_run == run else {})

    def _tell_reading(self, at: datetime, meter: str, tenths: int) -> None:
        tenths %= 10_000
        case = self._case("reading", f"{meter}-{at:%Y%m%d%H%M}")
        self._office.tell(at, "read_meter", "li", case, class_="meter_reading", meter=meter, reading=f"{tenths // 10}.{tenths % 10}")

    def _target(self, day: date) -> None:
        """The quarter's target, broken down to the zone officers; what came of the last one."""
        dice, quarter = self._dice(f"target:{day}"), f"{day.year}-Q{day.month // 3 + 1}"
        case = self._case("target", quarter)
        heads = ["management", "shared_utility", "historic_arrears"]
        self._office.tell(_at(day, 10), "set_target", "gao", case, class_="collection_target", period=quarter, heads=heads, target="98")
        days = dice.whole(6, 12) if self._late(dice) else 0
        self._office.tell(_at(day + timedelta(days=days), 16), "break_down", "wang", case, people=sorted(ZONE_OFFICERS.values()))
        self._office.tell(_at(_after(_after(_after(day))), 17), "review_target", "wang", case, result="模拟：见收缴率")

    def _tell_tasks(self, day: date) -> None:
        for case, person in self._tasks:
            dice = self._dice(case)
            days = dice.whole(31, 40) if self._late(dice) else dice.whole(15, 29)
            self._office.tell(_at(day + timedelta(days=days), 11), "follow_up", "wang", case, result=f"模拟：已督促 {person}")
        self._tasks.clear()

    def _count(self, day: date) -> None:
        """The day's cash: counted, explained where it differs, taken over by the accountant."""
        papers = self._cash.pop(day, [])
        if not papers:
            return
        dice, case, booked = self._dice(f"cash:{day}"), self._case("cash", day), sum(papers)
        counted = booked - 100 * dice.whole(1, 20) if self._slip(dice) else booked
        about = {"day": day, "counted": counted, "booked": booked, "papers": len(papers)}
        at = _at(day, 18, 10)
        self._office.tell(at, "cash_up", dice.pick(("li", "zhou")), case, class_="cash_up", **about)
        if counted != booked and not self._slip(dice):
            self._office.tell(at + timedelta(minutes=5), "explain_difference", "li", case, reason="模拟：找零有误")
        at += timedelta(days=2) if self._late(dice) else timedelta(minutes=dice.whole(6, 15))
        self._office.tell(at, "take_over_cash", "kuai", case, receiver="kuai")

    # What is charged by itself.

    def _old_debts(self, day: date) -> None:
        """A few units owe from before."""
        for place in self._owners:
            dice = self._dice(f"old:{place}")
            if dice.chance(0.08 * self._office.rates.money):
                debt = {"head": "historic_arrears", "amount": 100 * dice.whole(300, 4000), "due": _after(day) - timedelta(days=1)}
                self._office.tell(_at(day, 10), "charge", "kuai", self._case("old_debt", place), class_="charge", place=place, **debt)

    def _paid_service(self, day: date, dice: _Dice) -> None:
        if not self._owners:
            return
        place = dice.pick(tuple(self._owners))
        contract = {} if self._slip(dice) else {"contract": f"模拟-WT-{day}"}  # without one it is refused
        amount = 100 * dice.whole(50, 400)
        at, case = _at(day, dice.whole(9, 16), 15), self._case("service", day)
        self._office.tell(at, "charge", "zhou", case, class_="charge", place=place, head="paid_service", amount=amount, **contract)

    # What residents do about it.

    def _pays(self, day: date, place: str, charges: list[_Charge]) -> None:
        """One decision for what a unit was charged together."""
        first, rates = charges[0], self._office.rates
        dice = self._dice(first.id)
        if first.head == "historic_arrears":
            self._old_debt(day, first, dice)
        elif first.head == "late_fee" or not any(charge.owed for charge in charges):
            return  # whoever demands it waits for it; or it was paid ahead
        elif first.head == "paid_service":
            self._pay(_at(day + timedelta(days=dice.whole(0, 3)), 11, dice.whole(0, 59)), place, only=first.id)
        elif self._dice(f"payer:{place}").chance(rates.debts / 2):
            if dice.chance(0.2):  # otherwise not before somebody comes
                self._pay_late(place, first.due, dice)
        elif dice.chance(rates.debts / 2):
            self._pay_late(place, first.due, dice)
        elif dice.chance(0.02 * rates.money):
            self._defer(day, first, dice)
        elif dice.chance(0.02 * rates.money):
            self._unclaimed(day, place, charges, dice)
        else:
            begins = day
            if dice.chance(0.02 * rates.money):
                self._waive(day, first, max(100, first.owed // dice.whole(3, 10)), dice)
                begins += timedelta(days=10)
            at = _at(begins + timedelta(days=dice.whole(0, max(0, (first.due - begins).days - 1))), dice.whole(9, 17), dice.whole(0, 59))
            if dice.chance(0.02):
                self._pay(at, place, ahead=2 * first.owed)
            elif first.head == "management" and dice.chance(0.03):
                self._pay(at, place)
                self._pay_ahead(at + timedelta(minutes=3), place, first.owed, dice)
            elif dice.chance(0.05):
                self._pay(at, place, part=dice.whole(2, 4))
                self._pay(at + timedelta(days=dice.whole(8, 40)), place)
            else:
                self._pay(at, place)

    def _pay(self, at: datetime, place: str, *, part: int = 1, ahead: int = 0, only: str = "", may_bounce: bool = True) -> None:
        """Somebody comes to pay what is then owed for a unit, or for all that he has; one of so many parts of it, or something ahead."""

        def pay(_: object) -> None:
            dice = self._dice(f"{at}:{place}")
            owner = self._owners[place]
            places = [one for one, whose in self._owners.items() if whose == owner]
            if only or part > 1 or ahead or dice.chance(0.4):
                places = [one for one in (place, place + _SPACE) if one in self._owners]
            owed = sum(charge.owed for charge in self._charges.values() if charge.place in places and only in ("", charge.id))
            if owed + ahead == 0:
                return
            for_what: dict[str, Any] = {"place": place} if len(places) == 1 else {"payer": owner, "places": places}
            if only:
                for_what["for"] = [only]
            method = dice.pick(_METHODS)
            case = self._receive(at, dice, max(1, owed // part) + ahead, method, for_what)
            if method == "cheque" and may_bounce and dice.chance(0.25):
                self._bounce(at, place, case, dice)
            elif not ahead and at.day <= 20 and dice.chance(0.01 * self._office.rates.money):
                self._pay_twice(at, owed, method, for_what, dice)

        self._office.ask(at, pay)

    def _pay_ahead(self, at: datetime, place: str, month: int, dice: _Dice) -> None:
        """Three months to come, at what one costs."""
        first = _after(at.date())
        days = {"from": first, "to": _after(_after(_after(first))) - timedelta(days=1)}
        about = {"place": place, "heads": ["management"], **days}
        self._office.ask(at, lambda _: self._receive(at, dice, 3 * month, dice.pick(_METHODS[:5]), about, "prepay"))

    def _receive(self, at: datetime, dice: _Dice, amount: int, method: str, about: Mapping[str, Any], do: str = "receive") -> str:
        self._receipts += 1
        case = self._case("receipt", f"{self._receipts:05d}")
        paper = {} if self._slip(dice) else {"invoice": f"模拟-{self._receipts:06d}"}
        told = at + timedelta(hours=dice.whole(16, 40)) if dice.chance(self._office.rates.told_late) else at
        self._office.tell(at, do, dice.pick(("li", "zhou")), case, told, class_="receipt", amount=amount, method=method, **about, **paper)
        return case

    def _pay_late(self, place: str, due: date, dice: _Dice) -> None:
        days = dice.whole(1, 75)
        at = _at(due + timedelta(days=days), dice.whole(9, 17), dice.whole(0, 59))
        if days > 31 and dice.chance(self._office.rates.late_fees):
            self._office.ask(at - timedelta(minutes=10), lambda _: self._demand(at - timedelta(minutes=10), place))
        self._pay(at, place)

    def _demand(self, at: datetime, place: str) -> None:
        for charge in list(self._charges.values()):
            if charge.place == place and charge.owed and charge.head == "management" and (at.date() - charge.due).days > 30:
                case = self._case("late_fee", f"{charge.id}:{at.date()}")
                self._office.tell(at, "demand_late_fee", "kuai", case, class_="late_fee", charge=charge.id)

    def _unclaimed(self, day: date, place: str, charges: list[_Charge], dice: _Dice) -> None:
        """A transfer that says not whose it is; found out within days, or weeks."""
        at = _at(day + timedelta(days=dice.whole(0, 12)), 15, dice.whole(0, 59))
        case = self._receive(at, dice, sum(charge.owed for charge in charges), "transfer", {}, "receive_unclaimed")
        days = dice.whole(12, 25) if self._late(dice) else dice.whole(2, 4)
        self._office.tell(at + timedelta(days=days), "claim", "kuai", case, place=place)

    def _pay_twice(self, at: datetime, amount: int, method: str, for_what: Mapping[str, Any], dice: _Dice) -> None:
        """Paid twice, and the second given back."""
        second = at + timedelta(minutes=30)
        case = self._receive(second, dice, amount, method, {name: value for name, value in for_what.items() if name != "for"})
        refund = self._case("refund", case.rsplit("-", 1)[1])
        about = {"receipt": case, "amount": amount, "reason": "模拟：重复缴费"}
        self._office.tell(second + timedelta(hours=2), "ask_refund", "li", refund, class_="refund", **about)
        self._office.tell(second + timedelta(days=1), "approve_refund", "gao", refund)
        if self._slip(dice):  # who approved it may not pay it
            self._office.tell(second + timedelta(days=1, hours=1), "pay_back", "gao", refund)
        self._office.tell(second + timedelta(days=2), "pay_back", "kuai", refund)

    def _bounce(self, at: datetime, place: str, receipt: str, dice: _Dice) -> None:
        """A cheque that is not honoured: taken back, and paid another way."""
        case, back = self._case("reversal", receipt.rsplit("-", 1)[1]), at + timedelta(days=dice.whole(2, 4))
        self._office.tell(back, "ask_reversal", "kuai", case, class_="reversal", receipt=receipt, reason="模拟：支票退回")
        if self._slip(dice):  # nobody reverses what he asked for
            self._office.tell(back + timedelta(minutes=5), "reverse", "kuai", case)
        self._office.tell(back + timedelta(days=1), "reverse", "wang", case)
        self._pay(back + timedelta(days=dice.whole(3, 12)), place, may_bounce=False)

    # What is let off, put off and given up.

    def _waive(self, day: date, charge: _Charge, amount: int, dice: _Dice) -> None:
        case, at = self._case("waiver", charge.id), _at(day, 14, dice.whole(0, 59))
        asked = {"charge": charge.id, "amount": amount, "reason": "模拟：漏水停用"}
        self._office.tell(at, "ask_waiver", dice.pick(("li", "wang")), case, class_="waiver", **asked)
        decided = at + timedelta(days=dice.whole(5, 8) if self._late(dice) else 1)
        declined, beyond = dice.chance(0.1), amount > 100_000
        too_much = beyond and self._slip(dice)

        def decide(_: object) -> None:
            if declined or charge.owed < amount:
                self._office.tell(decided, "decline_waiver", "gao", case, note="模拟：理由不足")
                return
            if too_much:  # beyond what he may: refused
                self._office.tell(decided, "waive", "gao", case)
            self._office.tell(decided + timedelta(minutes=1), "waive", "zong" if beyond else "gao", case)

        self._office.ask(decided, decide)

    def _defer(self, day: date, charge: _Charge, dice: _Dice) -> None:
        """Hardship: the manager puts it off, by two months at most."""
        case, at = self._case("deferral", charge.id), _at(day + timedelta(days=1), 10, dice.whole(0, 59))
        until = charge.due + timedelta(days=dice.whole(10, 33))
        about = {"charge": charge.id, "due": until + timedelta(days=60) if self._slip(dice) else until}
        self._office.tell(at, "ask_deferral", f"resident:{charge.place}", case, class_="deferral", **about, reason="模拟：住院")
        self._office.tell(at + timedelta(days=1), "defer", "gao", case)
        self._pay(_at(until - timedelta(days=2), 11, dice.whole(0, 59)), charge.place)

    def _old_debt(self, day: date, charge: _Charge, dice: _Dice) -> None:
        way = dice.pick(("waive", "waive", "pay", "pay", "write_off", "write_off", "leave"))
        at = _at(day + timedelta(days=dice.whole(10, 70)), 11, dice.whole(0, 59))
        if way == "write_off":
            self._office.ask(at, lambda _: self._write_off(at, charge, dice))
            return
        if way == "waive":
            self._waive(day, charge, charge.owed * dice.whole(2, 6) // 10, dice)
        if way != "leave":
            self._pay(at, charge.place, only=charge.id)

    def _write_off(self, at: datetime, charge: _Charge, dice: _Dice) -> None:
        """What nobody will ever pay; unless somebody did."""
        if not charge.owed:
            return
        case = self._case("write_off", charge.place)
        why = {"reason": "模拟：无可执行财产", "evidence": "模拟：终本裁定"}
        self._office.tell(at, "ask_write_off", "kuai", case, class_="write_off", charge=charge.id, **why)
        if self._slip(dice):  # not for him to give up: refused
            self._office.tell(at + timedelta(minutes=10), "write_off", "gao", case)
        decided = at + timedelta(days=3)

        def decide(_: object) -> None:
            if charge.owed:
                self._office.tell(decided, "write_off", "zong", case)
            else:
                self._office.tell(decided, "decline_write_off", "zong", case, note="模拟：已缴清")

        self._office.ask(decided, decide)


class _Debt:
    """A debt that has become a case, pressed for step by step until it is paid."""

    # So many days after the case was opened, and how many of ten then pay.
    _STEPS: tuple[tuple[str, int, int], ...] = (
        ("phone", 1, 4),
        ("give_notice", 16, 4),
        ("visit", 46, 4),
        ("send_letter", 76, 5),
        ("committee_urges", 90, 2),
        ("sue", 166, 0),
    )

    def __init__(self, money: Money, case: str, place: str, day: date) -> None:
        self._money, self._office = money, money._office
        self._case, self._place, self._day = case, place, day
        self._officer = ZONE_OFFICERS[zone_of(place)]
        self._dice = money._dice(case)

    def press(self) -> None:
        """From the morning after the case was opened on."""
        self._office.ask(_at(self._day, 9, 10), self._assign)

    def _assign(self, _: object) -> None:
        if self._case not in self._money._settled:
            self._tell(_at(self._day, 9, 10), "assign_debt", "wang", officer=self._officer)
            self._plan(0)

    def _plan(self, number: int) -> None:
        do, days, _ = self._STEPS[number]
        if self._money._late(self._dice):
            days += self._dice.whole(4, 10)
        at = _at(self._day + timedelta(days=days), self._dice.whole(9, 16), self._dice.whole(0, 59))
        if do in ("phone", "visit") and self._money._slip(self._dice):
            at = at.replace(hour=20)  # nobody is disturbed so late
        self._office.ask(at, self._step(number, at))

    def _step(self, number: int, at: datetime) -> Callable[[object], None]:
        def step(_: object) -> None:
            if self._case in self._money._settled:
                return
            do, _days, tenths = self._STEPS[number]
            getattr(self, do)(at)
            if self._dice.chance(tenths / 10):
                self._money._pay(_at(at.date() + timedelta(days=self._dice.whole(1, 9)), 10, self._dice.whole(0, 59)), self._place)
            if number + 1 < len(self._STEPS):
                self._plan(number + 1)

        return step

    def _tell(self, at: datetime, do: str, by: str, **fields: Any) -> None:
        self._office.tell(at, do, by, self._case, **fields)

    def phone(self, at: datetime) -> None:
        self._tell(at, "phone", self._dice.pick(("li", "zhou")), result="模拟：称本周缴纳")

    def give_notice(self, at: datetime) -> None:
        self._tell(at, "give_notice", self._officer, served=self._dice.pick(("by_hand", "door")))
        if self._money._slip(self._dice):  # forbidden
            self._tell(at + timedelta(days=1), "cut_supply", self._officer, supply="electricity")

    def visit(self, at: datetime) -> None:
        second = self._officer if self._money._slip(self._dice) else "fang"
        self._tell(at, "visit", self._officer, visitor=self._officer, second=second, pictures=["模拟-1.jpg"])

    def send_letter(self, at: datetime) -> None:
        term = at.date() + timedelta(days=4 if self._money._slip(self._dice) else 10)
        self._tell(at, "send_letter", "wang", letter_no=f"模拟-XA-{at:%m%d}", term=term)

    def committee_urges(self, at: datetime) -> None:
        self._tell(at, "committee_urges", "wang", urged="模拟：业委会催告")

    def sue(self, at: datetime) -> None:
        self._tell(at, "sue", "gao", evidence=["模拟：催告函"])
