"""The figures reckoned anew from the tables, with Polars and without the engine's arithmetic."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

import pytest

import wuye
from wuye import simulate

SH = ZoneInfo("Asia/Shanghai")
APART = {"custody": 0, "money": 0, "shifts": 0, "sheets": 0}  # a whole desk's year is test_year_polars.py


@pytest.fixture(scope="module")
def office():
    with wuye.memory() as made:
        rates = simulate.Rates(late=0.3, complaints=4, **APART)
        simulate.record(simulate.simulate(5, "2026-03-01", days=35, rates=rates), made, answers=simulate.Answers(5, rates))
        made.advance("2026-04-05T00:00+08:00")
        yield made


@pytest.fixture(scope="module")
def quarter():
    """Three months and a week, of a smaller office."""
    with wuye.memory() as made:
        rates = simulate.Rates(reports_a_day=6, complaints=4, **APART)
        simulate.record(simulate.simulate(11, "2026-03-01", days=99, rates=rates), made, answers=simulate.Answers(11, rates))
        made.advance("2026-06-08T00:00+08:00")
        yield made


SHARES = {"repair_enquiry": Fraction(4, 5), "complaint": Fraction(1), "suggestion_help": Fraction(1)}
MONTHS = [("office", "2026-03"), ("quarter", "2026-03"), ("quarter", "2026-04"), ("quarter", "2026-05")]


def bounds(month):
    year, number = (int(part) for part in month.split("-"))
    return datetime(year, number, 1, tzinfo=SH), datetime(year, number + 1, 1, tzinfo=SH)


def within_limit(office, polars, procedure, deadline, month):
    """Done, due and late of a clock, by the month in which it falls due (ruling K5)."""
    start, end = bounds(month)
    rows = (
        office.table("deadlines")
        .to_polars()
        .with_columns(polars.col("due", "stopped").dt.convert_time_zone("Asia/Shanghai"))
        .filter(
            (polars.col("procedure") == procedure)
            & (polars.col("deadline") == deadline)
            & ~polars.col("opening")
            & ~polars.col("state").is_in(["dropped", "paused"])
            & (polars.col("due") >= start)
            & (polars.col("due") < end)
        )
    )
    done = rows.filter(polars.col("stopped") <= polars.col("due")).height
    late = rows.filter(polars.col("stopped") > polars.col("due")).height
    return done, rows.height, late


def called(office, polars, month):
    """Callbacks of the month, with what speaks against each, from the cases, clocks, breaches and the base."""
    base = office.table("callback_base").to_polars()
    again = base.filter(polars.col("position") == 0)["case"].to_list()
    standing = (
        office.table("breaches")
        .to_polars()
        .filter(
            (polars.col("state") == "current")
            & polars.col("reason")
            .str.split(":")
            .list.first()
            .is_in(["condition", "missing_field", "not_allowed", "same_person", "unknown_actor", "kept_out"])
        )
    )
    broken = standing.filter(polars.col("action").is_in(["call", "dissatisfied"]))["case"].to_list()
    given_up = standing.filter(polars.col("action").is_in(["unreachable", "decline", "cancel"]))["case"].to_list()
    clocks = office.table("deadlines").to_polars().filter((polars.col("procedure") == "callback") & (polars.col("deadline") == "call"))
    return (
        office.table("cases")
        .to_polars()
        .filter((polars.col("procedure") == "callback") & (polars.col("month") == month))
        .select("case", "about", "about_class", "channel", "ending", "satisfaction")
        .join(clocks.select("case", "state", "due", "stopped", "holder"), on="case")
        .with_columns(
            polars.col("case").is_in(broken).alias("broken"),
            # What was done over is called back on once more, outside the quota: by a case of its own, or by another callback about the same.
            (polars.col("about").is_in(again) | ~polars.col("case").str.ends_with("/callback.1")).alias("again"),
            ((polars.col("state") == "dropped") & ~polars.col("case").is_in(given_up)).alias("dropped"),
        )
        .with_columns(
            (
                polars.col("stopped").is_not_null()
                & (polars.col("stopped") <= polars.col("due"))
                & (polars.col("state") != "dropped")
                & ~polars.col("broken")
                & ~polars.col("again")
                & polars.col("satisfaction").is_not_null()
                & (polars.col("satisfaction") != "")
            ).alias("good")
        )
    )


CHANNELS = [(which, month, channel) for which, month in MONTHS for channel in ("visit", "phone")]


@pytest.mark.parametrize(("which", "month", "channel"), CHANNELS)
def test_callbacks_agree(request, which, month, channel):
    """Rulings K4 and K12: what is due is the quota of the month's base but for whom nobody could reach; any good callback counts up to it; visits
    beyond theirs fill the phone's."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    office = request.getfixturevalue(which)
    base = office.table("callback_base").to_polars().filter((polars.col("month") == month) & (polars.col("position") > 0))
    total = sum(ceil(SHARES[group] * count) for group, count in base.group_by("group").len().rows())
    rows = called(office, polars, month)
    total -= rows.filter(polars.col("dropped") & ~polars.col("again")).height
    due = {"visit": ceil(Fraction(total, 5))}
    due["phone"] = total - due["visit"]
    first = rows.filter(polars.col("good")).sort("stopped").unique("about", keep="first")  # each case once, by whichever came first
    made = {name: first.filter(polars.col("channel") == name).height for name in due}
    done = {"visit": min(made["visit"], due["visit"])}
    done["phone"] = min(due["phone"], made["phone"] + made["visit"] - done["visit"])
    figure = office.score(month)[f"callback_{channel}"]
    assert due[channel] > 20
    assert 0 < done[channel] < due[channel]
    assert (figure.done, figure.due) == (done[channel], due[channel])


