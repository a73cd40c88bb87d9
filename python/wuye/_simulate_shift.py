"""The shifts of a simulated desk: arriving, the handover sheet with what both sides count, relief.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapter kf_shift. What the book has when a sheet is drawn up, the office
says; who is on the roster is :mod:`wuye._simulate_roster`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from wuye._simulate_counts import book, count_at_handover
from wuye._simulate_roster import DESK, SHIFTS, Planned, Rosters, begins, case_of, rostered
from wuye.office import Office
from wuye.simulate import _Dice, _Office

__all__ = ["Shifts"]


class Shifts:
    """Two shifts a day at the service centre, each relieved by the next."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._dice = office.dice
        self._rosters = Rosters(office)
        self._on_duty = ("", "")  # the shift and who holds it

    def read(self, line: Mapping[str, Any]) -> None:
        """Nothing: it asks for what it needs when a sheet is drawn up."""

    def morning(self, day: date) -> None:
        """The two reliefs of the day, and on Sundays the roster of the week that follows."""
        self._rosters.morning(day)
        self._dice = _Dice(f"{self._office.seed}:shift:{day}")
        if not self._dice.chance(self._office.rates.shifts):
            return
        for shift, hour in SHIFTS:
            self._relief(begins(day, hour), shift, day)

    def _slip(self) -> bool:
        return self._dice.chance(self._office.rates.mistake)

    def _relief(self, starts: datetime, shift: str, day: date) -> None:
        dice, before = self._dice, self._on_duty
        planned = self._rosters.of(day, shift)
        comes = planned.who if planned else rostered(day, shift)
        late = dice.chance(self._office.rates.late)
        arrives = starts + timedelta(minutes=dice.whole(-14, 25)) if late else starts - timedelta(minutes=dice.whole(15, 25))
        if planned and planned.stand_in:
            arrives += timedelta(minutes=90)
        takes_over = max(starts - timedelta(minutes=2), arrives + timedelta(minutes=1))
        case = self._arrive(arrives, comes, case_of(self._office, day, shift), shift, starts, planned)
        if before[0] and not self._leaves(before, starts, arrives):
            self._hand_over(before, comes, shift, takes_over)
        self._office.tell(takes_over, "take_over", comes, case)
        self._on_duty = (case, comes)
        if shift == "night" and dice.chance(0.01):
            self._office.tell(starts + timedelta(hours=5), "report_emergency", comes, case, emergency="模拟：地下室进水")
        if self._slip():  # nobody else is there
            away = starts + timedelta(minutes=dice.whole(60, 400))
            self._office.tell(away, "call_away", comes, case, reason="模拟：门口接车")
            self._office.tell(away + timedelta(minutes=dice.whole(3, 20)), "come_back", comes, case)

    def _arrive(self, at: datetime, comes: str, case: str, shift: str, starts: datetime, planned: Planned | None) -> str:
        """Whoever comes arrives by the roster, as a stand-in, or where there is no roster; gives the case."""
        relieves = {"relieves": self._on_duty[0]} if self._on_duty[0] else {}
        about = {"class_": "shift", "desk": DESK, "shift": shift, **relieves}
        if planned is None:
            self._office.tell(at, "arrive_for_duty", comes, case, **about, starts=starts)
        elif planned.stand_in:
            self._office.tell(at, "arrive_for_duty", comes, f"{case}-stand_in", **about, stand_in_for=case)
            return f"{case}-stand_in"
        else:
            self._office.tell(at, "arrive_as_rostered", comes, case, **relieves)
        return case

    def _leaves(self, before: tuple[str, str], starts: datetime, arrives: datetime) -> bool:
        """Who waits long for his relief may go before it has come, and the desk is empty."""
        case, goes = before
        dice, waits = _Dice(f"{self._office.seed}:leave:{case}"), (arrives - starts) // timedelta(minutes=1)
        if waits <= 10 or not dice.chance(2 * self._office.rates.mistake):
            return False
        self._office.tell(starts + timedelta(minutes=dice.whole(5, waits - 1)), "leave_post", goes, case, reason="模拟：等不到接班人")
        return True

    def _hand_over(self, before: tuple[str, str], comes: str, shift: str, takes_over: datetime) -> None:
        """The sheet is drawn up by the book, but for who miscounts; what the other counts may differ again."""
        dice, (case, goes) = self._dice, before
        drawn_up = takes_over - timedelta(minutes=dice.whole(3, 9))
        cash = 100 * dice.whole(200, 900)
        wrong = {name: self._slip() for name in ("items", "keys")}
        owned_up, unclean = not self._slip(), self._slip()
        short = dice.pick((100, 500, 1000)) if self._slip() else 0
        forgot = bool(short) and self._slip() and not any(wrong.values())

        def draw_up(office: Office) -> None:
            has = book(office, "items_book", "keys_book", "open_items", do="draw_up", by=goes, at=drawn_up, case=case)
            counted = {name: has[f"{name}_book"] + wrong[name] for name in wrong}
            more: dict[str, Any] = {"pending": "模拟：见未结清单"} if has["open_items"] else {}
            if any(wrong.values()) and owned_up:
                more |= {"difference": "模拟：多一件，待查", "answers": goes}
            self._office.tell(drawn_up, "draw_up", goes, case, cash=cash, clean=not unclean, **counted, **more)
            self._accept(before, comes, takes_over + timedelta(minutes=1), cash, short, counted, forgot=forgot, unclean=unclean)

        self._office.ask(drawn_up, draw_up)
        count_at_handover(self._office, case, goes, comes, comes if shift == "day" else goes, takes_over)

    def _accept(
        self, before: tuple[str, str], comes: str, at: datetime, cash: int, short: int, counted: Mapping[str, int], *, forgot: bool, unclean: bool
    ) -> None:
        taken: dict[str, Any] = {"cash_taken": cash - short} | {f"{name}_taken": count for name, count in counted.items()}
        if unclean:  # refused; cleaned up, and then accepted
            self._office.tell(at, "accept", comes, before[0], **taken)
            at += timedelta(minutes=8)
        taken["clean"] = True
        if forgot:  # refused: the money differs, and nobody says why
            self._office.tell(at, "accept", comes, before[0], **taken)
            at += timedelta(minutes=5)
        if short:
            taken |= {"difference": "模拟：现金短少", "answers": before[1]}
        self._office.tell(at, "accept", comes, before[0], **taken)
