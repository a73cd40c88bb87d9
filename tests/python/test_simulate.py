"""The simulator: the same seed, the same office; labelled; legal under the standard manual but for the mistakes it means to make."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import wuye
from wuye import simulate


def test_the_same_seed_says_the_same():
    a, b = list(simulate.month(7, "2026-03")), list(simulate.month(7, "2026-03"))
    assert a == b
    assert a != list(simulate.month(8, "2026-03"))
    assert len(a) > 1500
    assert all(e["source"] == "simulated" for e in a)
    assert all(e["text"].startswith("模拟") for e in a if "text" in e)
    json.dumps(a)


def test_everything_that_comes_to_a_desk_comes():
    with wuye.memory() as office:
        simulate.record(simulate.month(7, "2026-03"), office)
        cases = office.table("cases").rows()
        by = Counter(r["procedure"] for r in cases)
        assert {"repair", "contact", "enquiry", "errand", "praise", "help", "night_item", "missed_call", "warranty", "provider"} <= set(by)
        assert by["repair"] > by["enquiry"] > by["praise"] > 0
        contacts = [r for r in cases if r["procedure"] == "contact"]
        assert {r["route"] for r in contacts} >= {"own", "Z", "Q", "GT"}
        assert any(r["chased"] for r in cases if r["procedure"] in ("contact", "enquiry"))
        told = Counter(n.what for n in office.notices())
        assert told["news"] > 20
        # What the record's book counts is every case that came by itself, twenty a page.
        book = {"contact", "enquiry", "praise", "errand", "night_item", "help", "repair", "warranty", "provider", "complaint", "suggestion"}
        rows = [r for r in sorted(cases, key=lambda r: r["first_seq"]) if r["procedure"] in book and not r["parent"]]
        expected: Counter[tuple[int, str]] = Counter()
        for n, row in enumerate(rows):
            expected[(n // 20 + 1, row["matter"] or row["class"])] += 1
        pages = office.table("record_pages").rows()
        assert {(r["page"], r["class"]): r["items"] for r in pages} == expected
        assert all(r["items"] == r["finished"] + r["unfinished"] for r in pages)
        days = office.table("record_days").rows()
        assert sum(r["items"] for r in days) == len(rows)
        assert sum(r["unfinished"] for r in days) == sum(r["live"] for r in rows)
        assert {r["day"] for r in days} == {r["opened_at"].date().isoformat() for r in rows}


def test_nothing_but_repairs_where_nothing_else_is_asked_for():
    alone = list(simulate.simulate(7, days=20, rates=simulate.Rates(others=0, resent=0)))
    among = list(simulate.simulate(7, days=20, rates=simulate.Rates(resent=0)))
    reports = [e for e in alone if e["do"] == "report"]
    assert reports == [e for e in among if e["do"] == "report"]
    assert not any(e["do"] in ("log", "ask", "ask_help") for e in alone)


def test_its_rates_are_near_what_is_asked():
    entries = list(simulate.simulate(3, days=60, rates=simulate.Rates(resent=0)))
    reports = [e for e in entries if e["do"] == "report"]
    assert 600 < len(reports) < 840
    night = [e for e in reports if not "08:30" <= e["at"][11:16] < "18:30"]
    assert 0.14 < len(night) / len(reports) < 0.26


def test_an_office_without_mistakes_is_legal():
    rates = simulate.Rates(late=0, mistake=0, told_late=0, amended=0, resent=0, after_approval=0)
    with wuye.memory() as office:
        done = simulate.record(simulate.simulate(1, days=65, rates=rates), office, answers=simulate.Answers(1, rates))
        procedures = {"billing", "receipt", "arrears", "cash_up", "shift", "assessment", "key_custody", "key_check", "key_count", "item_count"}
        assert {r["procedure"] for r in office.table("cases")} >= procedures
        assert {"plan_shift", "swap_shift", "cover_shift", "arrive_as_rostered"} <= {row["what"] for row in office.table("lines") if row["told"]}
        assert set(done.reasons) <= {"not_allowed [R032]"}, done.reasons
        assert not done.breaches, done.breaches
        assert office.verify()


def a_month_with_callbacks(seed, **rates):
    office = wuye.memory(seed="draws")
    chances = simulate.Rates(**rates)
    done = simulate.record(simulate.month(seed, "2026-03", rates=chances), office, answers=simulate.Answers(seed, chances))
    return office, done


def test_the_desk_calls_back():
    office, done = a_month_with_callbacks(7)
    with office:
        office.advance("2026-04-08T00:00+08:00")
        drawn = [r for r in office.table("callbacks") if r["drawn"] and r["month"] == "2026-03"]
        reasons = Counter(r["reason"] for r in drawn)
        assert len(drawn) > 300
        assert sum(r["counted"] for r in drawn) > 0.65 * len(drawn)
        assert {"late", "not made", "dropped", "breach: not_allowed R112", "breach: condition R116"} <= set(reasons), reasons
        assert {r["channel"] for r in drawn if r["counted"]} == {"phone", "visit"}
        assert any(r["outcome"] == "dissatisfied" for r in drawn)
        cases = office.table("cases").rows()
        stages = Counter(r["stage"] for r in cases if r["procedure"] == "callback")
        assert {"called", "reopened", "unreachable", "drawn"} <= set(stages)
        over = [r for r in cases if "/reopen." in r["case"] and r["procedure"] in ("repair", "enquiry")]
        assert any(not r["live"] for r in over)
        own = [e for e, _ in done.broken + done.refused if e["case"].endswith("/callback.1")]
        assert own
        assert all(e["source"] == "simulated" for e in own)
        assert office.verify()


def test_what_is_answered_is_the_same_again():
    first, _ = a_month_with_callbacks(3)
    again, _ = a_month_with_callbacks(3)
    other = wuye.memory(seed="draws")
    simulate.record(simulate.month(3, "2026-03"), other, answers=simulate.Answers(4))
    with first, again, other:
        assert first.digest() == again.digest()
        assert first.digest() != other.digest()


@pytest.fixture(scope="module")
def spring():
    """Three months of a whole desk that is often late, often wrong and often not paid."""
    rates = simulate.Rates(reports_a_day=4, late=0.2, mistake=0.12, debts=0.4)
    with wuye.memory(seed="spring") as office:
        done = simulate.record(simulate.month(2, "2026-03", months=4, rates=rates), office, answers=simulate.Answers(2, rates))
        yield office, done


def stages(office, procedure):
    return {row["stage"] for row in office.table("cases") if row["procedure"] == procedure}


def cited(done, *actions):
    """Refusals and breaches of these actions, with their clauses."""
    refused = {f"{out.reason} {out.clause}" for entry, out in done.refused if entry["do"] in actions}
    broken = {f"{breach.reason} {breach.clause}" for entry, out in done.broken if entry["do"] in actions for breach in out.breaches}
    return refused, broken


def test_units_are_billed_and_pay(spring):
    office, done = spring
    kinds = Counter(row["kind"] for row in office.table("postings"))
    assert {"charge", "receive", "pay", "waive", "write_off", "refund", "reverse"} <= set(kinds)
    charges = office.table("charges").rows()
    assert {row["head"] for row in charges} == {"management", "parking", "water", "historic_arrears", "paid_service"}
    months = Counter(row["from"] for row in charges if row["head"] == "management")
    assert sorted(months.values(), reverse=True)[:4] == [120] * 4
    assert len(months) > 4, "somebody paid ahead"
    assert {row["quantity"] for row in charges if row["head"] == "parking"} == {"1"}
    assert {row["state"] for row in office.table("receipts")} >= {"prepaid", "spent"}
    assert "deferred" in stages(office, "deferral")
    assert {"settled", "phoned"} <= stages(office, "arrears")
    assert {"give_notice", "visit"} <= {row["what"] for row in office.table("lines") if row["told"]}
    pressed = {n.clause for n in office.notices() if n.deadline == "debt"}
    assert pressed == {"R124", "R128", "R131"}
    assert {"condition R129", "not_allowed R135"} <= cited(done, "waive", "write_off", "reverse", "pay_back", "charge", "defer")[0]
    refused, broken = cited(done, "receive", "phone", "visit", "give_notice", "cut_supply", "deliver_bills")
    assert not refused
    assert {"condition R133", "condition R131"} <= broken
    claims = [row for row in office.table("deadlines") if row["deadline"] == "claim"]
    assert {"met", "late"} <= {row["state"] for row in claims}


def test_keys_are_lent_and_parcels_collected(spring):
    office, done = spring
    assert {"held", "with_owner"} <= stages(office, "key_custody")
    assert {"collected", "sent_back", "with_police", "discarded"} <= stages(office, "item_custody")
    assert "condition R142" in cited(done, "accept_item", "pick_up")[0]
    assert {"condition R138", "condition R141", "condition R142"} <= cited(done, "entrust_key", "lend", "give_back", "misgive", "accept_found")[1]
    late = {row["deadline"] for row in office.table("deadlines") if row["state"] == "late"}
    assert {"give_back", "parcel", "deposit"} <= late


def test_what_is_in_care_is_counted(spring):
    office, done = spring
    counts = [row for row in office.table("cases") if row["procedure"] in ("key_count", "item_count")]
    assert 30 < len(counts) < 2 * 122
    assert {"condition R139", "condition R141", "condition R143"} <= cited(done, "count_keys", "count_items")[1]
    checks = [row for row in office.table("cases") if row["procedure"] == "key_check"]
    assert len(checks) > 3
    assert [row["stage"] for row in checks].count("planned") == 1, "as one is done the next is there"
    assert cited(done, "check_keys") == (set(), {"condition R141", "not_allowed R139"})
    assert {row["state"] for row in office.table("deadlines") if row["procedure"] == "key_check"} >= {"met", "running"}


def test_doors_are_forced():
    rates = simulate.Rates(custody=20, mistake=0.2, late=0.2)
    with wuye.memory() as office:
        done = simulate.record(simulate.simulate(5, days=30, rates=rates), office)
        forced = [row for row in office.table("cases") if row["procedure"] == "forced_entry"]
        assert 5 < len(forced) < 40
        assert {"entered", "made_good"} >= {row["stage"] for row in forced}
        assert cited(done, "force_entry", "make_good")[1] >= {"condition R141"}
        assert {row["state"] for row in office.table("deadlines") if row["procedure"] == "forced_entry"} >= {"met", "late"}
        few = list(simulate.month(7, "2026-03"))
        assert 0 <= sum(e["do"] == "force_entry" for e in few) <= 4


def test_every_shift_is_relieved(spring):
    office, done = spring
    began = {row["case"]: row["since"] for row in office.table("deadlines") if row["deadline"] == "relief"}
    shifts = sorted((row for row in office.table("cases") if row["case"] in began), key=lambda row: began[row["case"]])
    assert len(shifts) == 2 * 122
    assert {row["stage"] for row in shifts[:-1]} == {"relieved", "left"}
    assert [row["relieves"] for row in shifts[1:]] == [row["case"] for row in shifts[:-1]]
    assert cited(done, "accept")[0] == {"condition R228", "condition R136"}
    broken = cited(done, "arrive_for_duty", "arrive_as_rostered", "draw_up", "call_away", "leave_post")[1]
    assert {"condition R224", "condition R143", "condition R141", "condition R221", "condition R229", "condition R215"} <= broken
    assert any(row["difference"] and row["answers"] for row in shifts)
    relieved = [json.loads(row["fields"]) for row in shifts if row["stage"] == "relieved"]
    assert len(relieved) > 0.9 * len(shifts)
    assert sum(f["items"] == f["items_book"] and f["keys"] == f["keys_book"] for f in relieved) > len(relieved) / 2, "most count right"


def test_weeks_are_planned(spring):
    office, done = spring
    arrivals = [row for row in office.table("deadlines") if row["deadline"] == "arrive" and row["procedure"] == "shift"]
    stages_of = {row["case"]: row["stage"] for row in office.table("cases") if row["procedure"] == "shift"}
    assert {stages_of[row["case"]] for row in arrivals} >= {"relieved", "left", "called_off", "no_show", "rostered"}
    assert {row["state"] for row in arrivals if stages_of[row["case"]] == "called_off"} == {"dropped"}
    assert {row["state"] for row in arrivals if stages_of[row["case"]] == "no_show"} == {"late"}
    assert {"met", "late"} <= {row["state"] for row in arrivals if stages_of[row["case"]] == "relieved"}
    unplanned = {case for case in stages_of if case not in {row["case"] for row in arrivals}}
    fetched = {case for case in unplanned if case.endswith("-stand_in")}
    assert len(fetched) == sum(stage == "no_show" for stage in stages_of.values())
    assert {case[case.index("2026") :] for case in unplanned - fetched} == {"2026-03-01-day", "2026-03-01-night"}, "the week before the first roster"
    told = {row["what"] for row in office.table("lines") if row["told"]}
    assert {"plan_shift", "swap_shift", "report_absence", "cover_shift", "call_off_shift", "record_no_show", "arrive_as_rostered"} <= told
    refused, broken = cited(done, "plan_shift", "swap_shift", "report_absence", "cover_shift", "call_off_shift", "record_no_show")
    assert (refused, broken) == (set(), {"condition R215", "condition R216", "condition R217", "condition R232"})
    nobody = [n for n in office.notices() if n.deadline == "arrive" and n.clause == "R229"]
    assert {n.case for n in nobody} == {row["case"] for row in arrivals if row["state"] == "late"}


def test_a_desk_without_a_roster_stands_the_same_shifts():
    def stood(rosters):
        rates = simulate.Rates(reports_a_day=2, late=0, mistake=0, told_late=0, amended=0, resent=0, rosters=rosters)
        with wuye.memory() as office:
            simulate.record(simulate.simulate(4, days=21, rates=rates), office, answers=simulate.Answers(4, rates))
            rows = [row for row in office.table("cases") if row["procedure"] == "shift"]
            assert {bool(row["officer"]) for row in rows} == ({True, False} if rosters else {False})
            return {row["case"].removesuffix("-stand_in") for row in rows if row["holder"] and row["stage"] == "relieved"}

    assert stood(0) == stood(1)


def test_months_are_assessed(spring):
    office, done = spring
    sheets = office.table("sheets").rows()
    months, officers = ("2026-03", "2026-04", "2026-05"), ("li", "qian", "shen", "zhou")
    assert [(row["who"], row["month"]) for row in sheets] == [(who, month) for who in officers for month in months]
    assert "not_allowed R340" in cited(done, "approve_sheet")[0]
    assert any(row["adjusts"] != "[]" for row in sheets), "something was told after an approval"
    assert any(row["state"] == "late" for row in office.table("deadlines") if row["procedure"] == "assessment")
    assert stages(office, "survey") == {"counted"}
    assert {"R339", "R340"} <= {n.clause for n in office.notices()}


def test_nothing_of_what_is_not_asked_for():
    office, _ = a_month_with_callbacks(7, callbacks=0, complaints=0, custody=0, money=0, shifts=0, sheets=0)
    with office:
        assert not {"billing", "receipt", "shift", "assessment", "key_custody", "item_custody"} & {r["procedure"] for r in office.table("cases")}
        assert all(r["made"] is None for r in office.table("callbacks"))
        assert not {"complaint", "suggestion"} & {r["procedure"] for r in office.table("cases")}
        assert {r["stage"] for r in office.table("cases") if r["procedure"] == "callback"} == {"drawn"}


def test_complaints_and_suggestions_come_and_are_seen_to():
    rates = simulate.Rates(complaints=6)
    with wuye.memory() as office:
        done = simulate.record(simulate.simulate(7, days=60, rates=rates), office)
        cases = [r for r in office.table("cases") if r["procedure"] in ("complaint", "suggestion")]
        by = Counter((r["procedure"], r["stage"]) for r in cases)
        assert by["complaint", "closed"] > 40
        assert by["suggestion", "decided"] > 20
        assert {r["grade"] for r in cases if r["procedure"] == "complaint"} >= {"minor", "important", "major"}
        assert any(r["extended"] for r in cases)
        handled = [r for r in office.table("deadlines") if r["procedure"] == "complaint" and r["deadline"] == "handle" and r["stopped"]]
        late = sum(r["stopped"] > r["due"] for r in handled if r["due"])
        assert 0 < late < len(handled) / 3
        assert any(n.what == "overdue" and n.deadline == "handle" for n in office.notices())
        assert not any(e["case"].startswith("SIM-7-complaint") for e, _ in done.refused)
        few = simulate.month(7, "2026-03")
        assert 2 <= sum(e["do"] == "complain" for e in few) <= 15


def test_mistakes_make_breaches_refusals_and_escalations():
    with wuye.memory() as office:
        done = simulate.record(simulate.month(7, "2026-03"), office)
        assert done.outcomes["accepted"] > 1500
        assert done.outcomes["duplicate"] > 5
        assert done.outcomes["refused"] > 0
        assert {"not_allowed", "wrong_stage", "condition", "missing_field"} <= {b.split()[0] for b in done.breaches}
        assert any(n.what == "overdue" for n in done.notices)
        assert office.verify()
        chapters = {n.clause for n in office.notices()}
        assert chapters


def test_only_line_numbers_stand_in_resolved_entries():
    entries = simulate.resolved(simulate.simulate(7, days=20, rates=simulate.Rates(amended=0.3)))
    amended = [e for e in entries if e["do"] in ("correct", "void")]
    assert amended
    assert all(isinstance(e["line"], int) for e in amended)


def test_bad_arguments():
    with pytest.raises(wuye.InvalidArgument):
        simulate.month(1, "2026-13")
    with pytest.raises(wuye.InvalidArgument):
        list(simulate.simulate(1, "yesterday"))
    with pytest.raises(wuye.InvalidArgument):
        list(simulate.simulate(1, days=0))


def test_demo(capsys, tmp_path):
    from wuye import demo

    assert demo.main(["--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert "SIMULATED" in out.splitlines()[0]
    assert "everything holds" in out
    assert "dispatch" in out.lower()
    assert "call-and-visit record" in out
    for title in (
        "Callbacks (R112 to R118)",
        "Money (R124 to R136)",
        "In care (R137 to R143)",
        "Roster: ",
        "Handovers (R215 to R232)",
        "The month's sheets (R340)",
    ):
        assert title in out
    sheets = out[out.index("The month's sheets") :].split("\n\n")[0].splitlines()[3:]
    assert [line.split()[0] for line in sheets] == ["li", "zhou", "qian", "shen"]
    assert all(" frozen " in line for line in sheets)
    assert "condition [R142]" in out
    log = tmp_path / "log.csv"
    log.write_text(
        "caseid,task,user,end_timestamp\n8,Assign seriousness,Value 8,2010-12-22T06:35:14\n8,VERIFIED,Value 8,2010-12-22T06:36:14\n", encoding="utf-8"
    )
    assert demo.main([str(log)]) == 0
    assert "helpdesk" in capsys.readouterr().out
    assert demo.main([str(tmp_path / "absent.csv")]) == 2
    capsys.readouterr()
    assert demo.main(["--seed", "3", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    for title in (
        "未受理：",
        "逐级上报：",
        "种类",
        "考核表",
        "回访（R112 至 R118）",
        "物业管理费",
        "保管（R137 至 R143）",
        "排班：",
        "已冻结",
        "核对无误",
    ):
        assert title in out
    for english in ("Refused", "Escalated", "The scorecard", "told", "times", "everything holds"):
        assert english not in out


def test_a_repairs_only_office_has_a_year_without_findings_of_other_chapters(tmp_path):
    layer = 'name = "repairs"\nextends = "standard"\n[[use]]\nchapter = "kf15_repair"\n'
    with wuye.memory(wuye.Manual.load(("repairs.toml", layer))) as office:
        done = simulate.record(simulate.simulate(4, "2026-01-01", days=365, rates=simulate.Rates(reports_a_day=4, others=0)), office)
        office.advance("2027-01-01T00:00+08:00")
        assert done.outcomes["accepted"] > 8000
        ours = {"repair", "warranty", "provider"}
        assert {r["procedure"] for r in office.table("cases")} <= ours
        assert {r["procedure"] for r in office.table("deadlines")} <= ours
        cases = {r["case"] for r in office.table("cases")}
        assert {n.case for n in office.notices()} <= cases | {""}
        assert {f.metric for f in office.score("2026").figures if f.in_use} == {"dispatch_timeliness"}
        assert office.verify()
