"""Foreign logs: every row is accounted for, whatever is in it."""

from __future__ import annotations

import json

import pytest

import wuye
from wuye.importing import LogMapping, carried

EVENTS = """\
label = "orders"
[time]
zone = "Asia/Shanghai"
formats = ["%Y/%m/%d %H:%M", "iso"]
[columns]
case = "工单号"
task = "步骤"
by = "操作人"
at = "时间"
[case]
class = "repair"
prefix = "GD-"
[values.urgency]
"紧急" = "emergency"
"一般" = ""
[values.by]
"小李" = "li"
[tasks]
"报修" = { opens = "report", fields = { place = "房号", text = "内容", urgency = "级别" } }
"派单" = { do = "dispatch", stage = "dispatched", fields = { worker = "维修工" } }
"到场" = { do = "arrive", stage = "on_site" }
"联系" = { do = "contact", stage = "reported" }
[strays]
"备注" = "not a step"
"""
HEAD = "工单号,步骤,操作人,时间,房号,内容,级别,维修工\n"
ROWS = """\
1,报修,小李,2026/03/02 10:00,3-1201,水龙头漏水,一般,
1,派单,小李,2026/03/02 10:05,,,,sun
1,到场,sun,2026/03/02 11:00,,,,
2,派单,小李,2026/03/02 10:10,,,,sun
2,到场,sun,2026/03/02 10:40,,,,
3,报修,小李,2026/03/02 12:00,3-1202,停电,紧急,
3,联系,小李,2026/03/02 12:01,,,,
3,联系,小李,2026/03/02 12:02,,,,
3,备注,小李,2026/03/02 12:03,,,,
3,飞走,小李,2026/03/02 12:04,,,,
3,派单,小李,yesterday,,,,sun
,派单,小李,2026/03/02 12:05,,,,sun
3,派单,,2026/03/02 12:05,,,,sun
"""


@pytest.fixture
def mapping(tmp_path):
    def make(text: str = EVENTS) -> LogMapping:
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return LogMapping.load(path)

    return make


