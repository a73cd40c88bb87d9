"""A spreadsheet as offices make them, looked at for the first time; and the rates of a frame."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

import pytest

import wuye
from wuye.cells import Hint, NoTime, hint_of, is_total, place_of, read_time
from wuye.cli import main
from wuye.importing import LogMapping
from wuye.roles import ROLES, role_of

TITLES = [
    "工单号",
    "日期",
    "报修时间",
    "房号",
    "报修内容",
    "派单时间",
    "到场时间",
    "完成时间",
    "处理人",
    "受理人",
    "回访时间",
    "回访方式",
    "满意度",
    "状态",
]


@pytest.fixture
def book(tmp_path):
    """A year's workbook: a title above the titles, merged dates, a total row, mixed dates, a sheet a month, and a sheet of remarks."""
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    made = openpyxl.Workbook()
    march = made.active
    march.title = "3月"
    march.append(["翡翠园管理处2026年报修台账"])
    march.merge_cells("A1:N1")
    march.append(TITLES)
    done = datetime(2026, 3, 2, 14)  # noqa: DTZ001 - as cells hold it
    march.append(["W1", date(2026, 3, 2), "9:00", "3栋1单元1201", "漏水", "9:10", "10:30", done, "孙工", "小李", "3月3日", "电话", "满意", "已完成"])
    march.append(["W2", None, "22:50", "3#1-1202", "跳闸", time(23, 30), "0:20", "2026年3月3日 9:00", "孙工", "小李", "", "", "", "已完成"])
    march.merge_cells("B3:B4")
    march.append(["W3", "3月4日", "2026/3/4 14:05", "3-1-1203", "门锁", 46085.6, "昨天", "", "何工", "小李", "", "", "", "处理中"])
    march.append(["小计", 3])
    march.append(TITLES)
    march.append(["W6", date(2026, 3, 5), "10:00", "3-1-1203", "门锁", "9:00", "", "", "何工", "小李", "", "", "", "处理中"])
    march.append(["合计", 4])
    april = made.create_sheet("4月")
    april.append(["工单号", "报修时间", "房号", "报修内容", "派单时间", "完成时间", "处理人", "受理人", "回访时间", "状态"])
    april.append(["W4", "4月2日 10:00", "4号楼501", "漏水", "4月2日 10:05", "4月3日 11:00", "孙工", "小王", "4月5日 9:00", "已完成"])
    april.append(["W5", "4月2日 11:00", "4号楼502", "漏水", "4月2日 12:05", "", "孙工", "小王", "", "已取消"])
    made.create_sheet("说明").append(["本表由前台填写"])
    path = tmp_path / "orders.xlsx"
    made.save(path)
    return path


def test_a_workbook_as_offices_make_them(book):
    seen = wuye.look(book)
    assert seen.sheets == (("3月", 2), ("4月", 1))
    assert {c.title: c.role for c in seen.columns}["满意度"] == "satisfied"
    assert {c.role for c in seen.columns} >= {"case", "date", "reported", "dispatched", "arrived", "finished", "called", "channel", "place", "worker"}
    assert seen.result.counts == {"entry": 4, "opening": 0, "repeat": 0, "unbilled": 0, "ignored": 3, "unfit": 2, "refused": 0}
    assert [(r.sheet, r.row, r.state) for r in seen.result.reports] == [
        ("3月", 5, "unfit"),
        ("3月", 6, "ignored"),
        ("3月", 7, "ignored"),
        ("3月", 8, "unfit"),
        ("3月", 9, "ignored"),
    ]
    assert "昨天" in str(seen.misfits[0])
    assert "「昨天」不是时间" in seen.misfits[0].say("zh")
    assert seen.misfits[1].step == "派单时间"
    assert "before" in seen.misfits[1].reason
    entries = {(e["case"], e["do"]): e for e in seen.result.entries if "case" in e}
    assert entries["W1", "report"]["at"] == "2026-03-02T01:00:00+00:00"
    assert entries["W2", "report"]["at"] == "2026-03-02T14:50:00+00:00", "the merged date"
    assert entries["W2", "arrive"]["at"] == "2026-03-02T16:20:00+00:00", "after midnight: the next day"
    assert entries["W3", "dispatch"]["at"] == "2026-03-04T06:24:00+00:00", "an Excel serial"
    assert entries["W4", "report"]["at"] == "2026-04-02T02:00:00+00:00", "the year from the title of the other sheet"
    assert [entries[f"W{n}", "report"]["place"] for n in range(1, 5)] == ["3-1-1201", "3-1-1202", "3-1-1203", "4-501"]
    assert entries["W1", "report"]["key"] == "look-orders:3月:3:1"
    assert ("W5", "cancel") in entries


