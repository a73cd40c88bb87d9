"""Dispatch timeliness reckoned anew from the table, with Polars and without the engine's arithmetic."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

import wuye
from wuye import simulate

SH = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def office():
    with wuye.memory() as made:
        simulate.record(simulate.simulate(5, "2026-03-01", days=35, rates=simulate.Rates(late=0.3)), made)
        made.advance("2026-04-05T00:00+08:00")
        yield made


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
    from fractions import Fraction

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