@pytest.mark.parametrize(("who", "channel"), [("li", "phone"), ("zhou", "phone"), ("qian", "visit"), ("shen", "visit")])
def test_an_officers_callbacks_agree(quarter, who, channel):
    """Ruling K8: an officer is charged with what was assigned to him."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    rows = called(quarter, polars, "2026-04").filter(
        (polars.col("holder") == who) & (polars.col("channel") == channel) & ~polars.col("again") & ~polars.col("dropped")
    )
    figure = quarter.score("2026-04", who)[f"callback_{channel}"]
    assert rows.height > 5
    done = rows.filter(polars.col("good"))["about"].n_unique()
    assert (figure.done, figure.due) == (done, done + rows.filter(~polars.col("good")).height)


def agree(office, month):
    """The score and the table of callbacks' figures say the same of a month, by channel and by officer; answers how many figures were asked."""
    lines = [line for line in office.table("callback_figures") if line["month"] == month]
    by_channel = {line["name"]: line for line in lines if line["by"] == "channel"}
    officers = {(line["name"], line["channel"]): line for line in lines if line["by"] == "officer"}
    keys = ("done", "due", "late")
    whole = office.score(month)
    for channel, line in by_channel.items():
        figure = whole[f"callback_{channel}"]
        assert (figure.done, figure.due, figure.late) == tuple(line[key] for key in keys), (month, channel)
        why = figure.why()
        assert sum(case.on_time for case in why) == figure.done
        assert all(case.reason for case in why if not case.on_time)
    for who in {who for who, _ in officers}:
        own = office.score(month, who)
        for channel in by_channel:
            figure = own[f"callback_{channel}"]
            line = officers.get((who, channel), dict.fromkeys(keys, 0))
            assert (figure.done, figure.due, figure.late) == tuple(line[key] for key in keys), (month, who, channel)
            assert sum(case.counted for case in figure.why()) == figure.due
            assert sum(case.on_time for case in figure.why()) == figure.done
    return len(by_channel) + len(officers)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_score_is_the_table(tmp_path, seed):
    """In memory and in a file, while the months run and when they are over; and several months are what their months add up to."""
    chances = {"late": 0.2, "callback_unreachable": 0.2, "callbacks": 0.8, "callback_dissatisfied": 0.2}
    rates = simulate.Rates(reports_a_day=5, complaints=4, **chances, **APART)
    file = wuye.open(tmp_path / "desk.db")
    with wuye.memory() as memory, file:
        for office in (memory, file):
            entries = list(simulate.simulate(seed, "2026-03-01", days=45, rates=rates))
            simulate.record(entries, office, answers=simulate.Answers(seed, rates))
            asked = agree(office, "2026-03") + agree(office, "2026-04")
            office.advance("2026-05-20T00:00+08:00")
            assert asked + agree(office, "2026-03") + agree(office, "2026-04") > 20
            both = office.score("2026-03-01/2026-04-30")
            for channel in ("phone", "visit"):
                months = [office.score(month)[f"callback_{channel}"] for month in ("2026-03", "2026-04")]
                figure = both[f"callback_{channel}"]
                assert (figure.done, figure.due, figure.late, figure.points) == tuple(
                    sum(getattr(m, of) for m in months) for of in ("done", "due", "late", "points")
                )