def test_rates_with_their_cases_and_what_is_missing(book):
    rates = wuye.look(book).rates
    dispatch = rates["dispatch_timeliness"]
    assert (dispatch.done, dispatch.due, dispatch.late) == (3, 6, 2)
    assert dispatch.value == Fraction(1, 2)
    assert {c.case for c in dispatch.why() if c.on_time} == {"W1", "W2", "W4"}, "W2 at night: by 08:45"
    assert (rates["repair.finish"].done, rates["repair.finish"].due) == (3, 5)
    assert rates["callback_share"].value == Fraction(2, 3)
    assert rates["satisfaction"].percent == Decimal("100.00")
    assert [str(s) for s in rates.by("month") if s.metric == "callback_share"] == ["50.00 % (1/2)", "100.00 % (1/1)"]
    assert {s.who for s in rates.by("who") if s.metric == "dispatch_timeliness"} >= {"小李", "小王"}
    with pytest.raises(wuye.InvalidArgument, match="zone"):
        rates.by("zone")
    check = next(m for m in rates.missing if m.metric == "repair.check")
    assert check.say("zh") == "检查完结：缺「检查时间」列"
    with pytest.raises(KeyError, match="checked"):
        rates["repair.check"]
    assert "检查时间" in rates.table("zh")


def test_the_saved_mapping_is_what_was_looked_at(book, tmp_path):
    seen = wuye.look(book)
    saved = tmp_path / "orders.toml"
    seen.save(saved)
    assert saved.read_text(encoding="utf-8") == seen.toml
    assert wuye.import_log(book, saved).entries == seen.result.entries
    with wuye.memory() as office:
        result = wuye.import_log(book, saved, office)
        assert result.counts == seen.result.counts
        assert {r["case"]: r["stage"] for r in office.table("cases")} == {
            "W1": "done", "W2": "done", "W3": "dispatched", "W4": "done", "W5": "cancelled", "W6": "reported",
        }  # fmt: skip
        assert office.verify()
    with pytest.raises(FileExistsError):
        seen.save(saved)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command(book, tmp_path, capsys, lang):
    assert main(["look", str(book), "--lang", lang, "--save", str(tmp_path / "m.toml")]) == 1, "there are misfits"
    out = capsys.readouterr().out
    assert "2026-03" in out
    assert ("派单及时率" in out) == (lang == "zh")
    assert ("检查时间" if lang == "zh" else "no column for checked") in out
    assert main(["import", str(book), "--mapping", str(tmp_path / "m.toml")]) == 1
    capsys.readouterr()
    assert main(["look", str(book), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["unfit"] == 2
    assert {f["metric"] for f in told["figures"]} >= {"dispatch_timeliness", "callback_share"}
    assert main(["look", str(book), "--column", "满意度=", "--json"]) == 1
    assert "satisfaction" in [m["metric"] for m in json.loads(capsys.readouterr().out)["missing"]]
    assert main(["look", str(book), "--column", "满意度"]) == 2
    assert "TITLE=ROLE" in capsys.readouterr().err


CSV = "单号,登记时间,地址,事项,派工时间,完工时间,维修师傅\n1,2026-03-02 09:00,3-1-1201,漏水,2026-03-02 09:10,2026-03-02 15:00,孙工\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_of_any_kind(tmp_path, encoding, mark):
    path = tmp_path / "log.csv"
    path.write_bytes(CSV.replace(",", mark).encode(encoding))
    seen = wuye.look(path)
    assert seen.result.ok
    assert seen.rates["dispatch_timeliness"].value == 1
    seen.save(tmp_path / "m.toml")
    assert wuye.import_log(path, tmp_path / "m.toml").entries == seen.result.entries


def test_titles_that_say_nothing_are_told_by_their_cells(tmp_path):
    path = tmp_path / "log.csv"
    rows = "2026-03-02 09:00,3-1-1201,2026-03-02 09:10,完成\n2026-03-02 10:00,3-1-1202,2026-03-02 10:20,完成\n"
    path.write_text("甲,乙,派单时间,状态\n" + rows, encoding="utf-8")
    seen = wuye.look(path)
    assert {c.title: (c.role, c.why) for c in seen.columns} == {
        "甲": ("reported", "content"),
        "乙": ("place", "content"),
        "派单时间": ("dispatched", "title"),
        "状态": ("status", "title"),
    }
    assert (seen.rates["dispatch_timeliness"].done, seen.rates["dispatch_timeliness"].due) == (1, 2)
    assert "没有工单号" in seen.notes[0].zh


def test_two_columns_for_one_thing(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(CSV.replace("完工时间", "报修时间"), encoding="utf-8")
    seen = wuye.look(path)
    assert [(c.title, c.role) for c in seen.columns if c.title in ("登记时间", "报修时间")] == [("登记时间", ""), ("报修时间", "reported")]
    assert "已作报修时间" in seen.columns[1].note.zh
    with pytest.raises(wuye.InvalidArgument, match=r"two columns for reported: '登记时间' and '报修时间'"):
        wuye.look(path, columns={"登记时间": "reported", "报修时间": "reported"})
    with pytest.raises(wuye.InvalidArgument, match=r"there is no column '完成时间'; there are 单号"):
        wuye.look(path, columns={"完成时间": "finished"})
    with pytest.raises(wuye.InvalidArgument, match="'fixed' is nothing that a column may be"):
        wuye.look(path, columns={"登记时间": "fixed"})


def test_dates_alone(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("单号,报修时间,完成日期\n1,2026-03-02 09:00,2026-03-03\n2,2026-03-02,2026-03-03\n", encoding="utf-8")
    seen = wuye.look(path)
    assert 'time   = "23:59"' in seen.toml
    assert "只有日期" in seen.notes[0].zh
    assert [(r.row, r.state) for r in seen.misfits] == [(3, "unfit")]
    assert "without a time" in seen.misfits[0].reason


# Bad input


def test_no_file_empty_file_and_text(tmp_path):
    with pytest.raises(wuye.NotFound):
        wuye.look(tmp_path / "none.xlsx")
    for name, content, says in (
        ("empty.csv", b"", "the file is empty"),
        ("letter.csv", "尊敬的业主：\n您好\n".encode(), "no table of work orders"),
        ("blank.csv", b"\n\n,,\n", "the file holds nothing"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("notes.xlsx", b"not a zip", "damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as .xlsx"),
        ("secret.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("bytes.csv", b"a,b\n\x00\x01,\xff\n", "row 2"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(wuye.InvalidArgument, match=says) as caught:
            wuye.look(path)
        assert str(path) in str(caught.value), "the message says where"
        assert main(["look", str(path)]) == 2


def test_a_workbook_without_a_table(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    from openpyxl.chart import BarChart

    made = openpyxl.Workbook()
    made.active.title = "图"
    made.active.add_chart(BarChart(), "A1")
    path = tmp_path / "pictures.xlsx"
    made.save(path)
    with pytest.raises(wuye.InvalidArgument, match="sheet '图' holds only 1 pictures or charts, and no cells"):
        wuye.look(path)
    made.active.append(["通知", "各位业主"])
    made.save(path)
    with pytest.raises(wuye.InvalidArgument, match="1 rows, none of them with titles"):
        wuye.look(path)
    with pytest.raises(wuye.InvalidArgument, match=r"no sheet '5月'; there are 图"):
        wuye.look(path, sheet="5月")


def test_a_damaged_sheet_inside_a_good_zip(tmp_path, book):
    path = tmp_path / "bent.xlsx"
    with zipfile.ZipFile(book) as good, zipfile.ZipFile(path, "w") as bent:
        for name in good.namelist():
            bent.writestr(name, b"<worksheet><sheetData><row>" if "sheet1" in name else good.read(name))
    with pytest.raises(wuye.InvalidArgument, match="damaged"):
        wuye.look(path)


def test_a_mapping_says_what_is_wrong_with_it(tmp_path, book):
    text = wuye.look(book).toml
    for old, new, says in (
        ('place = "房号"', 'place = ["房号", "状态"]', "place takes one column, not 房号, 状态"),
        ('header = "find"', 'header = "look"', "header"),
        ("skip   = true", 'skip   = "yes"', "skip"),
        ("year    = 2026", "year    = 26", "year"),
        ('do     = "arrive"', 'do     = "arrive"\ntime   = "noon"', "time of day"),
        ('at     = "报修时间"', 'at     = "报修时候"', "no row of titles has the column '报修时候'; the nearest is '报修时间'"),
    ):
        assert old in text
        path = tmp_path / "m.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(wuye.InvalidArgument, match=says):
            wuye.import_log(book, path)


# Frames

ROWS = {
    "单号": ["1", "2", "3"],
    "报修时间": ["2026-03-02 09:00", "2026-03-02 10:00", None],
    "派单时间": ["2026-03-02 09:10", "2026-03-02 10:20", None],
    "派单人": ["li", "wang", None],
}


def _frames():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pyarrow.table(ROWS).__arrow_c_stream__(requested_schema)

    return [pandas.DataFrame(ROWS), polars.DataFrame(ROWS), polars.LazyFrame(ROWS), pyarrow.table(ROWS), Stream()]


def test_rates_of_every_kind_of_frame():
    for frame in _frames():
        rates = wuye.rates(frame)
        figure = rates["dispatch_timeliness"]
        assert (figure.done, figure.due, figure.value) == (1, 2, Fraction(1, 2))
        assert [c.who for c in figure.why()] == ["li", "wang"]
        assert rates.result.counts["unfit"] == 1
        assert rates.result.problems[0].row == 4


def test_rates_as_frames():
    rates = wuye.rates(_frames()[0])
    table = rates.to_polars()
    dispatch = table.filter(metric="dispatch_timeliness")
    assert dispatch.select("month", "who", "done", "due").rows() == [("2026-03", "li", 1, 1), ("2026-03", "wang", 0, 1)]
    assert rates.to_pandas()["due"].sum() == rates.to_pyarrow()["due"].to_numpy().sum() == table["due"].sum() == 2


def test_rates_by_a_mapping(tmp_path, book):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    odd = pandas.DataFrame({"a": ROWS["报修时间"], "b": ROWS["派单时间"], "c": ROWS["派单人"]})
    given = {"a": "reported", "b": "dispatched", "c": "dispatcher"}
    assert wuye.rates(odd, given)["dispatch_timeliness"].value == Fraction(1, 2)
    with pytest.raises(wuye.InvalidArgument, match="two columns for reported: 'a' and 'b'"):
        wuye.rates(odd, {"a": "reported", "b": "reported"})
    with pytest.raises(wuye.InvalidArgument, match="there is no column 'x'"):
        wuye.rates(odd, {"x": "reported"})
    with pytest.raises(wuye.InvalidArgument, match="no column holds the time of the report"):
        wuye.rates(odd[["c"]], {})
    wuye.look(book).save(tmp_path / "m.toml")
    april = pandas.read_excel(book, sheet_name="4月")
    by_file = wuye.rates(april, tmp_path / "m.toml")
    assert by_file["dispatch_timeliness"].value == Fraction(1, 2)
    alone = wuye.look(book, sheet="4月")
    assert "has no year" in alone.misfits[0].reason, "the title with the year stands on the other sheet"
    assert alone.rates["dispatch_timeliness"].due == 0
    with pytest.raises(wuye.InvalidArgument, match="no row of titles has the column '报修时间'"):
        wuye.rates(april.drop(columns="报修时间"), LogMapping.load(tmp_path / "m.toml"))


def test_timestamps_keep_their_zone():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    naive = pandas.DataFrame({"报修时间": pandas.to_datetime(["2026-03-02 09:00", None]), "派单时间": pandas.to_datetime(["2026-03-02 09:16", None])})
    aware = naive.apply(lambda column: column.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC"))
    assert wuye.rates(naive).result.entries[0]["at"] == wuye.rates(aware).result.entries[0]["at"] == "2026-03-02T01:00:00+00:00"
    assert wuye.rates(naive)["dispatch_timeliness"].late == 1
    assert wuye.rates(naive, zone="UTC").result.entries[0]["at"] == "2026-03-02T09:00:00+00:00"


def test_frames_with_other_types_are_located():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    with pytest.raises(wuye.InvalidArgument, match="row 1 of column '派单时间' holds list"):
        wuye.rates(polars.DataFrame({"报修时间": ["2026-03-02 09:00"] * 2, "派单时间": [None, ["2026-03-02 09:10"]]}))
    with pytest.raises(wuye.InvalidArgument, match="row 0 of column '处理人' holds bytes"):
        wuye.rates(pandas.DataFrame({"报修时间": ["2026-03-02 09:00"], "处理人": [b"x"]}))
    with pytest.raises(wuye.InvalidArgument, match="is no table"):
        wuye.rates([1, 2, 3])
    with pytest.raises(wuye.InvalidArgument, match="the frame is empty"):
        wuye.rates(pandas.DataFrame())
    with pytest.raises(wuye.InvalidArgument, match="two columns '报修时间'"):
        wuye.rates(pandas.DataFrame([["a", "b"]], columns=["报修时间", "报修时间"]))
    text = pandas.DataFrame({"报修时间": ["明天"], "派单时间": ["2026-03-02 09:10"]})
    assert "'明天' is not a time" in str(wuye.rates(text).result.problems[0])


# Cells


@pytest.mark.parametrize(
    ("cell", "day", "clock"),
    [
        ("2026年3月2日", date(2026, 3, 2), None),
        ("2026年3月2号下午3点", date(2026, 3, 2), time(15)),
        ("2026/3/2 14:05", date(2026, 3, 2), time(14, 5)),
        ("2026.3.2 14时05分", date(2026, 3, 2), time(14, 5)),
        ("２０２６－３－２　１４：０５", date(2026, 3, 2), time(14, 5)),
        ("26-3-2 8:05:06", date(2026, 3, 2), time(8, 5, 6)),
        ("20260302", date(2026, 3, 2), None),
        ("202603021405", date(2026, 3, 2), time(14, 5)),
        (20260302, date(2026, 3, 2), None),
        ("3月2日 周一 晚上8点半", date(2026, 3, 2), time(20, 30)),
        ("3/2 14:05", date(2026, 3, 2), time(14, 5)),
        ("2 Mar 2026 2:05 PM", date(2026, 3, 2), time(14, 5)),
        ("2/3/2026", None, NoTime),
        ("13/3/2026", date(2026, 3, 13), None),
        (46083, date(2026, 3, 2), None),
        (46083.5, date(2026, 3, 2), time(12)),
        ("46083.5", date(2026, 3, 2), time(12)),
        (0.375, None, time(9)),
        ("14:05", None, time(14, 5)),
        ("2026-02-30", None, NoTime),
        ("25:00", None, NoTime),
        ("约3点左右", None, NoTime),
        ("下午", None, NoTime),
        ("1201", None, NoTime),
        (12, None, NoTime),
        (True, None, NoTime),
        ("#REF!", None, NoTime),
    ],
)
def test_times(cell, day, clock):
    if clock is NoTime:
        with pytest.raises(NoTime) as caught:
            read_time(cell, Hint(2026))
        assert caught.value.zh
        assert caught.value.en
        return
    read = read_time(cell, Hint(2026))
    assert (read.day, read.clock) == (day, clock)


def test_years_come_from_titles():
    assert hint_of("3月", "2026年台账") == Hint(2026, 3)
    assert hint_of("2026.03") == Hint(2026, 3)
    assert hint_of("Sheet1") == Hint()
    assert read_time("12月31日", Hint(2026, 1)).day == date(2025, 12, 31), "the sheet of January begins with New Year's Eve"
    assert read_time("1月1日", Hint(2025, 12)).day == date(2026, 1, 1)
    with pytest.raises(NoTime, match="no year"):
        read_time("3月2日")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3栋1单元1201", "3-1-1201"),
        ("3栋1单元1201室", "3-1-1201"),
        ("3幢1单元 1201", "3-1-1201"),
        ("3#1-1201", "3-1-1201"),
        ("3-1-1201", "3-1-1201"),
        ("03-01-1201", "3-1-1201"),
        ("３号楼１单元１２０１", "3-1-1201"),
        ("A座1201", "A-1201"),
        ("3号楼1201", "3-1201"),
        ("3-1201", "3-1201"),
        ("大堂", None),
        ("2026-3-2", None),
        ("0755-12345678", None),
    ],
)
def test_places(text, place):
    assert place_of(text) == place


def test_totals():
    assert is_total(["合计", 3])
    assert is_total(["", "小 计", 3])
    assert is_total(["本月合计：", 3])
    assert not is_total(["W1", "合计有误，业主要求重算费用并说明"])


def test_every_title_is_known_once():
    seen: dict[str, str] = {}
    for role in ROLES:
        for word in role.words:
            assert seen.setdefault(word, role.name) == role.name, word
    assert role_of("报修\n时间")[0].name == "reported"
    assert role_of("联系电话（手机）")[0].name == "phone"
    assert role_of("Reported at")[0].name == "reported"
    assert role_of("") is None