@pytest.fixture
def log(tmp_path):
    def make(text: str = HEAD + ROWS, encoding: str = "utf-8", name: str = "log.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


def test_every_row_is_in_one_count(log, mapping, office):
    result = wuye.import_log(log(), mapping(), office)
    assert result.rows == 13 == sum(result.counts.values())
    assert result.counts == {"entry": 7, "opening": 1, "repeat": 0, "unbilled": 0, "ignored": 1, "unfit": 4, "refused": 0}
    assert [(r.row, r.state) for r in result.reports] == [(5, "opening"), (10, "ignored"), (11, "unfit"), (12, "unfit"), (13, "unfit"), (14, "unfit")]
    assert all(r.reason for r in result.reports)
    assert not result.ok
    assert "飞走" in str(result.problems[0])
    cases = {r["case"]: r["stage"] for r in office.table("cases")}
    assert cases == {"GD-1": "on_site", "GD-2": "on_site", "GD-3": "reported"}
    assert result.recorded["refused"] == 0
    assert "13" in str(result)


def test_again_makes_duplicates(log, mapping, office):
    wuye.import_log(log(), mapping(), office)
    digest = office.digest()
    again = wuye.import_log(log(), mapping(), office)
    assert again.recorded["duplicate"] == 9
    assert again.recorded["accepted"] == 0
    assert office.digest() == digest


def test_what_the_office_refuses_is_reported_by_row(log, mapping, office):
    result = wuye.import_log(log(HEAD + "9,报修,小李,2026/03/02 10:00,3-1201,漏水,不详,\n9,联系,小李,2026/03/02 10:01,,,,\n"), mapping(), office)
    assert result.counts["refused"] == 2 == result.recorded["refused"]
    assert result.rows == sum(result.counts.values())
    assert [r.row for r in result.problems] == [2, 3]
    assert "urgency" in str(result.problems[0])


def test_entries_for_any_host(log, mapping, tmp_path, office):
    from conftest import settle

    out = tmp_path / "out.jsonl"
    made = wuye.import_log(log(), mapping(), entries=out)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(made.entries) == 9
    assert made.recorded == {}
    assert json.loads(lines[0])["key"] == "orders:2"
    assert json.loads(lines[0])["source"] == "orders"
    wuye.import_log(log(), mapping(), office)
    with settle(wuye.memory(seed="test")) as other:
        other.record_lines(out.read_bytes())
        assert other.digest() == office.digest()


def test_batches_make_no_difference(log, mapping):
    from conftest import settle

    digests = set()
    for chunk in (1, 3, 1000):
        with settle(wuye.memory(seed="x")) as office:
            wuye.import_log(log(), mapping(), office, chunk=chunk)
            digests.add(office.digest())
    assert len(digests) == 1


def test_sorted_by_time_then_row(log, mapping):
    rows = ROWS.splitlines(keepends=True)
    shuffled = HEAD + "".join(reversed(rows[:3]))
    entries = wuye.import_log(log(shuffled), mapping()).entries
    assert [e["do"] for e in entries] == ["report", "dispatch", "arrive", "settle_notices"]
    same = HEAD + rows[0] + rows[1].replace("10:05", "10:00") + rows[2].replace("11:00", "10:00")
    assert [e["do"] for e in wuye.import_log(log(same), mapping()).entries] == ["report", "dispatch", "arrive", "settle_notices"]


def test_repeats(log, mapping):
    text = EVENTS.replace('label = "orders"', 'label = "orders"\nrepeat = "count"')
    result = wuye.import_log(log(), mapping(text))
    assert result.counts["repeat"] == 1
    assert [r.row for r in result.reports if r.state == "repeat"] == [9]
    one = text.replace('"联系" = { do', '"联系" = { repeat = "record", do')
    assert wuye.import_log(log(), mapping(one)).counts["repeat"] == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(log, mapping, encoding):
    text = EVENTS.replace("[time]", f'[file]\nencoding = "{encoding}"\n[time]')
    assert wuye.import_log(log(encoding=encoding), mapping(text)).rows == 13


def test_a_wrong_encoding_is_located(log, mapping):
    ascii_first = "工单号".join(["", HEAD.replace("工单号", "")]) if False else HEAD
    path = log(ascii_first + ROWS, "gb18030")
    with pytest.raises(wuye.InvalidArgument, match="gb18030") as caught:
        wuye.import_log(path, mapping())
    assert caught.value.line == 1
    english = "case,task,by,at\n1,a,b,c\n2,\u6d3e,b,c\n"
    text = 'label="x"\n[time]\nzone="UTC"\n[columns]\ncase="case"\ntask="task"\nby="by"\nat="at"\n'
    with pytest.raises(wuye.InvalidArgument, match="row 3 is not utf-8") as caught:
        wuye.import_log(log(english, "gb18030"), mapping(text))
    assert (caught.value.line, caught.value.column) == (3, 3)
    with pytest.raises(wuye.InvalidArgument, match="klingon"):
        wuye.import_log(log(), mapping(EVENTS.replace("[time]", '[file]\nencoding = "klingon"\n[time]')))


def test_broken_tables(log, mapping, tmp_path):
    with pytest.raises(wuye.InvalidArgument, match="步骤"):
        wuye.import_log(log("工单号,步聚,操作人,时间,房号,内容,级别,维修工\n"), mapping())
    with pytest.raises(wuye.InvalidArgument, match="empty"):
        wuye.import_log(log(""), mapping())
    with pytest.raises(wuye.InvalidArgument, match="row"):
        wuye.import_log(log(HEAD + '1,"报修'), mapping())
    with pytest.raises(wuye.NotFound):
        wuye.import_log(tmp_path / "absent.csv", mapping())
    with pytest.raises(wuye.NotFound):
        wuye.import_log(log(), tmp_path / "absent.toml")
    assert wuye.import_log(log(HEAD), mapping()).rows == 0
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"not a book")
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    with pytest.raises(wuye.InvalidArgument, match="xlsx"):
        wuye.import_log(bad, mapping())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('label = "orders"', "", "label"),
        ("[tasks]", "[taks]", "tasks"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shangai"', "Shangai"),
        ('zone = "Asia/Shanghai"', "", "zone"),
        ("{ opens = ", "{ openz = ", "opens"),
        ('task = "步骤"', "", "task"),
        ('"到场" = { do = "arrive", stage = "on_site" }', '"到场" = { stage = "on_site" }', "needs"),
        ('label = "orders"', 'label = "orders"\nlayout = "round"', "layout"),
        ('label = "orders"', 'label = "orders', "mapping.toml:1"),
        ("[strays]", '[types]\nquote = "float"\n[strays]', "types"),
        ('"备注" =', '"报修" =', "both"),
    ],
)
def test_bad_mappings_say_what_is_wrong(mapping, old, new, says):
    with pytest.raises(wuye.InvalidArgument, match=says):
        mapping(EVENTS.replace(old, new))


