"""The roster: brought in from a spreadsheet, printed by desk with what came of it, from Python and from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import wuye
from wuye.cli import main
from wuye.roster import Gap, roster

STAFF = {
    "zhao": "front_desk_officer",
    "mei": "front_desk_officer",
    "li": "control_room_attendant",
    "chen": "control_room_attendant",
    "bo": "hotline_operator",
    "wang": "cs_supervisor",
    "he": "duty_foreman",
}
GIVEN = {"by": "wang", "at": "2026-02-27T16:00+08:00"}
MONDAY = date(2026, 3, 2)

SHEET = (
    "翡翠园2026年3月第一周排班表,,,,",
    "日期,班次,岗位,姓名,工号",
    "2026-03-02,白班,前台,赵,zhao",
    "2026/3/2,夜班,前台,李,li",
    "3月3日,日班,服务中心,赵,zhao",
    "2026年3月3日,夜班,前台,陈,chen",
    "2026-03-04,白班,前台,梅,mei",
    "2026-03-04,休,前台,赵,zhao",
    "2026-03-02,白班,热线,博,bo",
)


def at(day: int, hour: int, minute: int = 0) -> str:
    return f"2026-03-{day:02d}T{hour:02d}:{minute:02d}:00+08:00"


def tell(office: wuye.Office, do: str, when: str, by: str, **fields: object) -> wuye.Outcome:
    out = office.record(do=do, at=when, by=by, **fields)
    assert out.accepted, str(out)
    return out


def people(office: wuye.Office) -> wuye.Office:
    for who, post in STAFF.items():
        tell(office, "set_staff", "2026-02-01T00:00+08:00", "system:setup", staff=who, post=post)
    return office


@pytest.fixture
def office() -> wuye.Office:
    return people(wuye.memory(seed="roster"))


@pytest.fixture
def table(tmp_path) -> Callable[..., Path]:
    def make(*rows: str) -> Path:
        path = tmp_path / "排班.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return make


def the_week(office: wuye.Office) -> None:
    """Monday goes by the roster; li's night is covered late; Tuesday is swapped, Wednesday called off."""
    cases = {(s.desk, s.day.day, s.shift): s.case for s in roster(office, MONDAY).shifts}
    front = "service_centre"
    tell(office, "swap_shift", at(1, 9), "wang", case=cases[front, 3, "day"], officer="mei", reporter="zhao", reason="家长会")
    tell(office, "call_off_shift", at(1, 10), "wang", case=cases[front, 4, "day"], reason="停业")
    tell(office, "arrive_as_rostered", at(2, 8, 10), "zhao", case=cases[front, 2, "day"])
    tell(office, "take_over", at(2, 8, 30), "zhao", case=cases[front, 2, "day"])
    tell(office, "report_absence", at(2, 18, 5), "zhao", case=cases[front, 2, "night"], reporter="li", reason="发烧")
    tell(office, "draw_up", at(2, 18, 20), "zhao", case=cases[front, 2, "day"], cash=0, items=0)
    tell(office, "cover_shift", at(2, 18, 25), "zhao", case=cases[front, 2, "night"], officer="chen", short_notice=True)
    tell(office, "arrive_as_rostered", at(2, 18, 50), "chen", case=cases[front, 2, "night"])
    tell(office, "take_over", at(2, 18, 52), "chen", case=cases[front, 2, "night"])
    tell(office, "accept", at(2, 18, 55), "chen", case=cases[front, 2, "day"], cash_taken=0, items_taken=0, clean=True)


def test_a_roster_from_a_spreadsheet(office, table):
    result = wuye.import_log(table(*SHEET), "roster", office, given=GIVEN)
    assert [(r.row, r.state) for r in result.reports] == [(8, "ignored")]
    assert result.recorded["accepted"] == 6
    assert result.breaches == {}
    found = roster(office, MONDAY)
    assert [(s.desk, s.day.day, s.shift, s.planned, s.stage) for s in found.shifts] == [
        ("service_centre", 2, "day", "zhao", "rostered"),
        ("service_centre", 2, "night", "li", "rostered"),
        ("service_centre", 3, "day", "zhao", "rostered"),
        ("service_centre", 3, "night", "chen", "rostered"),
        ("service_centre", 4, "day", "mei", "rostered"),
        ("hotline", 2, "day", "bo", "rostered"),
    ]
    assert {f"{s.begins:%d %H:%M}" for s in found.shifts} == {"02 08:30", "02 18:30", "03 08:30", "03 18:30", "04 08:30"}


def test_a_roster_that_comes_again(office, table):
    wuye.import_log(table(*SHEET), "roster", office, given=GIVEN)
    longer = table(*SHEET[:3], SHEET[3].replace("2026/3/2", "2026-03-02"), "2026-03-05,白班,前台,梅,mei")
    again = wuye.import_log(longer, "roster", office, given=GIVEN)
    assert (again.recorded["accepted"], again.recorded["duplicate"]) == (1, 2)


def test_what_is_wrong_with_a_row_is_named(office, table):
    rows = ("2026-03-09,中班,前台,赵,zhao", "2026-03-09,白班,岗亭,赵,zhao", "2026-03-09,白班,前台,梅,", "下周一,白班,前台,梅,mei")
    result = wuye.import_log(table(*SHEET[1:2], *rows), "roster", office, given=GIVEN)
    assert sorted((r.row, r.state) for r in result.reports) == [(2, "unfit"), (3, "refused"), (4, "unfit"), (5, "unfit")]
    assert roster(office, date(2026, 3, 9)).shifts == ()


