"""What a simulated desk counts: keys and items at a handover, all keys once a month.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapters KF-18 (keys) and KF-19 (items). What the book has, the office
says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from wuye.office import Office
from wuye.simulate import ZONE, _Dice, _Office

__all__ = ["AT_HANDOVERS", "KeyChecks", "book", "count_at_handover"]

#: At this share of the handovers the cabinet and the shelves are counted one by one, beside what the sheet says.
AT_HANDOVERS = 0.2


def book(office: Office, *names: str, **entry: Any) -> dict[str, int]:
    """What the office counts for an entry that is told now, by field: proposed, looked at, and dropped."""
    out = office.propose(**entry)
    try:
        lines = office.proposed().splitlines()
    finally:
        office.discard()
    counts = dict.fromkeys(names, 0)
    for line in map(json.loads, lines if out.accepted else ()):
        told = line.get("line", line)
        if told.get("do") == entry["do"]:
            counts |= {name: told["with"][name] for name in counts}
    return counts


def count_at_handover(desk: _Office, case: str, goes: str, comes: str, by: str, at: datetime) -> None:
    """Sometimes both count the keys and the items; some miscount, and some sign for the other."""
    dice = _Dice(f"{desk.seed}:counts:{case}")
    if desk.rates.custody <= 0 or not dice.chance(AT_HANDOVERS):
        return
    wrong = {name: dice.chance(desk.rates.mistake) for name in ("keys", "items")}
    both = {"incoming": comes, "outgoing": comes if dice.chance(desk.rates.mistake) else goes}

    def count(office: Office) -> None:
        of_keys = {"do": "count_keys", "by": by, "at": at, "class": "key_count", "held": 0, **both}
        keys = book(office, "held_book", "pieces_book", **of_keys)
        of_items = {"do": "count_items", "by": by, "at": at, "class": "item_count", "items": 0, **both}
        items = book(office, "items_book", "pieces_book", **of_items)
        held, pieces = keys["held_book"] + wrong["keys"], keys["pieces_book"] + wrong["keys"]
        desk.tell(at, "count_keys", by, f"{case}-keys", class_="key_count", held=held, pieces=pieces, **both)
        shelved, pieces = items["items_book"] - (wrong["items"] and items["items_book"] > 0), items["pieces_book"]
        desk.tell(at + timedelta(minutes=1), "count_items", by, f"{case}-items", class_="item_count", items=shelved, pieces=pieces, **both)

    desk.ask(at, count)


class KeyChecks:
    """The monthly check of all keys: planned on the first day, and the next is there when one is done."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._case = ""
        self._next: date | None = None

    def read(self, line: Mapping[str, Any]) -> None:
        """Nothing: it asks for what it needs when it counts."""

    def morning(self, day: date) -> None:
        """The check, where it is its day."""
        office = self._office
        dice = _Dice(f"{office.seed}:key_check:{day}")
        at = datetime(day.year, day.month, day.day, 14, tzinfo=ZONE) + timedelta(minutes=dice.whole(0, 120))
        if not self._case:
            self._case = f"SIM-{office.seed}-key_check"
            office.tell(at, "plan_key_check", "wang", self._case, class_="key_check")
        elif day == self._next:
            self._check(dice, at)
        else:
            return
        self._next = day + timedelta(days=dice.whole(33, 36) if dice.chance(office.rates.late) else dice.whole(26, 30))

    def _check(self, dice: _Dice, at: datetime) -> None:
        office, case = self._office, self._case
        by = "li" if dice.chance(office.rates.mistake) else dice.pick(("wang", "wang", "gao"))
        wrong = {name: dice.pick((-1, 1)) if dice.chance(office.rates.mistake) else 0 for name in ("held", "pieces", "cards")}

        def check(asked: Office) -> None:
            has = book(
                asked,
                "held_book",
                "pieces_book",
                "cards_book",
                do="check_keys",
                by=by,
                at=at,
                case=case,
                **dict.fromkeys(("held", "pieces", "cards"), 0),
            )
            office.tell(at, "check_keys", by, case, **{name: max(0, has[f"{name}_book"] + off) for name, off in wrong.items()})

        office.ask(at, check)
        self._case = f"{case}/check_keys.1"
