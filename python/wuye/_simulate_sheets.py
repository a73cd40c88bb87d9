"""How a simulated office assesses its officers: checks at no fixed time, the month's sheets, exams, the half-year's survey.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapter KF-18 (scorecard). Who is an officer, and what was missing from an
officer's records when his month was approved, the office says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from wuye.office import Office
from wuye.simulate import ZONE, _Dice, _Office, zone_of

__all__ = ["Sheets"]

_ASSESSED = ("front_desk_officer", "zone_officer")
# Chance that an officer fills in what was missing after the approval, and with what.
_FILLS_IN = 0.5
_FILLED_IN = {"worker": "sun", "answer": "模拟：补登", "result": "模拟：补登", "liaison_no": "模拟-LX-0", "signature": "模拟-IMG-0"}
# Day and month on which a half-year's survey is planned, issued, counted, posted, closed.
_SURVEYS = {1: ((4, 20), (6, 1), (6, 25), (7, 3), (7, 14)), 7: ((10, 10), (11, 20), (12, 10), (12, 18), (12, 29))}
_SPOT_CHECKS = (2, 5, 8, 11)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=hour, minutes=minute)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


class Sheets:
    """What the supervisor, the manager and the officers do about assessments."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._officers: dict[str, str] = {}
        self._zones: dict[str, int] = {}
        self._since: date | None = None
        self._due_survey = ""

    def read(self, line: Mapping[str, Any]) -> None:
        """Remembers who is assessed, how many homes each zone has, and the half-year's survey that is due."""
        given = line.get("with", {})
        if line.get("do") == "set_staff" and given.get("post") in _ASSESSED:
            self._officers[given["staff"]] = given["post"]
        elif line.get("do") == "set_unit":
            zone = zone_of(given["place"])
            self._zones[zone] = self._zones.get(zone, 0) + 1
        elif line.get("what") == "opened" and line["procedure"] == "survey":
            self._due_survey = line["case"]

    def morning(self, day: date) -> None:
        """The sheets of the month that is over, and what else falls on the day."""
        rates = self._office.rates
        self._since = self._since or day
        if rates.sheets <= 0:
            return
        if day.day == 1 and self._since < day:
            self._assess(day - timedelta(days=1))
        if day.day == 1 and day.month % 3 == 0:
            for number, who in enumerate(self._officers):
                mark = str(self._dice(f"exam:{day}:{who}").whole(70, 100))
                case = self._case("exam", f"{day}-{who}")
                self._office.tell(_at(day, 15, number), "post_exam", "pin", case, class_="exam_result", staff=who, score=mark)
        if day.day in (10, 20):
            self._check(day)
        if day.day == 15 and day.month in _SPOT_CHECKS:
            self._spot_check(day)
        half = 1 if day.month < 7 else 7
        if (day.month, day.day) == _SURVEYS[half][0] and self._dice(f"survey:{day}").chance(rates.sheets):
            planned = [self._survey(day, half, zone) for zone in self._zones]
            if planned and self._due_survey:
                self._office.tell(_at(day, 9, 30), "name_planned_survey", "pin", self._due_survey, survey=planned[0])
                self._due_survey = ""

    def _dice(self, of: object) -> _Dice:
        return _Dice(f"{self._office.seed}:sheets:{of}")

    def _case(self, kind: str, number: object) -> str:
        return f"SIM-{self._office.seed}-{kind}-{number}"

    def _slip(self, dice: _Dice) -> bool:
        return dice.chance(self._office.rates.mistake)

    def _late(self, dice: _Dice) -> bool:
        return dice.chance(self._office.rates.late)

    # The month's sheets.

    def _assess(self, last: date) -> None:
        """Drawn up by the supervisor, approved by the manager in one go, sent to finance, posted."""
        dice = self._dice(f"month:{last}")
        approved = last + timedelta(days=dice.whole(7, 9) if self._late(dice) else 3)
        for number, who in enumerate(self._officers):
            own = self._dice(f"{last}:{who}")
            if not own.chance(self._office.rates.sheets):
                continue
            case = self._case("sheet", f"{last:%Y-%m}-{who}")
            about = {"officer": who, "month": last}
            self._office.tell(_at(last + timedelta(days=1), 14, number), "draw_up_sheet", "wang", case, class_="assessment", **about)
            if self._slip(own):  # nobody approves what he drew up
                self._office.tell(_at(last + timedelta(days=1), 15, number), "approve_sheet", "wang", case)
            if own.chance(0.08):
                self._dispute(last + timedelta(days=2), who, case)
            self._office.tell(_at(approved, 10), "approve_sheet", "gao", case)
            sent = approved + timedelta(days=dice.whole(4, 6) if self._late(own) else 0)
            self._office.tell(_at(sent, 15, number), "send_to_finance", "wang", case)
            self._office.tell(_at(sent + timedelta(days=6 if self._late(own) else 1), 9, number), "post_sheet", "wang", case)
            at = _at(approved + timedelta(days=3), 11, number)
            self._office.ask(at, self._filler(at, who, last, own))

    def _dispute(self, day: date, who: str, case: str) -> None:
        self._office.tell(_at(day, 9), "dispute", who, case, dispute="模拟：外出未计")
        self._office.tell(_at(day, 11), "re_examine", "wang", case, examined="模拟：已核对记录")
        self._office.tell(_at(day, 16), "interpret", "gao", case, interpretation="模拟：以记录为准")

    def _filler(self, at: datetime, who: str, last: date, dice: _Dice) -> Callable[[Office], None]:
        """After the approval some officers fill in what was missing from their records."""

        def fill_in(office: Office) -> None:
            missing = [
                (row, field)
                for row in office.table("breaches").rows()
                if (row["by"], row["state"]) == (who, "current") and row["reason"].startswith("missing_field") and _month(row["at"]) == _month(last)
                for field in (json.loads(row["facts"])["field"],)
            ]
            if missing and dice.chance(_FILLS_IN):
                for row, field in missing:
                    if field in _FILLED_IN:
                        self._office.tell(at, "correct", who, row["case"], line=row["told"], reason="模拟：补登", **{field: _FILLED_IN[field]})

        return fill_in

    # Checks and exams.

    def _check(self, day: date) -> None:
        """An officer is looked in on; what is not as it should be is put right, or not in time."""
        dice = self._dice(f"check:{day}")
        if not self._officers or not dice.chance(self._office.rates.sheets):
            return
        who = dice.pick(tuple(self._officers))
        case, met = self._case("check", day), dice.chance(0.75)
        until = day + timedelta(days=5)
        remedy = {} if met else {"remedy": "模拟：当日登记", "until": until}
        about = {"officer": who, "checked": "模拟：登记簿", "finding": "模拟：抽查十项", "met": met}
        self._office.tell(_at(day, 10), "assess", "wang", case, class_="unscheduled_assessment", **about, **remedy)
        self._office.tell(_at(day, 16), "sign" if met else "accept_remedy", who, case)
        if not met:
            self._office.tell(_at(until + timedelta(days=3 if self._late(dice) else -1), 15), "confirm_remedy", "wang", case)

    # What residents think.

    def _spot_check(self, day: date) -> None:
        for number, zone in enumerate(self._zones):
            dice = self._dice(f"spot:{day}:{zone}")
            if dice.chance(self._office.rates.sheets):
                answered = dice.whole(40, 60)
                counts = {"answered": answered, "satisfied": answered * dice.whole(90, 100) // 100}
                about = {"origin": "spot_check", "measured": day, "zone": zone}
                case = self._case("spot", f"{day}-{zone}")
                self._office.tell(_at(day, 16, number), "post_counts", "pin", case, class_="satisfaction_result", **about, **counts)

    def _survey(self, planned: date, half: int, zone: str) -> str:
        """Planned a month ahead, given to nine homes in ten, counted, posted for a week, closed."""
        dice = self._dice(f"survey:{planned}:{zone}")
        case = self._case("survey", f"{planned.year}-{half}-{zone}")
        _, issued, counted, posted, closed = (date(planned.year, month, day) for month, day in _SURVEYS[half])
        if self._slip(dice):
            issued = planned + timedelta(days=20)
        about = {"measured": date(planned.year, half + 4, 15), "zone": zone, "instrument": "csi_form", "issue_on": issued}
        self._office.tell(_at(planned, 9), "plan_survey", "pin", case, class_="survey", **about)
        homes = self._zones[zone]
        forms = homes * (80 if self._slip(dice) else 95) // 100 if homes >= 20 else homes
        returned = forms - forms // 12
        answered = returned - returned // 20
        self._office.tell(_at(issued + timedelta(days=5 if self._late(dice) else 0), 9), "issue_forms", "pin", case, homes=homes, issued=forms)
        satisfied = answered * dice.whole(88, 99) // 100
        self._office.tell(_at(counted, 10), "count_answers", "pin", case, returned=returned, answered=answered, satisfied=satisfied)
        self._office.tell(_at(posted, 10), "post_results", "pin", case, display_until=(posted + timedelta(days=8)))
        early = posted + timedelta(days=3)
        self._office.tell(_at(early if self._slip(dice) else closed, 16), "close_survey", "gao", case, measures="模拟：增设夜间热线")
        return case