WIDE = """\
label = "wide"
layout = "wide"
[file]
sheet = "工单"
[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M"]
[columns]
case = "单号"
by = "受理人"
[case]
class = "repair"
[types]
quote = "money"
agreed = "money"
promised = "instant"
[[step]]
at = "报修"
opens = "report"
fields = { place = "房号", text = "内容", promised = "约定" }
[[step]]
at = "派单"
do = "dispatch"
fields = { worker = "维修工" }
[[step]]
at = "报价"
do = "quote"
by = "维修工"
fields = { quote = "金额" }
[status]
column = "状态"
map = { "已完成" = "", "进行中" = "", "已取消" = { do = "cancel", at = "更新", actor = "li", with = { reason = "导入" } } }
"""
WIDE_HEAD = ["单号", "受理人", "房号", "内容", "约定", "报修", "维修工", "派单", "报价", "金额", "状态", "更新"]
WIDE_ROWS = [
    ["W1", "li", "3-1201", "漏水", "", "2026-03-02 09:00", "sun", "2026-03-02 09:05", "2026-03-02 10:00", "¥1,280.50", "进行中", ""],
    ["W2", "li", "3-1202", "跳闸", "2026-03-03 10:00", "2026-03-02 09:30", "", "", "", "", "已取消", "2026-03-02 11:00"],
    ["W3", "li", "3-1202", "跳闸", "", "2026-03-02 12:00", "sun", "2026-03-02 12:01", "2026-03-02 13:00", "1.005", "已完成", ""],
    ["W4", "li", "3-1202", "跳闸", "", "2026-03-02 12:00", "", "", "", "", "蒸发", ""],
]


def test_wide_csv(tmp_path, mapping, office):
    path = tmp_path / "wide.csv"
    path.write_text("\n".join('"' + '","'.join(r) + '"' for r in [WIDE_HEAD, *WIDE_ROWS]), encoding="utf-8")
    result = wuye.import_log(path, mapping(WIDE), office)
    assert result.rows == 4 == sum(result.counts.values())
    assert result.counts["unfit"] == 2
    assert {e["key"] for e in result.entries if e["do"] != "settle_notices"} == {
        "wide:2:1",
        "wide:2:2",
        "wide:2:3",
        "wide:3:1",
        "wide:3:2",
        "wide:4:1",
        "wide:4:2",
    }
    assert next(e for e in result.entries if e["do"] == "quote")["quote"] == 128050
    assert next(e for e in result.entries if e["do"] == "report" and e["case"] == "W2")["promised"] == "2026-03-03T02:00:00+00:00"
    assert {r["case"]: r["stage"] for r in office.table("cases")} == {"W1": "quoted", "W2": "cancelled", "W3": "dispatched"}


