"""The facade: what goes in, what comes out, and what is refused at the door."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

import wuye

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_repair_from_report_to_check(office):
    out = office.record(
        do="report", by="chen", at=datetime(2026, 3, 2, 22, 10, tzinfo=SHANGHAI), class_="repair", place="3-1201", urgency="emergency", text="爆管"
    )
    assert out.accepted
    assert out.status is wuye.Status.ACCEPTED
    assert out.stage == "reported"
    assert out.seq > 0
    assert not out.breaches
    assert office.record(do="dispatch", by="chen", at="2026-03-02T22:13+08:00", case=out.case, worker="sun").require().stage == "dispatched"
    late = office.advance("2026-03-03T00:10:01+08:00")
    assert {(n.deadline, n.level) for n in late} >= {("arrive", "100%")}
    overdue = next(n for n in late if (n.deadline, n.level) == ("arrive", "100%"))
    assert overdue.clause == "R051"
    assert overdue.tell[0].post == "cs_supervisor"
    assert overdue.tell[0].people == ("wang",)
    assert overdue.at.utcoffset() == timedelta(hours=8)
    assert "R051" in str(overdue)
    assert "wang" in str(overdue)
    assert overdue.text.zh
    assert overdue.text.en


def test_time_is_aware_or_refused(office, report):
    for bad in (
        datetime(2026, 3, 2, 10),  # noqa: DTZ001
        "2026-03-02T10:00",
        date(2026, 3, 2),
        "yesterday",
        "2026-02-30T10:00+08:00",
        1.5,
        None,
    ):
        with pytest.raises(wuye.InvalidArgument):
            office.record(**{**report(), "at": bad})
    with pytest.raises(wuye.InvalidArgument, match="tzinfo"):
        office.advance(datetime(2026, 3, 2, 10))  # noqa: DTZ001
    a = office.record(**report("2026-03-02T02:00Z", source="a", key="1")).require()
    assert office.record(**report("2026-03-02T10:00:00.000000+08:00", source="a", key="1")).duplicate
    assert office.explain(a.case)["case"] == a.case or a.case in str(office.explain(a.case))


def test_floats_and_strange_values_are_refused(office, report):
    for bad in (1.5, Fraction(1, 3), object(), float("nan"), {1, 2}, b"x"):
        with pytest.raises(wuye.InvalidArgument):
            office.record(**report(note=bad))
    with pytest.raises(wuye.InvalidArgument, match="Unicode"):
        office.record(**report(note="\ud800"))
    with pytest.raises(wuye.InvalidArgument, match="twice"):
        office.record(**report(class_="repair"))


@pytest.mark.parametrize("missing", ["at", "by", "do"])
def test_what_every_entry_needs(office, report, missing):
    entry = report()
    del entry[missing]
    with pytest.raises(wuye.InvalidArgument, match=missing):
        office.record(**entry)


def test_a_refusal_is_a_value(office, report):
    out = office.record(**report(colour="red"))
    assert not out
    assert not out.accepted
    assert out.reason == "unknown_field"
    assert out.message
    assert out.seq == 0
    assert "refused" in str(out)
    before = office.digest()
    assert office.record(dry_run=True, **report()).accepted
    assert office.digest() == before


def test_results_are_values(office, report):
    out = office.record(**report())
    assert pickle.loads(pickle.dumps(out)) == out
    assert hash(out) == hash(pickle.loads(pickle.dumps(out)))
    with pytest.raises(AttributeError):
        out.stage = "x"
    with pytest.raises(TypeError):
        out.facts["x"] = 1
    notices = office.advance("2026-03-02T20:00+08:00")
    assert pickle.loads(pickle.dumps(notices)) == notices
    assert pickle.loads(pickle.dumps(office.manual)) == office.manual


def test_record_lines_atomic_and_independent(office, report):
    before = office.digest()
    lines = [report(), report(colour="red"), report()]
    out = office.record_lines(lines)
    assert [o.accepted for o in out][1:] == [False, False]
    assert out[2].reason == "not_tried"
    assert office.digest() == before
    out = office.record_lines("\n".join(json.dumps(line) for line in lines) + "\n\n", mode="independent")
    assert [o.accepted for o in out] == [True, False, True]
    assert office.record_lines([]) == []
    assert office.record_lines("") == []
    with pytest.raises(wuye.InvalidArgument, match="mode"):
        office.record_lines(lines, mode="some")  # type: ignore[arg-type]


def test_a_broken_line_is_located(office, report):
    text = json.dumps(report()) + "\n" + '{"at": "2026-03-02T10:00+08:00", "by": "li", "by": "li", "do": "report"}\n'
    before = office.digest()
    out = office.record_lines(text, mode="atomic")
    assert out[1].reason == "malformed"
    assert "line 2" in out[1].message
    assert out[0].reason == "undone"
    assert office.digest() == before


def test_progress_can_stop_a_batch(office, report):
    many = [report(source="p", key=str(n), fault=None) for n in range(6000)]
    before = office.digest()
    with pytest.raises(wuye.Cancelled):
        office.record_lines(many, progress=lambda done, everything: False)
    assert office.digest() == before
    with pytest.raises(wuye.Cancelled):
        office.record_lines(many, mode="independent", progress=lambda done, everything: False)
    kept = len(office.table("cases"))
    assert 0 < kept < 6000
    assert office.verify()
    assert all(o.accepted for o in office.record_lines(many, mode="independent"))
    assert len(office.table("cases")) == 6000


def test_what_a_callback_throws_comes_out(office, report):
    calls = []

    def broken(done: int, everything: int) -> None:
        calls.append((done, everything))
        raise ZeroDivisionError

    office.record_lines([report(fault=None)] * 5000)  # long enough for verify to say how far it is
    for use in (lambda: office.record_lines([report(fault=None)] * 5000, progress=broken), lambda: office.verify(broken)):
        calls.clear()
        with pytest.raises(ZeroDivisionError):
            use()
        assert len(calls) == 1
    assert office.verify()


def test_propose_commit_discard(office, report):
    before = office.digest()
    assert office.propose(**report()).accepted
    assert office.proposed().count("\n") >= 1
    office.discard()
    assert office.digest() == before
    office.propose(**report())
    office.commit()
    assert office.digest() != before
    with pytest.raises(wuye.Misuse):
        office.commit()


def test_lines_move_a_journal(office, report):
    office.record(**report())
    office.advance("2026-03-02T20:00+08:00")
    with wuye.memory(office.manual) as other:
        other.load(office.lines())
        assert (other.digest(), other.state_digest()) == (office.digest(), office.state_digest())
        assert other.notices() == office.notices()
    with wuye.memory(office.manual) as other, pytest.raises(wuye.Corrupt):
        other.load(office.lines().replace("水龙头漏水", "水龙头漏油"))


def test_options(office, report):
    case = office.record(**report()).require().case
    text = json.dumps(office.options(case, "li", "2026-03-02T10:05+08:00"))
    assert "dispatch" in text
    with pytest.raises(wuye.NotFound):
        office.options("no-such-case", "li", "2026-03-02T10:05+08:00")


def test_as_of_takes_no_writes(office, report):
    office.record(**report("2026-03-06T10:00+08:00"))
    office.record(**report("2026-03-05T10:00+08:00", now="2026-03-09T09:00+08:00"))
    friday = office.as_of("2026-03-06T18:00+08:00")
    assert len(friday.table("cases")) == 1
    assert len(office.as_of("2026-03-06T18:00+08:00", known="now").table("cases")) == 2
    with pytest.raises(wuye.ReadOnly):
        friday.record(**report("2026-03-07T10:00+08:00"))
    with pytest.raises(wuye.InvalidArgument):
        office.as_of("2026-03-06T18:00+08:00", known="later")  # type: ignore[arg-type]


def test_next_due_then_advance_finds_something(office, report):
    office.record(**report())
    for _ in range(6):
        due = office.next_due()
        if due is None:
            break
        assert due.tzinfo is not None
        assert office.advance(due)
    assert office.clock is not None
    assert office.next_due() != due


def test_file_backup_verify_reopen(tmp_path, report):
    from conftest import settle

    path = tmp_path / "物业.db"
    with settle(wuye.open(path, seed="s")) as office:
        office.record(**report())
        office.backup(tmp_path / "copy.db")
        office.record(**report("2026-03-02T11:00+08:00"))
        digest = office.digest()
        assert office.verify()
    with wuye.open(path) as office:
        assert office.digest() == digest
        assert office.verify(lambda done, everything: None).ok
    with wuye.open(tmp_path / "copy.db", read_only=True) as copy:
        assert copy.digest() != digest
        assert copy.verify()
        with pytest.raises(wuye.ReadOnly):
            copy.record(**report("2026-03-02T12:00+08:00"))


def test_bad_files(tmp_path):
    (tmp_path / "text.db").write_bytes(b"this is no office" * 100)
    with pytest.raises(wuye.Corrupt):
        wuye.open(tmp_path / "text.db").record(do="set_unit", by="system:x", at="2026-03-02T10:00Z", place="a")
    with pytest.raises((wuye.NotFound, wuye.StoreIO)):
        wuye.open(tmp_path / "absent.db", read_only=True)
    with pytest.raises(wuye.StoreIO):
        wuye.open(tmp_path / "no" / "such" / "folder.db").record(do="set_unit", by="system:x", at="2026-03-02T10:00Z", place="a")


def test_closed_office():
    office = wuye.memory()
    office.close()
    office.close()
    for use in (office.digest, office.next_due, lambda: office.table("cases"), lambda: office.score("2026-03"), office.lines):
        with pytest.raises(wuye.Misuse):
            use()


def test_adopt(office, tmp_path):
    layer = tmp_path / "mine.toml"
    layer.write_text('name = "mine"\nextends = "standard"\n', encoding="utf-8")
    mine = wuye.Manual.load(layer)
    office.adopt(mine, "2026-03-10T00:00+08:00", by="gao")
    assert office.manual == mine
    assert office.manual.name == "mine"
    with pytest.raises(wuye.Conflict):
        office.adopt(wuye.Manual.standard(), "2026-03-01T00:00+08:00", by="gao")


def test_tables_and_their_documentation(office, report):
    office.record(**report())
    tables = {t["name"]: t for t in office.tables()}
    assert {"cases", "deadlines", "notices", "breaches", "units", "staff"} <= set(tables)
    for name, table in tables.items():
        view = office.table(name)
        assert set(view.columns) >= {c["name"] for c in table["columns"]}
        for lang in ("en", "zh"):
            assert all(view.doc(lang).values()), name
    row = office.table("cases").rows()[0]
    assert row["opened_at"] == datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    assert row["live"] is True
    assert row["ended_at"] is None
    with pytest.raises(wuye.NotFound, match="casse"):
        office.table("casse")


def test_personal_values_are_in_no_table_and_can_be_erased(office, report):
    case = office.record(**report(phone="13912345678")).require().case
    assert all("13912345678" not in str(office.table(t["name"]).rows()) for t in office.tables())
    office.record(do="erase", by="gao", at="2026-03-02T12:00+08:00", subject=case).require()
    assert "13912345678" not in office.lines()
    assert office.verify()


def test_scores(office, report):
    case = office.record(**report()).require().case
    office.record(do="dispatch", by="li", at="2026-03-02T10:20+08:00", case=case, worker="sun").require()
    ok = office.record(**report("2026-03-02T11:00+08:00")).require().case
    office.record(do="dispatch", by="li", at="2026-03-02T11:05+08:00", case=ok, worker="sun").require()
    scores = office.score("2026-03")
    figure = scores["dispatch_timeliness"]
    assert (figure.done, figure.due, figure.value, figure.percent) == (1, 2, Fraction(1, 2), Decimal("50.00"))
    assert isinstance(figure.points, Decimal)
    assert figure.clauses == ("R331",)
    assert {c.case for c in figure.why()} == {case, ok}
    assert case in str(figure.why())
    assert figure.why().dicts()[0]["due"].tzinfo is not None
    assert "dispatch_timeliness" in scores
    assert "50" in scores.table("zh")
    assert "50" in str(scores)
    assert office.score("2026-02")["dispatch_timeliness"].value is None
    assert office.score("2026-03", who="li")["dispatch_timeliness"].due == 2
    assert "dispatch_timeliness" in str(office.explain("dispatch_timeliness@2026-03"))
    with pytest.raises(wuye.InvalidArgument):
        office.score("March")


def test_answers_are_in_the_offices_zone(tmp_path):
    layer = 'name = "rome"\nextends = "standard"\ntime_zone = "Europe/Rome"\n'
    with wuye.memory(wuye.Manual.load(("rome.toml", layer))) as office:
        office.record(do="set_unit", by="system:x", at="2026-07-02T10:00Z", place="a").require()
        assert office.clock.isoformat() == "2026-07-02T12:00:00+02:00"


def test_about_and_version():
    about = wuye.about()
    assert about["version"] == wuye.__version__
    assert "abi" in about
    assert all(hasattr(wuye, name) for name in wuye.__all__)


def test_the_wheel_is_typed_and_importing_it_imports_no_partner():
    from importlib import resources

    assert (resources.files("wuye") / "py.typed").is_file()
    assert (resources.files("wuye") / "_core.pyi").is_file()
    code = "import sys, wuye; print(sorted({'numpy','pandas','polars','pyarrow','openpyxl','pytest'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_utc_zone_names():
    from wuye._time import zone_of

    assert zone_of("+08:00").utcoffset(None) == timedelta(hours=8)
    assert zone_of("UTC") is timezone.utc
    for bad in ("Mars/Olympus", "+25:00", "../etc/passwd"):
        with pytest.raises(wuye.InvalidArgument):
            zone_of(bad)
