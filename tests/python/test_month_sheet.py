"""The month's assessment sheet on paper: what it costs, who approved it, what stands and what is missing."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import wuye
from wuye import desk
from wuye.cli import main

STAFF = {"wang": "cs_supervisor", "chen": "site_manager", "zhao": "front_desk_officer", "sun": "technician", "jin": "accountant"}


def tell(office: wuye.Office, do: str, at: str, by: str, **fields: object) -> wuye.Outcome:
    out = office.record(do=do, at=at + "+08:00", by=by, **fields)
    assert out.accepted, str(out)
    return out


def april(office: wuye.Office) -> dict[str, wuye.Outcome]:
    """March approved with an incomplete slip, which is put right in April."""
    for who, post in STAFF.items():
        tell(office, "set_staff", "2026-03-01T00:00", "system:setup", staff=who, post=post)
    tell(office, "set_unit", "2026-03-01T00:00", "system:setup", place="1-0101")
    done = {"slip": tell(office, "report", "2026-03-02T09:00", "zhao", **{"class": "repair"}, text="楼道灯不亮")}
    tell(office, "dispatch", "2026-03-02T09:10", "zhao", case=done["slip"].case, worker="sun")
    sheet = {"class": "assessment", "officer": "zhao", "month": "2026-03-31", "comment": "登记尚须仔细"}
    done["drawn"] = tell(office, "draw_up_sheet", "2026-03-31T17:00", "wang", **sheet)
    return done


def approve(office: wuye.Office, done: dict[str, wuye.Outcome]) -> None:
    done["approved"] = tell(office, "approve_sheet", "2026-04-01T10:00", "chen", case=done["drawn"].case)
    done["sent"] = tell(office, "send_to_finance", "2026-04-01T14:00", "wang", case=done["drawn"].case)


def test_before_the_approval_it_is_provisional_and_then_open():
    office = wuye.memory()
    done = april(office)
    (sheet,) = desk.month_sheets(office, "2026-03")
    assert (sheet.card.who, sheet.case, sheet.stage) == ("zhao", done["drawn"].case, "drawn_up")
    assert (sheet.state, sheet.manual_hash) == ("provisional", "")
    assert sheet.missing == ("approve_sheet", "send_to_finance", "post_sheet")
    assert sheet.pending == ("satisfaction",)
    assert [(step, who) for step, _, who in sheet.steps] == [("draw_up_sheet", "wang")]
    assert sheet.notes == {"comment": "登记尚须仔细"}
    tell(office, "set_unit", "2026-03-31T23:59:59", "system:setup", place="1-0102")
    assert desk.month_sheets(office, "2026-03")[0].state == "provisional"
    tell(office, "set_unit", "2026-04-01T00:00:00", "system:setup", place="1-0103")
    (sheet,) = desk.month_sheets(office, "2026-03", "zhao")
    assert sheet.state == "open"
    assert "未审批" in sheet.text("zh")
    assert "Not approved" in sheet.text("en")


def test_a_frozen_sheet_says_by_what_and_names_what_is_missing():
    office = wuye.memory()
    done = april(office)
    approve(office, done)
    (sheet,) = desk.month_sheets(office, "2026-03")
    assert (sheet.state, sheet.manual_hash) == ("frozen", office.manual.hash)
    assert done["approved"].seq <= sheet.card.at_seq < done["sent"].seq
    assert sheet.missing == ("post_sheet",)
    assert sheet.points == sheet.card.deducted == Decimal("5.00")
    chinese, english = sheet.text("zh"), sheet.text("en")
    assert f"已冻结：规程 {office.manual.hash[:16]}…，截至流水 {sheet.card.at_seq}" in chinese
    assert "尚缺: 办公区域公布、满意率（待公布）" in chinese
    assert "得分 95.00" in chinese
    assert "Score 95.00" in english
    assert "Missing: Post in the office, Satisfaction (to be posted)" in english
    row = next(line for line in chinese.splitlines() if line.startswith("工作记录不完整"))
    assert row.split()[-2:] == ["5.00", "R335"]
    # the recorded exam stands apart from what counts
    assert chinese.index("只作记录") < chinese.index("培训考试") < chinese.index("基数 100")


def test_what_was_voided_is_still_to_be_done():
    office = wuye.memory()
    done = april(office)
    approve(office, done)
    tell(office, "void", "2026-04-01T14:10", "wang", line=done["sent"].seq, reason="误送")
    (sheet,) = desk.month_sheets(office, "2026-03")
    assert sheet.missing == ("send_to_finance", "post_sheet")
    assert [step for step, _, _ in sheet.steps] == ["draw_up_sheet", "approve_sheet"]


def test_an_earlier_month_is_named_with_what_it_gives_back():
    office = wuye.memory()
    done = april(office)
    approve(office, done)
    tell(office, "correct", "2026-04-02T10:00", "zhao", line=done["slip"].seq, place="1-0101")
    assert desk.month_sheets(office, "2026-03")[0].card.score == Decimal("95.00"), "what was paid by stays"
    (sheet,) = desk.month_sheets(office, "2026-04")
    assert (sheet.case, sheet.stage, sheet.state) == ("", "", "provisional")
    assert sheet.missing[0] == "draw_up_sheet"
    assert (sheet.card.deducted, sheet.points) == (Decimal("0.00"), Decimal("-5.00"))
    text = sheet.text("zh")
    assert "往月调整 -5.00    合计扣分 -5.00" in text
    assert any(line.split() == ["2026-03", "工作记录不完整", "5.00", "0.00", "-5.00"] for line in text.splitlines())


def test_it_costs_no_more_than_the_caps_and_the_floor_let_it():
    layer = """name = "other"\nextends = "standard"