@pytest.mark.parametrize(("which", "month"), MONTHS)
@pytest.mark.parametrize(
    ("metric", "procedure", "deadline"), [("dispatch_timeliness", "repair", "dispatch"), ("complaint_handling", "complaint", "handle")]
)
def test_clocks_agree(request, which, month, metric, procedure, deadline):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    office = request.getfixturevalue(which)
    figure = office.score(month)[metric]
    assert figure.due > 5
    assert (figure.done, figure.due, figure.late) == within_limit(office, polars, procedure, deadline, month)


@pytest.mark.parametrize(("which", "month"), MONTHS)
def test_every_metric_with_a_denominator_is_reckoned_anew(request, which, month):
    figures = request.getfixturevalue(which).score(month).figures
    rates = {"callback_phone", "callback_visit", "complaint_handling", "dispatch_timeliness"}
    assert {f.metric for f in figures if f.due} - {"work_records"} == rates


@pytest.mark.parametrize(("which", "month"), MONTHS)
def test_incomplete_records_agree(request, which, month):
    """R335: what was left out of a record and not put right since, by when it was to be written."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    office = request.getfixturevalue(which)
    start, end = (int(edge.timestamp()) * 1_000_000 for edge in office.manual.period(month))
    left_out = (
        office.table("breaches")
        .to_polars()
        .filter(polars.col("reason").str.starts_with("missing_field") & (polars.col("state") == "current"))
        .filter(polars.col("at").dt.epoch("us").is_between(start, end, closed="left"))
        .height
    )
    assert office.score(month)["work_records"].due == left_out


@pytest.mark.parametrize(("which", "month"), MONTHS)
def test_the_draws_are_the_share(request, which, month):
    """R113, R114: of each group the share, rounded up, when the month is over; and within one case of it after each case."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    base = request.getfixturevalue(which).table("callback_base").to_polars().filter((polars.col("month") == month) & (polars.col("position") > 0))
    for group, share in SHARES.items():
        rows = base.filter(polars.col("group") == group).sort("position")
        assert rows["position"].to_list() == list(range(1, rows.height + 1))
        assert rows.height
        drawn = 0
        for position, state in rows.select("position", "state").rows():
            drawn += state == "drawn"
            assert abs(drawn - share * position) <= 1
        assert drawn == ceil(share * rows.height)


def recomputed(frame, polars, start, end, who=None):
    """Done ÷ due over the deadlines due in the period: met by its due instant, or not."""
    frame = frame.with_columns(polars.col("due", "stopped").dt.convert_time_zone("Asia/Shanghai"))
    rows = frame.filter(
        (polars.col("procedure") == "repair")
        & (polars.col("deadline") == "dispatch")
        & (polars.col("state") != "dropped")
        & ~polars.col("opening")
        & polars.col("due").is_not_null()
        & (polars.col("due") >= start)
        & (polars.col("due") < end)
    )
    if who:
        rows = rows.filter(polars.when(polars.col("stopped_by") != "").then(polars.col("stopped_by")).otherwise(polars.col("holder")) == who)
    done = rows.filter(polars.col("stopped").is_not_null() & (polars.col("stopped") <= polars.col("due"))).height
    late = rows.filter(polars.col("stopped").is_not_null() & (polars.col("stopped") > polars.col("due"))).height
    return done, rows.height, late


