"""Lists brought in by a mapping: charges, receipts, readings, answers. Each row is an entry, or is named with its column and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import wuye
from wuye.cells import NoNumber, read_number
from wuye.cli import main
from wuye.importing import LogMapping

STAFF = {"wang": "cs_supervisor", "chen": "site_manager", "zhao": "front_desk_officer", "kuai": "accountant"}
OPENING = {"by": "kuai", "at": "2026-03-02T08:00+08:00"}


def fill(office: wuye.Office) -> wuye.Office:
    told: list[dict[str, Any]] = [{"do": "set_staff", "staff": who, "post": post} for who, post in STAFF.items()]
    for place, party in (("3-1-1201", "p1"), ("3-1-1202", "p2"), ("3-1-1203", "")):
        told.append({"do": "set_unit", "place": place, "area": "100"})
        if party:
            told.append({"do": "set_party", "party": party, "place": place, "role": "owner"})
    for entry in told:
        office.record(by="system:setup", at="2026-03-01T00:00+08:00", **entry).require()
    return office


@pytest.fixture
def office() -> wuye.Office:
    return fill(wuye.memory(seed="lists"))


@pytest.fixture
def table(tmp_path) -> Callable[..., Path]:
    def make(*rows: str, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return make


@pytest.fixture
def mapping(tmp_path) -> Callable[[str], LogMapping]:
    def make(text: str) -> LogMapping:
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return LogMapping.load(path)

    return make


def said(result: wuye.ImportResult) -> list[tuple[int, str, str]]:
    """Row, state, and the column or step that is named."""
    assert sum(result.counts.values()) == result.rows
    return [(r.row, r.state, r.step) for r in result.reports]


# Charges

ARREARS = "房号,费项,服务起日,服务止日,欠费金额,到期日"


def test_charges_brought_in(office, table):
    path = table(
        "翡翠园期初欠费表,,,,,",
        ARREARS,
        '3栋1单元1201,物业管理费,2025-10-01,2025-12-31,"¥1,280.50",2025-12-25',
        "3-1-1202,车位费,2025/11/1,2025年12月31日,１６０元,20251225",
        "合计,,,,1440.50,",
    )
    result = wuye.import_log(path, "arrears", office, given=OPENING)
    assert said(result) == [(5, "ignored", "")]
    assert result.counts["entry"] == 2
    assert result.sums == {"charge.amount": Decimal("1440.50")}
    assert "charge.amount: 1440.50" in result.table("zh")
    rows = office.table("charges").rows()
    assert [(r["place"], r["payer"], r["head"], r["amount"]) for r in rows] == [
        ("3-1-1201", "p1", "management", Decimal("1280.50")),
        ("3-1-1202", "p2", "parking", Decimal("160.00")),
    ]
    assert [(r["from"], r["until"], r["due"]) for r in rows] == [
        (date(2025, 10, 1), date(2026, 1, 1), date(2025, 12, 25)),
        (date(2025, 11, 1), date(2026, 1, 1), date(2025, 12, 25)),
    ]
    assert office.verify()


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ("3-1-1201,物业费,2025-10-01,2025-12-31,三百,2025-12-25", "欠费金额", "is not a number"),
        ('3-1-1201,物业费,2025-10-01,2025-12-31,"1,28",2025-12-25', "欠费金额", "is not a number"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,1e3,2025-12-25", "欠费金额", "is not a number"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,-12.00,2025-12-25", "欠费金额", "is below zero"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,(12.00),2025-12-25", "欠费金额", "is below zero"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,12.005,2025-12-25", "欠费金额", "fraction of a fen"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,99999999999999999999,2025-12-25", "欠费金额", "too large"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,92233720368547758.08,2025-12-25", "欠费金额", "too large"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,,2025-12-25", "欠费金额", "is empty: charge needs amount"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,80,2/3/2025", "到期日", "either day or month first"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,80,2025-02-30", "到期日", "no such day"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,80,", "到期日", "is empty"),
        ("3-1-1201,物业费,8:30,2025-12-31,80,2025-12-25", "服务起日", "time of day, not a date"),
        (",物业费,2025-10-01,2025-12-31,80,2025-12-25", "房号", "is empty: charge needs place"),
    ],
)
def test_what_does_not_fit_is_located(office, table, cells, column, why):
    result = wuye.import_log(table(ARREARS, cells), "arrears", office, given=OPENING)
    assert said(result) == [(2, "unfit", column)]
    assert why in result.reports[0].reason
    assert column in result.reports[0].reason
    assert column in result.reports[0].say("zh")
    assert "：不合：" in result.reports[0].say("zh")
    assert office.table("charges").rows() == []
    assert result.sums == {}


def test_every_misfit_of_a_row_is_named_and_the_row_counted_once(office, table):
    result = wuye.import_log(table(ARREARS, "3-1-1201,物业费,2025-10-01,x,y,z"), "arrears", office, given=OPENING)
    assert said(result) == [(2, "unfit", "服务止日"), (2, "unfit", "欠费金额"), (2, "unfit", "到期日")]
    assert result.counts["unfit"] == result.rows == 1


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ("3-1-1201,停车费,2025-10-01,2025-12-31,80,2025-12-25", "费项", "no fee 停车费"),
        ("3-9-9999,物业费,2025-10-01,2025-12-31,80,2025-12-25", "房号", "unknown_place"),
        ("3-1-1201,物业费,2025-10-01,2025-09-30,80,2025-12-25", "服务止日", "before the first"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,0,2025-12-25", "欠费金额", "at least one fen"),
        ("3-1-1201,物业费,2025-10-01,2025-12-31,100000000000000.01,2025-12-25", "欠费金额", "at most"),
    ],
)
def test_what_the_manual_refuses_is_located_too(office, table, cells, column, why):
    good = "3-1-1202,物业费,2025-10-01,2025-12-31,470,2025-12-25"
    result = wuye.import_log(table(ARREARS, cells, good), "arrears", office, given=OPENING)
    assert said(result) == [(2, "refused", column)]
    assert why in result.reports[0].reason
    assert result.counts["entry"] == 1
    assert result.sums == {"charge.amount": Decimal("470.00")}, "what was refused is not in the sum"


def test_the_same_list_again_records_nothing_twice(office, table):
    rows = ["3栋1单元1201,物业管理费,2025-10-01,2025-12-31,300,2025-12-25", "3-1-1202,物业费,2025-10-01,2025-12-31,470.00,2025-12-25"]
    wuye.import_log(table(ARREARS, *rows), "arrears", office, given=OPENING)
    digest = office.digest()
    # the same, in another order and spelt otherwise, with one more row
    more = [rows[1].replace("2025-10-01", "2025/10/1"), "3-1-1201,车位费,2025-10-01,2025-12-31,80,2025-12-25", rows[0].replace("3栋1单元", "3-1-")]
    again = wuye.import_log(table(ARREARS, *rows), "arrears", office, given=OPENING)
    assert (again.recorded["duplicate"], again.recorded["accepted"]) == (2, 0)
    assert office.digest() == digest
    third = wuye.import_log(table(ARREARS, *more), "arrears", office, given=OPENING)
    assert (third.recorded["duplicate"], third.recorded["accepted"], third.recorded["refused"]) == (2, 1, 0)
    assert sum(r["amount"] for r in office.table("charges").rows()) == Decimal("850.00")


def test_a_row_that_says_otherwise_than_before_is_refused_not_booked_beside(office, table):
    row = "3-1-1201,物业费,2025-10-01,2025-12-31,300,2025-12-25"
    wuye.import_log(table(ARREARS, row), "arrears", office, given=OPENING)
    changed = wuye.import_log(table(ARREARS, row.replace("300", "310")), "arrears", office, given=OPENING)
    assert changed.counts["refused"] == 1
    assert "key_reused" in changed.problems[0].reason
    assert [r["amount"] for r in office.table("charges").rows()] == [Decimal("300.00")]


def test_a_row_that_stands_twice_is_recorded_once(office, table):
    row = "3-1-1201,物业费,2025-10-01,2025-12-31,300,2025-12-25"
    result = wuye.import_log(table(ARREARS, row, row.replace("物业费", "物业管理费")), "arrears", office, given=OPENING)
    assert said(result) == [(3, "unfit", "房号")]
    assert "stands in row 2 already" in result.reports[0].reason
    assert len(office.table("charges").rows()) == 1


def test_a_workbook_and_its_floats(office, tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.Workbook()
    book.active.title = "一期"
    head = ARREARS.split(",")
    day = datetime(2025, 10, 1)  # noqa: DTZ001
    book.active.append(head)
    book.active.append(["3-1-1201", "物业费", day, datetime(2025, 12, 31), 280.1, date(2025, 12, 25)])  # noqa: DTZ001
    book.active.append(["3-1-1202", "物业费", day, datetime(2025, 12, 31), 80.005, date(2025, 12, 25)])  # noqa: DTZ001
    book.active.append(["3-1-1202", "车位费", day, datetime(2025, 12, 31), True, date(2025, 12, 25)])  # noqa: DTZ001
    second = book.create_sheet("二期")
    second.append(head)
    second.append(["3-1-1201", "物业费", "2025-10-01", "2025-12-31", "280.10", "2025-12-25"])
    notes = book.create_sheet("说明")
    notes.append(["本表由财务导出"])
    path = tmp_path / "arrears.xlsx"
    book.save(path)
    text = Path(wuye.__file__).with_name("mappings").joinpath("arrears.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace('header = "find" ', 'sheet = "*"\nheader = "find" '), encoding="utf-8")
    result = wuye.import_log(path, own, office, given=OPENING)
    assert [(r.sheet, r.row, r.step) for r in result.reports] == [("一期", 3, "欠费金额"), ("一期", 4, "欠费金额"), ("二期", 2, "房号")]
    assert "'80.005' has a fraction of a fen" in result.reports[0].reason
    assert "stands in row 2 of sheet 一期 already" in result.reports[2].reason
    assert "已见于「一期」第 2 行" in result.reports[2].say("zh")
    assert [r["amount"] for r in office.table("charges").rows()] == [Decimal("280.10")]
    assert len(result.left_out) == 1
    assert "说明" in result.left_out[0]


def test_a_column_that_is_not_there(office, table):
    with pytest.raises(wuye.InvalidArgument, match="欠费金额") as caught:
        wuye.import_log(table("房号,费项,服务起日,欠费额,到期日", "3-1-1201,物业费,2025-10-01,3,2025-12-25"), "arrears", office, given=OPENING)
    assert "nearest is '欠费额'" in str(caught.value)
    assert office.table("charges").rows() == []
    with pytest.raises(wuye.InvalidArgument, match="two columns '房号'"):
        wuye.import_log(table(ARREARS + ",房号", "1,2,3,4,5,6,7"), "arrears", office, given=OPENING)
    # a column that nothing needs may be absent
    assert wuye.import_log(table("房号,费项,服务起日,欠费金额,到期日"), "arrears", office, given=OPENING).rows == 0


# Receipts

BANK = "交易流水号,交易时间,收入金额,支出金额,房号,付款方式,票据号"


def test_receipts_known_unknown_and_money_that_went_out(office, table):
    wuye.import_log(table(ARREARS, "3-1-1201,物业费,2025-10-01,2025-12-31,300,2025-12-25"), "arrears", office, given=OPENING)
    path = table(
        BANK,
        "A1,2026-03-05 10:00,500.00,,3-1-1201,转账,N1",
        "A2,2026-03-05 11:00,,35.00,,转账,",
        "A3,2026-03-06,235.00,,,转账,",
        "A1,2026-03-07 10:00,500.00,,3-1-1201,转账,N1",
        "A4,2026-03-07 10:00,收到,,3-1-1202,微信,N2",
        ",2026-03-07 10:00,8.00,,3-1-1202,微信,N2",
        "A5,昨天,8.00,,3-1-1202,微信,N2",
        "A6,2026-03-07 10:00,8.00,,3-1-1202,比特币,N2",
        "A7,2026-03-07 11:00,12.00,,3-1-1202,微信,",
    )
    result = wuye.import_log(path, "receipts", office, given={"by": "kuai"})
    assert said(result) == [
        (3, "ignored", ""),
        (5, "unfit", "交易流水号"),
        (6, "unfit", "收入金额"),
        (7, "unfit", "交易流水号"),
        (8, "unfit", "交易时间"),
        (9, "refused", "付款方式"),
    ]
    assert result.counts["entry"] == 3
    assert result.sums == {"receive.amount": Decimal("512.00"), "receive_unclaimed.amount": Decimal("235.00")}
    assert result.breaches == {"receive: condition [R133]": 1}, "the one without a numbered paper"
    rows = {r["at"].strftime("%d %H:%M"): r for r in office.table("receipts").rows()}
    assert (rows["05 10:00"]["allocated"], rows["05 10:00"]["balance"], rows["05 10:00"]["invoice"]) == (Decimal(300), Decimal(200), "N1")
    assert (rows["06 12:00"]["state"], rows["06 12:00"]["balance"]) == ("unclaimed", Decimal(235))
    assert set(rows) == {"05 10:00", "06 12:00", "07 11:00"}
    again = wuye.import_log(path, "receipts", office, given={"by": "kuai"})
    assert (again.recorded["duplicate"], again.recorded["accepted"]) == (3, 0)
    assert len(office.table("receipts").rows()) == 3
    assert office.verify()


@pytest.mark.parametrize("when", ["0001-01-01 00:00", "1850-03-05 10:00", "2300-01-01 10:00", "9999-12-31 23:59"])
def test_times_that_no_entry_can_have(office, table, when):
    """A slip in a year is named; it was an error of the whole import."""
    result = wuye.import_log(table(BANK, f"A1,{when},5.00,,3-1-1201,转账,N1"), "receipts", office, given={"by": "kuai"})
    assert said(result) == [(2, "unfit", "交易时间")]
    assert "years 1901 to 2199" in result.reports[0].reason


def test_rows_are_recorded_in_the_order_of_time(office, table):
    rows = [f"A{day},2026-03-0{day} 10:00,{day}.00,,3-1-1201,转账,N{day}" for day in (5, 3, 4)]
    result = wuye.import_log(table(BANK, *rows), "receipts", office, given={"by": "kuai"})
    assert [entry["key"] for entry in result.entries] == ["receipts:A3", "receipts:A4", "receipts:A5"]
    assert (result.first.day, result.last.day) == (3, 5)
    assert [r["receipt"] for r in office.table("receipts").rows()] == [r["receipt"] for r in sorted(office.table("receipts"), key=lambda r: r["at"])]


def test_a_step_of_a_case_takes_its_case_from_a_column(office, table, mapping):
    wuye.import_log(table(BANK, "A3,2026-03-06,235.00,,,转账,"), "receipts", office, given={"by": "kuai"})
    (receipt,) = office.table("receipts").rows()
    own = mapping("""
