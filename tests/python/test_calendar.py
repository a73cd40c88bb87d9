"""Working time: scalars, arrays of every kind, and agreement between them."""

from __future__ import annotations

import pickle
from array import array
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

import wuye

SH = ZoneInfo("Asia/Shanghai")
WEEK = {"workdays": [("08:30", "12:00"), ("13:00", "18:30")]}


@pytest.fixture
def desk():
    return wuye.Calendar(time_zone="Asia/Shanghai", weekly=WEEK, overrides={"2026-03-07": [("09:00", "12:00")]}, holidays=["2026-03-04"])


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SH)


def test_add_and_between(desk):
    assert desk.add(at("2026-03-02T11:30"), 3600) == at("2026-03-02T13:30")
    assert desk.add(at("2026-03-02T13:30"), -3600) == at("2026-03-02T11:30")
    assert desk.add(at("2026-03-03T18:00"), timedelta(hours=1)) == at("2026-03-05T09:00")
    assert desk.add("2026-03-06T18:00+08:00", 3600 * 2).isoformat() == "2026-03-07T10:30:00+08:00"
    assert desk.add(at("2026-03-02T17:30"), 3600) == at("2026-03-02T18:30")
    assert desk.breach(at("2026-03-02T17:30"), 3600) == at("2026-03-03T08:30") + timedelta(microseconds=1)
    assert desk.between(at("2026-03-02T11:30"), at("2026-03-02T13:30")) == 3600
    assert desk.between(at("2026-03-02T13:30"), at("2026-03-02T11:30")) == -3600
    assert desk.between(at("2026-03-02T11:30"), at("2026-03-02T11:30:00.000001")) == Fraction(1, 1_000_000)
    assert desk.add(at("2026-03-02T11:30"), Fraction(1, 2)) == at("2026-03-02T11:30:00.500000")


def test_pauses(desk):
    pauses = [(at("2026-03-02T09:00"), at("2026-03-02T10:00"))]
    assert desk.add(at("2026-03-02T08:30"), 3600, pauses) == at("2026-03-02T10:30")
    assert desk.between(at("2026-03-02T08:30"), at("2026-03-02T10:30"), pauses=pauses) == 3600
    assert desk.add([at("2026-03-02T08:30")], 3600, pauses) == [at("2026-03-02T10:30")]
    with pytest.raises(wuye.InvalidArgument):
        desk.add(at("2026-03-02T08:30"), 3600, [pauses[0], pauses[0]])


def test_open_periods_and_days(desk):
    assert desk.is_open(at("2026-03-02T08:30"))
    assert not desk.is_open(at("2026-03-02T12:00"))
    assert not desk.is_open(at("2026-03-04T10:00"))
    assert desk.periods(at("2026-03-06T17:00"), 2) == [
        (at("2026-03-06T17:00"), at("2026-03-06T18:30")),
        (at("2026-03-07T09:00"), at("2026-03-07T12:00")),
    ]
    assert desk.periods(at("2026-03-07T10:00"), 1, backward=True) == [(at("2026-03-07T09:00"), at("2026-03-07T10:00"))]
    assert desk.add_days(at("2026-03-03T10:00"), 1) == at("2026-03-05T10:00")
    assert desk.add_days(at("2026-03-05T10:00"), -1) == at("2026-03-03T10:00")
    assert desk.next_open(at("2026-03-07T12:00")) == at("2026-03-09T08:30")
    assert desk.add_days([at("2026-03-03T10:00")] * 2, [1, 2]) == [at("2026-03-05T10:00"), at("2026-03-06T10:00")]


def test_bad_input(desk):
    with pytest.raises(wuye.InvalidArgument):
        desk.add(datetime(2026, 3, 2, 10), 60)  # noqa: DTZ001
    for bad in (1.5, True, "60", None):
        with pytest.raises(wuye.InvalidArgument):
            desk.add(at("2026-03-02T10:00"), bad)
    with pytest.raises(wuye.InvalidArgument):
        desk.add(at("2026-03-02T10:00"), Fraction(1, 3_000_000))
    with pytest.raises(wuye.NoWorkingTime):
        wuye.Calendar(weekly={}).add("2026-03-02T10:00Z", 60)
    with pytest.raises(wuye.NoWorkingTime):
        wuye.Calendar(weekly={}).add_days("2026-03-02T10:00Z", 1)
    with pytest.raises(wuye.NotFound):
        wuye.Calendar(time_zone="Mars/Olympus", weekly=WEEK)
    for weekly in ({"mon": [("08:30", "12:00"), ("11:00", "13:00")]}, {"mon": ["08:30"]}, {"mon": [("8", "9")]}, {"funday": [("08:30", "12:00")]}):
        with pytest.raises(wuye.InvalidArgument):
            wuye.Calendar(weekly=weekly)
    with pytest.raises(wuye.InvalidArgument):
        wuye.Calendar(weekly=WEEK, holidays=["2026-02-30"])
    with pytest.raises(wuye.InvalidArgument):
        wuye.Calendar(weekly=WEEK, holidays=[datetime(2026, 3, 4)])  # noqa: DTZ001