[switch.work_records.cost]
value = "each"
[switch.scorecard.metric_cap]
value = "20"
[scorecard.front_desk]
floor = 90
"""
    office = wuye.memory(wuye.Manual.load(("other.toml", layer)))
    april(office)
    for day in range(3, 8):
        slip = tell(office, "report", f"2026-03-0{day}T09:00", "zhao", **{"class": "repair"}, text="楼道灯不亮")
        tell(office, "dispatch", f"2026-03-0{day}T09:10", "zhao", case=slip.case, worker="sun")
    (sheet,) = desk.month_sheets(office, "2026-03")
    figure = next(f for f in sheet.card.figures if f.metric == "work_records")
    assert (figure.points, figure.cut) == (Decimal("20.00"), Decimal("10.00"))
    assert (sheet.card.deducted, sheet.card.score, sheet.points) == (Decimal("20.00"), Decimal("90.00"), Decimal("10.00"))
    assert "20.00（应扣 30.00）" in sheet.text("zh")
    assert "20.00 (of 30.00)" in sheet.text("en")


def test_each_frozen_month_names_its_own_manual():
    office = wuye.memory()
    done = april(office)
    approve(office, done)
    first = office.manual.hash
    other = wuye.Manual.load(("other.toml", 'name = "other"\nextends = "standard"\n[switch.work_records.cost]\nvalue = "each"\n'))
    office.adopt(other, "2026-04-02T00:00+08:00", by="system:setup")
    sheet = {"class": "assessment", "officer": "zhao", "month": "2026-05-31"}
    drawn = tell(office, "draw_up_sheet", "2026-06-01T09:00", "wang", **sheet)
    tell(office, "approve_sheet", "2026-06-01T10:00", "chen", case=drawn.case)
    assert [desk.month_sheets(office, month)[0].manual_hash for month in ("2026-03", "2026-05")] == [first, other.hash]


def test_a_cancelled_sheet_is_none_and_nobody_assessed_has_none():
    office = wuye.memory()
    done = april(office)
    tell(office, "cancel_sheet", "2026-04-01T09:00", "wang", case=done["drawn"].case, reason="重复")
    assert desk.month_sheets(office, "2026-03")[0].case == ""
    assert desk.month_sheets(office, "2026-03", "sun") == []
    assert desk.month_sheets(office, "2026-02") == []
    for bad in ("2026-Q1", "2026-13", "2026", "2026-03-01", ""):
        with pytest.raises(wuye.InvalidArgument, match="sheet is of a month"):
            desk.month_sheets(office, bad)


def test_from_the_command_line(tmp_path, capsys):
    path = str(tmp_path / "garden.db")
    with wuye.open(path, seed="sheet") as office:
        done = april(office)
        approve(office, done)
    assert main(["sheet", path, "2026-03", "--lang", "zh"]) == 1
    shown = capsys.readouterr().out
    with wuye.open(path, read_only=True) as office:
        assert shown == desk.month_sheets(office, "2026-03")[0].text("zh") + "\n"
    assert main(["sheet", path, "2026-03", "zhao", "--why", "work_records", "--lang", "en"]) == 1
    assert done["slip"].case in capsys.readouterr().out
    assert main(["sheet", path, "2026-03", "--why", "beauty"]) == 2
    assert "work_records" in capsys.readouterr().err
    assert main(["sheet", path, "2026-03", "--at", "2026-03-31T16:00+08:00", "--lang", "en"]) == 1
    assert "Provisional" in capsys.readouterr().out
    assert main(["sheet", path, "2026-03", "sun", "--lang", "zh"]) == 1
    assert capsys.readouterr().out == "当月无人任考核岗位\n"
    assert main(["sheet", path, "2026"]) == 2
    capsys.readouterr()
    assert main(["sheet", path, "2026-03", "--json"]) == 1
    (given,) = json.loads(capsys.readouterr().out)
    assert (given["state"], given["points"], given["card"]["score"]) == ("frozen", "5.00", "95.00")
    assert {f["metric"]: f["points"] for f in given["card"]["figures"]}["work_records"] == "5.00"


def test_a_recovered_arrear_gives_the_bonus_back_and_not_the_points():
    office = wuye.memory()
    for who, post in {"wang": "cs_supervisor", "chen": "site_manager", "hua": "zone_officer", "jin": "accountant"}.items():
        tell(office, "set_staff", "2026-01-01T00:00", "system:setup", staff=who, post=post)
    for place, area, party in (("1-0101", "96", "p1"), ("1-0102", "4", "p2")):
        tell(office, "set_unit", "2026-01-01T00:00", "system:setup", place=place, area=area, zone="east")
        tell(office, "set_party", "2026-01-01T00:00", "system:setup", party=party, place=place, role="owner")
    run = {"class": "billing", "heads": ["management"], "from": "2026-03-01", "to": "2026-03-31"}
    tell(office, "bill", "2026-03-03T09:00", "jin", **run)
    tell(office, "receive", "2026-03-10T09:00", "jin", **{"class": "receipt"}, amount=22560, place="1-0101", method="transfer")
    sheet = {"class": "assessment", "officer": "hua", "month": "2026-03-31"}
    drawn = tell(office, "draw_up_sheet", "2026-04-01T09:00", "wang", **sheet)
    tell(office, "approve_sheet", "2026-04-01T10:00", "chen", case=drawn.case)
    tell(office, "receive", "2026-04-20T09:00", "jin", **{"class": "receipt"}, amount=940, place="1-0102", method="cash")

    figure = office.score("2026-Q1")["collection_rate"]
    assert (figure.money, figure.done, figure.due, figure.late) == (True, 22560, 23500, 940)
    assert (figure.percent, figure.points, figure.bonus_withheld) == (Decimal("96.00"), Decimal("8.00"), Decimal("0.00"))
    rows = office.scores("2026-Q1", by=["zone", "head"]).rows()
    (row,) = [row for row in rows if row["metric"] == "collection_rate"]
    assert (row["zone"], row["head"], row["due"], row["points_hundredths"]) == ("east", "management", 23500, 800)

    (march,) = desk.month_sheets(office, "2026-03", "hua")
    assert (march.state, march.points, march.card.bonus_withheld) == ("frozen", Decimal("8.00"), Decimal("2.00"))
    (april,) = desk.month_sheets(office, "2026-04", "hua")
    assert (april.points, april.card.adjustment, april.card.bonus_adjustment) == (Decimal("0.00"), Decimal("0.00"), Decimal("-2.00"))
    (change,) = april.card.adjustments
    assert (change.metric, change.before, change.after) == ("collection_rate", Decimal("8.00"), Decimal("8.00"))
    assert (change.bonus_before, change.bonus_after) == (Decimal("2.00"), Decimal("0.00"))
    assert "235.00" in march.text("zh")
    assert "扣发奖金 2.00 %" in march.text("zh")
    assert "paid back) -2.00 %" in april.text("en")