label = "claims"
layout = "list"
[time]
zone = "Asia/Shanghai"
formats = "any"
[columns]
key = "收款编号"
case = "收款编号"
at = "时间"
[case]
class = "receipt"
[[row]]
do = "claim"
actor = "wang"
fields = { place = "房号" }
""")
    rows = table(
        "收款编号,时间,房号", f"{receipt['case']},2026-03-07 10:00,3-1-1202", "receipt-999,2026-03-07 10:00,3-1-1202", ",2026-03-07 10:00,3-1-1202"
    )
    result = wuye.import_log(rows, own, office)
    assert [(r.row, r.state, r.case) for r in result.reports] == [(3, "refused", "receipt-999"), (4, "unfit", "")]
    assert [(r["payer"], r["state"]) for r in office.table("receipts").rows()] == [("p2", "prepaid")]


def test_notices_stay_current(office, table):
    """A list comes into an office that lives: its notices stay as they are, unlike after a log of the past."""
    office.record(
        do="report", by="zhao", at="2026-03-02T09:00+08:00", **{"class": "repair"}, place="3-1-1201", text="停电", urgency="emergency"
    ).require()
    wuye.import_log(table(BANK, "A1,2026-03-05 10:00,500.00,,3-1-1201,转账,N1"), "receipts", office, given={"by": "kuai"})
    found = office.notices()
    assert found
    assert {n.state for n in found} == {"current"}


def test_a_list_of_last_month_is_told_late(office, table):
    """Money received is received, with its breach; an opening balance is booked when it is told."""
    office.record(do="set_unit", by="system:setup", at="2026-04-20T09:00+08:00", place="3-1-1204").require()
    receipts = wuye.import_log(table(BANK, "A1,2026-03-05 10:00,500.00,,3-1-1201,转账,N1"), "receipts", office, given={"by": "kuai"})
    assert (receipts.counts["entry"], receipts.breaches) == (1, {"receive: too_late": 1})
    charges = wuye.import_log(table(ARREARS, "3-1-1201,物业费,2025-10-01,2025-12-31,300,2025-12-25"), "arrears", office, given=OPENING)
    assert charges.counts["refused"] == 1
    assert "too_late" in charges.problems[0].reason


# Readings

METERS = "表号,抄表日期,本期读数"
READ = {"by": "kuai", "at": "2026-04-01T09:00+08:00"}

USED = "房号,费项,计费起日,计费止日,用量"
BILLED = """
label  = "used"
layout = "list"