def test_wide_xlsx(tmp_path, mapping, office):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    from datetime import datetime

    book = openpyxl.Workbook()
    book.create_sheet("工单")
    sheet = book["工单"]
    sheet.append(WIDE_HEAD)
    for row in WIDE_ROWS[:2]:
        sheet.append([datetime.strptime(c, "%Y-%m-%d %H:%M") if c[:5] == "2026-" else c or None for c in row])  # noqa: DTZ007
    path = tmp_path / "wide.xlsx"
    book.save(path)
    result = wuye.import_log(path, mapping(WIDE), office)
    assert result.ok
    assert result.rows == 2
    assert result.recorded["accepted"] == 6
    with pytest.raises(wuye.InvalidArgument, match="工单"):
        wuye.import_log(path, mapping(WIDE.replace('sheet = "工单"', 'sheet = "报修"')))


def test_times_of_all_kinds(mapping, log):
    def first(stamp: str, zone: str = "Europe/Rome", conversions: int = 0) -> str:
        text = EVENTS.replace("Asia/Shanghai", zone).replace("[columns]", f"conversions = {conversions}\n[columns]")
        return wuye.import_log(log(HEAD + f"1,报修,小李,{stamp},3-1201,漏水,一般,\n"), mapping(text)).entries[0]["at"]

    assert first("2012-07-02T10:00:00") == "2012-07-02T08:00:00+00:00"
    assert first("2012-07-02T10:00:00+08:00") == "2012-07-02T02:00:00+00:00"
    assert first("2012-07-02T10:00:00Z") == "2012-07-02T10:00:00+00:00"
    assert first("2012-03-25T02:30:00") == "2012-03-25T01:30:00+00:00", "skipped: one offset change later, 03:30"
    assert first("2012-10-28T02:30:00") == "2012-10-28T00:30:00+00:00", "twice: the first"
    assert first("2012-07-02T10:00:00", conversions=1) == "2012-07-02T10:00:00+00:00"
    assert first("2012-07-02T04:30:00", conversions=2) == "2012-07-02T06:30:00+00:00", "08:30 in Rome"
    assert first("2012-01-02T06:30:00", conversions=2) == "2012-01-02T07:30:00+00:00", "08:30 in Rome"


def test_the_manual_that_the_mapping_names_is_adopted(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(
        "caseid,task,user,end_timestamp\n8,Assign seriousness,Value 8,2010-12-22T06:35:14\n9,Closed,Value 2,2010-12-22T07:00:00\n", encoding="utf-8"
    )
    with wuye.memory() as office:
        result = wuye.import_log(log, "helpdesk", office)
        assert result.ok
        assert office.manual.name == "helpdesk"
        assert result.counts["opening"] == 1
        assert wuye.import_log(log, "helpdesk", office).recorded["duplicate"] == len(result.entries)
        assert {r["case"]: r["stage"] for r in office.table("cases")} == {"HD-8": "assessed", "HD-9": "closed"}


def test_carried_mappings():
    assert carried() == ["arrears", "helpdesk", "readings", "receipts", "roster", "survey"]
    with pytest.raises(wuye.NotFound, match="helpdesk"):
        LogMapping.load("helpdeks")


def test_notices_of_the_past_are_settled(log, mapping, office):
    late = HEAD + ROWS.splitlines(keepends=True)[0] + "1,联系,小李,2026/03/20 10:00,,,,\n"
    result = wuye.import_log(log(late), mapping(), office)
    assert result.notices > 3
    assert {n.state for n in office.notices()} == {"settled"}
    assert office.verify()


def test_notices_may_stay_current(log, mapping, office):
    late = HEAD + ROWS.splitlines(keepends=True)[0] + "1,联系,小李,2026/03/20 10:00,,,,\n"
    wuye.import_log(log(late), mapping(EVENTS.replace("[time]", "settle = false\n[time]", 1)), office)
    assert "current" in {n.state for n in office.notices()}