def test_lists_and_int64_buffers_agree_with_scalars(desk):
    starts = [at("2026-03-01T00:00") + timedelta(minutes=97 * n) for n in range(200)]
    expected = [desk.add(s, 5400) for s in starts]
    assert desk.add(starts, 5400) == expected
    assert desk.add(tuple(starts), [5400] * 200) == expected
    us = array("q", [int(s.timestamp()) * 1_000_000 for s in starts])
    out = desk.add(us, array("q", [5400 * 1_000_000]) * 200)
    assert isinstance(out, array)
    assert [datetime.fromtimestamp(v / 1e6, SH) for v in out] == expected
    assert desk.between(starts, expected) == [5400] * 200
    assert desk.between(starts[0], expected) == [desk.between(starts[0], e) for e in expected]
    assert desk.is_open(starts) == [desk.is_open(s) for s in starts]
    assert list(desk.next_open(us)) == [int(desk.next_open(s).timestamp()) * 1_000_000 for s in starts]
    with pytest.raises(ValueError, match="length"):
        desk.add(starts, [1, 2])


def test_never_is_none_or_never_us():
    closed = wuye.Calendar(weekly={})
    assert closed.add(["2026-03-02T10:00Z"], 60) == [None]
    assert list(closed.next_open(array("q", [0]))) == [wuye.NEVER_US]


def test_numpy(desk):
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    starts = numpy.datetime64("2026-03-01T16:00") + numpy.arange(500) * numpy.timedelta64(53, "m")
    out = desk.add(starts, 5400)
    assert out.dtype == "datetime64[us]"
    scalar = [
        desk.add(s.item().replace(tzinfo=timezone.utc), 5400).astimezone(timezone.utc).replace(tzinfo=None) for s in starts.astype("datetime64[us]")
    ]
    assert out.tolist() == scalar
    assert (desk.between(starts, out) == numpy.timedelta64(5400, "s")).all()
    assert desk.between(starts, out).dtype == "timedelta64[us]"
    assert desk.add(starts, numpy.full(500, 5400)).tolist() == scalar
    assert desk.add(starts, numpy.full(500, 90, dtype="timedelta64[m]")).tolist() == scalar
    assert desk.is_open(starts).dtype == bool
    assert numpy.isnat(wuye.Calendar(weekly={}).add(starts, 60)).all()
    ints = starts.astype("datetime64[us]").astype("int64")
    assert (desk.add(ints, 5400) == out.astype("int64")).all()
    with pytest.raises(wuye.InvalidArgument):
        desk.add(numpy.array([1.5]), 60)
    with pytest.raises(TypeError, match="contiguous"):
        desk.add(ints[::2], 60)


def test_pandas_and_polars(desk):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    series = pandas.Series(pandas.date_range("2026-03-02", periods=4, freq="5h", tz="Asia/Shanghai"))
    expected = [desk.add(s.to_pydatetime(), 3600) for s in series]
    got = desk.add(series, 3600)
    assert [pandas.Timestamp(g, tz="UTC").to_pydatetime() for g in got] == expected
    polars = pytest.importorskip("polars", reason="polars is not installed")
    got = desk.add(polars.Series(list(series)), 3600)
    assert [pandas.Timestamp(g, tz="UTC").to_pydatetime() for g in got] == expected


def test_dates_may_be_dates_and_calendars_pickle():
    made = wuye.Calendar(time_zone="+08:00", weekly={"daily": [("22:00", "06:00")]}, overrides={date(2026, 3, 2): []}, almanac=(2026, 2026))
    again = pickle.loads(pickle.dumps(made))
    assert again.is_open("2026-03-02T03:00+08:00")
    assert not again.is_open("2026-03-02T23:00+08:00")
    assert wuye.Calendar(around_the_clock=True).add("2026-03-02T03:00Z", 60).isoformat() == "2026-03-02T03:01:00+00:00"


def test_a_calendar_of_the_manual():
    desk_day = wuye.Manual.standard().calendar("desk_day")
    assert desk_day.add("2026-03-02T17:30+08:00", 7200).isoformat() == "2026-03-03T09:30:00+08:00"
    with pytest.raises(TypeError):
        pickle.dumps(desk_day)
    with pytest.raises(wuye.NotFound):
        wuye.Manual.standard().calendar("desk_dya")