[time]
zone    = "Asia/Shanghai"
formats = "any"

[columns]
key = ["房号", "费项", "计费止日"]

[[row]]
do     = "bill"
fields = { place = "房号", heads = "费项", from = "计费起日", to = "计费止日", quantity = "用量" }
needs  = ["place", "quantity"]

[types]
place = "place"

[values.heads]
"水费" = ["water"]
"水电" = ["water", "electricity"]
"""


@pytest.fixture
def metered(office) -> wuye.Office:
    for meter, place, head, more in (
        ("W-1201", "3-1-1201", "water", {"fitted": "100"}),
        ("E-1201", "3-1-1201", "electricity", {"fitted": "2100"}),
        ("W-1202", "3-1-1202", "water", {"fitted": "9990", "counts_to": "10000"}),
        ("W-1203", "3-1-1203", "water", {"fitted": "0"}),
    ):
        office.record(do="set_meter", by="kuai", at="2026-03-01T00:00+08:00", meter=meter, place=place, head=head, **more).require()
    return office


def test_readings_are_charged_by_one_run(metered, table):
    path = table(
        METERS,
        "W-1201,2026-03-31,112.5",
        "E-1201,2026-03-31,2050",
        "W-1202,2026-03-31,4",
        "W-9,2026-03-31,5",
        "W-1203,2026-03-28,抄不到",
        "W-1203,2026-03-29,0.1234567",
        "W-1203,,9",
        "W-1203,2026-03-31,9",
        "W-1203,2026-04-02,10",
        "W-1201,2026-03-31,113",
    )
    result = wuye.import_log(path, "readings", metered, given=READ)
    assert said(result) == [
        (3, "refused", "read_meter"),
        (5, "refused", "read_meter"),
        (6, "unfit", "本期读数"),
        (7, "unfit", "本期读数"),
        (8, "unfit", "抄表日期"),
        (10, "refused", "抄表日期"),
    ]
    by_row = {r.row: r.reason for r in result.reports}
    assert "does not go back" in by_row[3]
    assert "there is no meter W-9" in by_row[5]
    assert "'抄不到' is not a number" in by_row[6]
    assert "more than six decimals" in by_row[7]
    assert wuye.import_log(path, "readings", metered, given=READ).recorded["accepted"] == 0
    outcome = metered.record(
        do="bill", by="kuai", at="2026-04-01T10:00+08:00", heads=["water"], **{"from": date(2026, 3, 1), "to": date(2026, 3, 31)}
    ).require()
    assert outcome.facts == {"amount": 4485 + 4830, "charges": 2, "unbilled": 1}, "two meters, and one whose home has no payer"
    charges = {c["meter"]: c for c in metered.table("charges").rows()}
    assert [(c["reading_from"], c["reading_to"], c["quantity"]) for c in charges.values()] == [("100", "113", "13"), ("9990", "4", "14")], (
        "read again: the last stands"
    )
    (left,) = metered.table("unbilled").rows()
    assert (left["place"], left["reason"]) == ("3-1-1203", "no_payer")
    assert [(r["meter"], r["day"], r["reading"]) for r in metered.table("readings").rows()][-1] == ("W-1203", date(2026, 3, 31), "9")


def test_days_that_were_billed_before_are_named(office, table, mapping):
    given = {"by": "kuai", "at": "2026-04-15T09:00+08:00"}
    first = wuye.import_log(table(USED, "3-1-1201,水费,2026-03-15,2026-04-14,10"), mapping(BILLED), office, given=given)
    assert first.ok
    assert [r["amount"] for r in office.table("charges").rows()] == [Decimal("34.50")], "once, though it lies in two months"
    result = wuye.import_log(table(USED, "3-1-1201,水费,2026-04-14,2026-04-15,2"), mapping(BILLED), office, given=given)
    assert said(result) == [(2, "unbilled", "bill")]
    assert not result.ok
    assert "已出过账，见 " in result.reports[0].say("zh")
    assert len(office.table("charges").rows()) == 1


def test_a_row_that_is_left_unbilled_twice_is_one_row(office, table, mapping):
    rows = ["3-1-1203,水电,2026-03-01,2026-03-31,9", "3-1-1201,水费,2026-03-01,2026-03-15,10", "3-1-1201,水费,2026-03-16,2026-03-31,10"]
    result = wuye.import_log(table(USED, *rows), mapping(BILLED), office, given=READ)
    assert said(result) == [(2, "unbilled", "bill"), (2, "unbilled", "bill")]
    assert (result.counts["unbilled"], result.counts["entry"]) == (1, 2)
    assert [e["key"].rsplit("/", 1)[1] for e in result.entries] == ["2026-03-31", "2026-03-15", "2026-03-31"]
    again = wuye.import_log(table(USED, *rows), mapping(BILLED), office, given=READ)
    assert again.recorded["accepted"] == 0
    assert [r.row for r in again.reports if r.state == "unbilled"] == [2, 2], "what it left unbilled is told again"


# Answers

FORMS = "问卷编号,房号,总体评价"
ANSWERS = ["1,a,满意", "2,b,较满意", "3,c,不满意", "4,d,还行", "5,e,", "1,a,满意", ",f,满意"]


def survey(office: wuye.Office, issued: int = 8) -> None:
    office.record(
        do="plan_survey",
        by="chen",
        at="2026-04-16T09:00+08:00",
        case="s1",
        class_="survey",
        measured="2026-06-01",
        instrument="csi_form",
        issue_on="2026-06-01",
    ).require()
    office.record(do="issue_forms", by="chen", at="2026-06-01T09:00+08:00", case="s1", homes=issued, issued=issued).require()


def test_answers_become_one_count(office, table):
    survey(office)
    given = {"by": "wang", "at": "2026-06-20T09:00+08:00", "case": "s1"}
    result = wuye.import_log(table(FORMS, *ANSWERS), "survey", office, given=given)
    assert said(result) == [(5, "unfit", "总体评价"), (6, "unfit", "总体评价"), (7, "unfit", "问卷编号"), (8, "unfit", "问卷编号")]
    assert "'还行' is none of 满意, 较满意, 一般, 不满意" in result.reports[0].reason
    assert "空白" in result.reports[1].say("zh")
    fields = json.loads(next(r for r in office.table("cases").rows() if r["case"] == "s1")["fields"])
    assert (fields["returned"], fields["answered"], fields["satisfied"]) == (5, 3, 2), "spoilt forms came back, what stands twice did not"
    assert result.entries[0]["key"] == "survey:count_answers:case=s1", "another survey's list is another count"
    again = wuye.import_log(table(FORMS, *ANSWERS), "survey", office, given=given)
    assert (again.recorded["duplicate"], again.recorded["accepted"]) == (1, 0)
    # a list that has grown says something else: nothing is counted a second time
    grown = wuye.import_log(table(FORMS, *ANSWERS, "9,g,满意"), "survey", office, given=given)
    assert grown.recorded["refused"] == 1
    assert (grown.counts["refused"], grown.counts["unfit"]) == (4, 4), "each row that was counted is refused"


def test_a_survey_without_its_column(office, table):
    survey(office)
    given = {"by": "wang", "at": "2026-06-20T09:00+08:00", "case": "s1"}
    with pytest.raises(wuye.InvalidArgument, match="column '总体评价'"):
        wuye.import_log(table("问卷编号,总体满意度", "1,满意"), "survey", office, given=given)


def test_more_answers_than_forms_are_refused_with_every_row(office, table):
    survey(office, issued=2)
    given = {"by": "wang", "at": "2026-06-20T09:00+08:00", "case": "s1"}
    result = wuye.import_log(table(FORMS, *ANSWERS[:3]), "survey", office, given=given)
    assert result.counts["refused"] == 3
    assert "R348" in result.problems[0].reason


def test_counts_of_several_zones(office, table, mapping):
    own = mapping("""