@pytest.mark.parametrize("who", [None, "li", "zhou", "chen"])
def test_polars_agrees(office, who):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    figure = office.score("2026-03", who)["dispatch_timeliness"]
    clock = office.clock
    end = min(datetime(2026, 4, 1, tzinfo=SH), clock)
    expected = recomputed(office.table("deadlines").to_polars(), polars, datetime(2026, 3, 1, tzinfo=SH), end, who)
    assert figure.due > 5
    assert (figure.done, figure.due, figure.late) == expected


def test_duckdb_agrees(office):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    deadlines = office.table("deadlines").to_pyarrow()  # noqa: F841 - duckdb reads it by its name
    done, due = duckdb.sql("""
        select count(*) filter (where stopped <= due), count(*) from deadlines
        where procedure = 'repair' and deadline = 'dispatch' and state <> 'dropped' and not opening
          and due >= timestamptz '2026-03-01 00:00:00+08' and due < timestamptz '2026-04-01 00:00:00+08'
    """).fetchall()[0]
    figure = office.score("2026-03")["dispatch_timeliness"]
    assert (figure.done, figure.due) == (done, due)


def test_every_figure_is_its_cases(office):
    """Whatever metric there is: the table of figures by month and officer is what its cases add up to, counted with Polars."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    cases = office.table("metric_cases").to_polars().filter(polars.col("metric") == "dispatch_timeliness")
    summed = (
        cases.filter(polars.col("counted"))
        .group_by("month", "who")
        .agg(polars.col("on_time").sum().cast(polars.Int64).alias("done"), polars.len().cast(polars.Int64).alias("due"))
        .sort("month", "who")
    )
    figures = (
        office.scores("2026-03-01/2026-04-30", by=["month", "who"])
        .to_polars()
        .filter((polars.col("metric") == "dispatch_timeliness") & (polars.col("due") > 0))
        .select("month", "who", "done", "due")
        .sort("month", "who")
    )
    assert summed.height > 3
    assert figures.rows() == summed.rows()


def test_a_figure_asks_for_its_cases(office):
    figure = office.score("2026-03")["dispatch_timeliness"]
    assert figure.cases == ()
    why = figure.why()
    assert sum(case.counted for case in why) == figure.due
    assert sum(case.on_time for case in why) == figure.done
    assert len(why) == figure.due + sum(figure.excluded.values())
    assert figure.value.numerator * figure.due == figure.done * figure.value.denominator


def test_posted_satisfaction_is_exact():
    with wuye.memory() as office:
        office.record(do="set_staff", staff="wang", post="cs_supervisor", by="system:hr", at="2026-01-01T00:00+08:00")
        office.record(do="set_staff", staff="qian", post="zone_officer", zone="A", by="system:hr", at="2026-01-01T00:00+08:00")
        common = {"class": "satisfaction_result", "measured": "2026-06-15", "zone": "A", "by": "wang", "at": "2026-07-01T09:00+08:00"}
        assert office.score("2026-05", "qian")["satisfaction"].state == "pending"
        rates = [Fraction(935, 1000)]
        office.record(do="post_rate", origin="survey", percent="93.5", **common)
        checks = [(101, 107), (211, 223), (307, 331), (401, 419), (503, 521), (601, 613), (701, 719), (809, 821)]
        for satisfied, answered in checks:
            office.record(do="post_counts", origin="spot_check", satisfied=satisfied, answered=answered, **common)
        rates.append(sum((Fraction(s, a) for s, a in checks), Fraction(0)) / len(checks))
        figure = office.score("2026-05", "qian")["satisfaction"]
        assert figure.value == sum(rates, Fraction(0)) / 2
        [card] = office.scorecards("2026-05", "qian")
        assert card.score == 100 - card.deducted
        assert card.deducted == figure.points == 4 * ((Fraction(95, 100) - figure.value) * 100 // 1)
        assert [case.value for case in figure.why()][-1] is not None