def test_what_the_roster_breaks_is_recorded(office, table):
    rows = ("2026-03-09,白班,前台,赵,zhao", "2026-03-09,白班,工程,赵,zhao", "2026-03-09,夜班,前台,梅,mei")
    result = wuye.import_log(table(*SHEET[1:2], *rows), "roster", office, given=GIVEN)
    assert result.breaches == {"plan_shift: condition [R215]": 1, "plan_shift: condition [R217]": 1}
    shown = {(s.desk, s.shift): s.clauses for s in roster(office, date(2026, 3, 9)).shifts}
    assert shown == {("service_centre", "day"): (), ("engineering", "day"): ("R215",), ("service_centre", "night"): ("R217",)}


def test_planned_and_actual(office, table):
    wuye.import_log(table(*SHEET), "roster", office, given=GIVEN)
    the_week(office)
    found = roster(office, MONDAY)
    day, night, tuesday, later, off, hotline = found.shifts
    assert (day.planned, day.who, day.stage, day.late, day.gives_up) == ("zhao", "zhao", "relieved", False, "")
    assert [f"{t.astimezone(office.zone):%H:%M}" for t in (day.arrived, day.taken_over, day.ended) if t] == ["08:10", "08:30", "18:55"]
    assert (night.planned, night.who, night.gives_up, night.stage, night.late) == ("chen", "chen", "li", "on_duty", True)
    assert (tuesday.planned, tuesday.who, tuesday.gives_up) == ("mei", "", "zhao")
    assert (off.stage, off.stands, off.late, later.stands) == ("called_off", False, False, True)
    assert (hotline.stage, hotline.late) == ("rostered", True)
    assert found.officers == {"bo": {"day": 1}, "chen": {"night": 2}, "mei": {"day": 1}, "zhao": {"day": 1}}
    assert Gap("service_centre", date(2026, 3, 4), "day") in found.gaps
    assert Gap("service_centre", date(2026, 3, 3), "day") not in found.gaps
    assert {gap.shift for gap in found.gaps if gap.desk == "hotline"} == {"day"}
    mine = roster(office, MONDAY, who="zhao")
    assert [s.case for s in mine.shifts] == [day.case, tuesday.case]
    assert mine.gaps == ()


def test_a_shift_that_was_never_planned(office):
    shift = {"class": "shift", "desk": "hotline", "shift": "night", "starts": at(2, 18, 30)}
    case = tell(office, "arrive_for_duty", at(2, 18, 10), "bo", **shift).case
    tell(office, "arrive_for_duty", at(3, 2), "li", **{"class": "shift"}, desk="hotline", shift="night", stand_in_for=case)
    first, second = roster(office).shifts
    assert (first.planned, first.who, first.late, f"{first.arrived:%H:%M}") == ("", "bo", False, "18:10")
    assert (f"{second.begins:%d %H:%M}", second.day, second.who) == ("03 02:00", date(2026, 3, 3), "li")
    assert roster(office, MONDAY, 1).officers == {"bo": {"night": 1}}


def test_the_empty_roster():
    with wuye.memory() as empty:
        found = roster(empty, MONDAY, 3)
        assert (found.shifts, found.gaps, found.officers, found.last) == ((), (), {}, date(2026, 3, 4))
        assert found.text("zh").startswith("排班表  2026-03-02 – 2026-03-04")
        with pytest.raises(wuye.InvalidArgument):
            roster(empty, MONDAY, 0)


def test_who_hands_over_a_planned_shift(office, table):
    from wuye import desk

    wuye.import_log(table(*SHEET), "roster", office, given=GIVEN)
    the_week(office)
    assert desk.handover(office, roster(office, MONDAY).shifts[0].case).by == "zhao"


def test_from_the_command_line(tmp_path, table, capsys):
    path = str(tmp_path / "garden.db")
    with wuye.open(path, seed="roster") as made:
        people(made)
    sheet = str(table(*SHEET))
    assert main(["import", sheet, "--mapping", "roster", "--office", path, "--by", "wang", "--at", GIVEN["at"], "--quiet"]) == 0
    with wuye.open(path) as made:
        the_week(made)
    capsys.readouterr()
    assert main(["roster", path, "2026-03-02", "--lang", "zh"]) == 1  # the hotline has nobody from Tuesday on
    chinese = capsys.readouterr().out
    for text in ("服务中心前台", "客户热线", "03-02 周一", "替 zhao", "替 li、到点无人", "排班已取消", "无人"):
        assert text in chinese, text
    assert main(["roster", path, "2026-03-02", "--days", "1", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert "Roster  2026-03-02\n" in english
    assert "for li, nobody there in time" in english
    assert main(["roster", path, "2026-03-02", "--json"]) == 1
    given = json.loads(capsys.readouterr().out)
    assert (given["first"], given["last"], len(given["shifts"])) == ("2026-03-02", "2026-03-08", 6)
    assert given["shifts"][0]["planned"] == "zhao"
    assert {"desk": "service_centre", "day": "2026-03-04", "shift": "day"} in given["gaps"]
    assert main(["roster", path, "--who", "mei", "--at", "2026-03-02T08:00+08:00", "--lang", "en"]) == 0
    assert "for zhao" in capsys.readouterr().out
    assert main(["roster", path, "soon"]) == 2
    assert main(["roster", path, "--days", "0"]) == 2