label = "spot"
layout = "list"
[time]
zone = "Asia/Shanghai"
formats = "any"
[[row]]
do = "post_counts"
at = "日期"
time = "18:00"
actor = "wang"
fields = { zone = "片区" }
with = { origin = "spot_check", measured = "2026-03-10" }
[row.count]
answered = { "评价" = ["满意", "不满意"] }
satisfied = { "评价" = "满意" }
""")
    rows = ["片区,日期,评价", "A,2026-03-10,满意", "B,2026-03-10,不满意", "A,2026-03-11,满意", "A,2026-03-11,不满意", "B,不详,满意"]
    result = wuye.import_log(table(*rows), own, office)
    assert said(result) == [(6, "unfit", "日期")]
    posted = {r["zone"]: (r["satisfied"], r["answered"], r["opened_at"].day) for r in office.table("cases").rows()}
    assert posted == {"A": (2, 3, 11), "B": (0, 1, 10)}
    assert result.cases == 2


# The mapping

LIST = """\
label = "money"
layout = "list"
[time]
zone = "Asia/Shanghai"
formats = ["iso", "%Y%m%d"]
[columns]
key = "号"
at = "时间"
by = "经手"
[[row]]
where = { "类" = ["收", "入"] }
do = "receive"
fields = { amount = "金额", place = "房号", method = "方式" }
with = { method = "cash" }
[[row]]
where = { "类" = "" }
ignore = "no kind"
"""
GOOD = LIST.replace(', method = "方式"', "")


def test_rules_take_the_rows_that_are_theirs(office, table, mapping):
    rows = ["号,时间,经手,类,金额,房号", "1,2026-03-02T10:00,kuai,收,5.00,3-1-1201", "2,20260303,kuai,入,6,3-1-1201"]
    rows += ["3,2026-03-04,kuai,,7,3-1-1201", "4,2026-03-05,kuai,退,8,3-1-1201", "5,2026/3/5,,收,9,3-1-1201"]
    result = wuye.import_log(table(*rows), mapping(GOOD), office)
    assert said(result) == [(4, "ignored", ""), (5, "unfit", ""), (6, "unfit", "时间"), (6, "unfit", "经手")]
    assert result.reports[0].reason == "no kind"
    assert "no [[row]]" in result.reports[1].reason
    assert [(r["amount"], r["at"].hour) for r in office.table("receipts").rows()] == [(Decimal(5), 10), (Decimal(6), 0)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('key = "号"', "key = 1", "word, or a list of words"),
        ('do = "receive"', "", "either 'do'"),
        ('do = "receive"', 'do = "receive"\nignore = "x"', "either 'do'"),
        ('do = "receive"', 'dot = "receive"', "nearest is 'do'"),
        ('where = { "类" = ["收", "入"] }', "", r"\[\[row\]\] 2 is never reached"),
        ('"金额"', '["金额", "贷方"]', "amount takes one column, not 金额, 贷方"),
        ("with = {", "with = { amount = 5,", "amount is given twice"),
        ("with = {", 'needs = ["note"]\nwith = {', "needs is a list of names among its fields"),
        ("with = {", 'count = { satisfied = ["a"] }\nwith = {', "satisfied is '\\*' for all rows"),
        ("[time]", 'repeat = "count"\n[time]', "a list takes no 'repeat'"),
        ("[time]", "[tasks]\n[time]", "a list takes no 'tasks'"),
        ('layout = "list"', 'layout = "wide"', "takes no key 'key'"),
        ('key = "号"', "", "needs 'key'"),
        ('at = "时间"', 'task = "时间"', "takes no key 'task'"),
    ],
)
def test_bad_mappings_say_what_is_wrong(mapping, old, new, says):
    assert old in GOOD
    with pytest.raises(wuye.InvalidArgument, match=says):
        mapping(GOOD.replace(old, new, 1))


def test_a_log_has_no_rows_of_a_list(mapping):
    with pytest.raises(wuye.InvalidArgument, match=r"only a list has \[\[row\]\]"):
        mapping(LIST.replace('layout = "list"', 'layout = "wide"').replace('key = "号"', "") + '[[step]]\nat = "时间"\ndo = "report"\nactor = "li"\n')


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"receive"', '"recieve"', "no action 'recieve'; the nearest is 'receive'"),
        ('place = "房号"', 'plaice = "房号"', "no field 'plaice'; the nearest is 'place'"),
        ('with = { method = "cash" }', "", "receive needs method, which no column and no value gives"),
        ('at = "时间"', "", "say when it was"),
        ('by = "经手"', "", "say who it is by"),
        ('do = "receive"', 'do = "claim"', "no field|done on a case"),
    ],
)
def test_the_manual_is_asked_before_the_first_row(office, table, mapping, old, new, says):
    assert old in GOOD
    with pytest.raises(wuye.InvalidArgument, match=says):
        wuye.import_log(table("号,时间,经手,类,金额,房号", "1,2026-03-02,kuai,收,5.00,3-1-1201"), mapping(GOOD.replace(old, new, 1)), office)
    assert office.table("receipts").rows() == []


def test_what_the_manual_supplies_need_not_be_given(table, mapping, tmp_path):
    layer = tmp_path / "cash.toml"
    layer.write_text('name = "cash"\nextends = "standard"\n[procedure.receipt.field.method]\ndefault = "cash"\n', encoding="utf-8")
    with fill(wuye.memory(wuye.Manual.load(layer))) as office:
        rows = table("号,时间,经手,类,金额,房号", "1,2026-03-02,kuai,收,5.00,3-1-1201")
        wuye.import_log(rows, mapping(GOOD.replace('with = { method = "cash" }', "")), office)
        assert [r["method"] for r in office.table("receipts").rows()] == ["cash"]


def test_what_is_given_beside_the_list(office, table, mapping):
    rows = table("号,时间,经手,类,金额,房号", "1,2026-03-02,kuai,收,5.00,3-1-1201")
    result = wuye.import_log(rows, mapping(GOOD), office, given={"by": "zhao", "method": "card", "invoice": "N7"})
    assert result.ok
    (receipt,) = office.table("receipts").rows()
    assert (receipt["method"], receipt["invoice"]) == ("card", "N7")
    assert result.entries[0]["by"] == "zhao"
    assert result.entries[0]["key"] == "money:1:invoice=N7:method=card"
    with pytest.raises(wuye.InvalidArgument, match="amount is given, and the list has a column for it"):
        wuye.import_log(rows, mapping(GOOD), office, given={"amount": 5})
    with pytest.raises(wuye.InvalidArgument, match="no field 'colour'"):
        wuye.import_log(rows, mapping(GOOD), office, given={"colour": "red"})
    with pytest.raises(wuye.InvalidArgument, match="no offset"):
        wuye.import_log(rows, mapping(GOOD), office, given={"at": "2026-03-02T10:00"})
    with pytest.raises(wuye.InvalidArgument, match="only a list"):
        wuye.import_log(rows, "helpdesk", office, given={"by": "zhao"})


def test_keys_of_several_columns_are_never_mistaken(office, table, mapping):
    own = GOOD.replace('key = "号"', 'key = ["号", "类"]').replace('["收", "入"]', '["收", "b/收"]')
    rows = table("号,时间,经手,类,金额,房号", "a,2026-03-02,kuai,b/收,5.00,3-1-1201", "a/b,2026-03-02,kuai,收,5.00,3-1-1201")
    result = wuye.import_log(rows, mapping(own), office)
    assert result.recorded["accepted"] == 2


def test_a_list_leaves_the_office_its_manual(tmp_path, table):
    layer = tmp_path / "ours.toml"
    layer.write_text('name = "ours"\nextends = "standard"\n[fee.management]\ndue_day = 10\n', encoding="utf-8")
    ours = wuye.Manual.load(layer)
    office = fill(wuye.memory(ours))
    wuye.import_log(table(BANK, "A1,2026-03-05 10:00,500.00,,3-1-1201,转账,N1"), "receipts", office, given={"by": "kuai"})
    assert office.manual.hash == ours.hash


def test_entries_for_any_host(office, table, tmp_path):
    rows = table(ARREARS, "3-1-1201,物业费,2025-10-01,2025-12-31,300,2025-12-25", "3-1-1202,物业费,2025-10-01,2025-12-31,470,2025-12-25")
    out = tmp_path / "out.jsonl"
    made = wuye.import_log(rows, "arrears", entries=out, given=OPENING)
    assert made.recorded == {}
    other = fill(wuye.memory(seed="lists"))
    other.record_lines(out.read_bytes())
    wuye.import_log(rows, "arrears", office, given=OPENING)
    assert other.digest() == office.digest()


def test_from_the_command_line(tmp_path, table, capsys):
    path = str(tmp_path / "garden.db")
    with wuye.open(path, seed="lists") as office:
        fill(office)
    rows = table(ARREARS, "3-1-1201,物业费,2025-10-01,2025-12-31,300,2025-12-25", "3-1-1202,物业费,2025-10-01,2025-12-31,abc,2025-12-25")
    call = ["import", str(rows), "--mapping", "arrears", "--office", path, "--by", "kuai", "--at", OPENING["at"]]
    report = tmp_path / "report.csv"
    assert main([*call, "--report", str(report), "--lang", "zh"]) == 1
    shown = capsys.readouterr().out
    assert "第 3 行：不合：「欠费金额」：「abc」不是数字" in shown
    assert "charge.amount: 300.00" in shown
    assert "欠费金额" in report.read_text(encoding="utf-8")
    assert main([*call, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["recorded"]["duplicate"], told["counts"]["unfit"], told["sums"]) == (1, 1, {"charge.amount": "300.00"})
    with wuye.open(path) as office:
        survey(office)
    forms = table(FORMS, *ANSWERS[:3], name="forms.csv")
    assert (
        main(["import", str(forms), "--mapping", "survey", "--office", path, "--case", "s1", "--by", "wang", "--at", "2026-06-20T09:00+08:00"]) == 0
    )
    capsys.readouterr()
    bank = table(BANK, "A1,2026-03-05 10:00,500.00,,3-1-1201,转账,", name="bank.csv")
    receipts = ["import", str(bank), "--mapping", "receipts", "--by", "kuai", "--with", "payer=p1", "--lang", "en"]
    assert main([*receipts, "--office", path, "--dry-run"]) == 0
    assert "receive.amount: 500.00" in capsys.readouterr().out
    with wuye.open(path, read_only=True) as office:
        assert office.table("receipts").rows() == []
    assert main([*receipts, "--office", str(tmp_path / "gardn.db")]) == 2
    assert not (tmp_path / "gardn.db").exists()
    assert main([*receipts, "--office", path]) == 0
    with wuye.open(path, read_only=True) as office:
        assert [r["payer"] for r in office.table("receipts").rows()] == ["p1"]
    assert main(["import", str(bank), "--mapping", "receipts", "--office", path]) == 2
    assert "say who it is by" in capsys.readouterr().err


# Numbers


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (5, "5"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e16, "1E+16"),
        ("1,234,567.8", "1234567.8"),
        ("￥ 12", "12"),
        ("+3", "3"),
        ("-3.50", "-3.50"),
        (Decimal("2.50"), "2.50"),
        ("１２", "12"),
    ],
)
def test_numbers_in_cells(cell, number):
    assert read_number(cell) == Decimal(number)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "12abc",
        "1,23",
        "12,3456",
        "1_000",
        "NaN",
        "inf",
        "1e3",
        "0x10",
        "--1",
        "(-3)",
        "(3",
        "3)",
        "三",
        ".5",
        "5.",
        True,
        float("nan"),
        float("inf"),
        None,
        date(2026, 3, 1),
    ],
)
def test_cells_that_are_no_numbers(cell):
    with pytest.raises(NoNumber):
        read_number(cell)
