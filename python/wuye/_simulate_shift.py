"""The shifts of a simulated desk: arriving, the handover sheet with what both sides count, relief.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapter kf_shift. What the book has when a sheet is drawn up, the office
says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from wuye.office import Office
from wuye.simulate import ZONE, _Dice, _Office

__all__ = ["Shifts"]

_DESK = "service_centre"
_SHIFTS = (("day", 8), ("night", 18))  # half past


class Shifts:
    """Two shifts a day at the service centre, each relieved by the next."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._dice = office.dice
        self._on_duty = ("", "")  # the shift and who holds it

    def read(self, line: Mapping[str, Any]) -> None:
        """Nothing: it asks for what it needs when a sheet is drawn up."""

    def morning(self, day: date) -> None:
        """The two reliefs of the day."""
        self._dice = _Dice(f"{self._office.seed}:shift:{day}")
        if not self._dice.chance(self._office.rates.shifts):
            return
        for shift, hour in _SHIFTS:
            self._relief(datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZONE), shift, day)

    def _slip(self) -> bool:
        return self._dice.chance(self._office.rates.mistake)

    def _relief(self, starts: datetime, shift: str, day: date) -> None:
        dice, before = self._dice, self._on_duty
        case = f"SIM-{self._office.seed}-shift-{day}-{shift}"
        comes = "chen" if shift == "night" else ("li", "zhou")[day.toordinal() % 2]
        late = dice.chance(self._office.rates.late)
        arrives = starts + timedelta(minutes=dice.whole(-14, 25)) if late else starts - timedelta(minutes=dice.whole(15, 25))
        takes_over = max(starts - timedelta(minutes=2), arrives + timedelta(minutes=1))
        relieves = {"relieves": before[0]} if before[0] else {}
        self._office.tell(arrives, "arrive_for_duty", comes, case, class_="shift", desk=_DESK, shift=shift, starts=starts, **relieves)
        if before[0]:
            self._hand_over(before, comes, takes_over)
        self._office.tell(takes_over, "take_over", comes, case)
        self._on_duty = (case, comes)
        if shift == "night" and dice.chance(0.01):
            self._office.tell(starts + timedelta(hours=5), "report_emergency", comes, case, emergency="模拟：地下室进水")
        if self._slip():  # nobody else is there
            away = starts + timedelta(minutes=dice.whole(60, 400))
            self._office.tell(away, "call_away", comes, case, reason="模拟：门口接车")
            self._office.tell(away + timedelta(minutes=dice.whole(3, 20)), "come_back", comes, case)

    def _hand_over(self, before: tuple[str, str], comes: str, takes_over: datetime) -> None:
        """The sheet is drawn up by the book, but for who miscounts; what the other counts may differ again."""
        dice, (case, goes) = self._dice, before
        drawn_up = takes_over - timedelta(minutes=dice.whole(3, 9))
        cash = 100 * dice.whole(200, 900)
        wrong = {name: self._slip() for name in ("items", "keys")}
        owned_up, unclean = not self._slip(), self._slip()
        short = dice.pick((100, 500, 1000)) if self._slip() else 0
        forgot = bool(short) and self._slip() and not any(wrong.values())

        def draw_up(office: Office) -> None:
            book = _book(office, case, goes, drawn_up)
            counted = {name: book[f"{name}_book"] + wrong[name] for name in wrong}
            more: dict[str, Any] = {"pending": "模拟：见未结清单"} if book["open_items"] else {}
            if any(wrong.values()) and owned_up:
                more |= {"difference": "模拟：多一件，待查", "answers": goes}
            self._office.tell(drawn_up, "draw_up", goes, case, cash=cash, clean=not unclean, **counted, **more)
            self._accept(before, comes, takes_over + timedelta(minutes=1), cash, short, counted, forgot=forgot, unclean=unclean)

        self._office.ask(drawn_up, draw_up)

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


def _book(office: Office, case: str, by: str, at: datetime) -> dict[str, int]:
    """What the office counts for a handover sheet that is drawn up now: proposed, looked at, and dropped."""
    out = office.propose(do="draw_up", by=by, at=at, case=case)
    try:
        lines = office.proposed().splitlines()
    finally:
        office.discard()
    counts: dict[str, int] = {"items_book": 0, "keys_book": 0, "open_items": 0}
    for line in map(json.loads, lines if out.accepted else ()):
        told = line.get("line", line)
        if told.get("do") == "draw_up":
            counts |= {name: told["with"][name] for name in counts}
    return counts
