"""Whatever is told, in whatever order: replayed, it gives the same digest; and no text whatever breaks the door."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import wuye

pytest.importorskip("hypothesis", reason="hypothesis is not installed")
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

START = datetime(2026, 3, 2, 0, 0, tzinfo=timezone(timedelta(hours=8)))
ACTIONS: dict[str, dict[str, Any]] = {
    "report": {"class": "repair", "place": "3-1201", "text": "t"},
    "dispatch": {"worker": "sun"},
    "arrive": {},
    "start": {},
    "quote": {"quote": 5000},
    "consent": {"agreed": 5000, "consent": "签字"},
    "await_parts": {"parts": "p", "parts_expected": "2026-03-04T10:00+08:00"},
    "parts_arrived": {},
    "complete": {"result": "r", "fault": "water", "cause": "c"},
    "check": {"check_result": "ok"},
    "rework": {"reason": "r"},
    "cancel": {"reason": "r"},
    "carry_over": {"told_until": "2026-03-03T10:00+08:00"},
    "nobody_home": {},
    "rebook": {"promised": "2026-03-05T10:00+08:00"},
    "extend": {"extended_to": "2026-03-06T10:00+08:00", "reason": "r", "told_until": "2026-03-06T10:00+08:00"},
    "reclassify": {"reason": "r", "urgency": "emergency"},
}

step = st.one_of(
    st.tuples(
        st.just("entry"),
        st.sampled_from(sorted(ACTIONS)),
        st.sampled_from(["li", "chen", "sun", "wang", "he", "nobody", "resident:3-1201"]),
        st.integers(0, 3),
        st.integers(0, 200),
        st.integers(0, 4000),
    ),
    st.tuples(st.just("amend"), st.sampled_from(["correct", "void"]), st.just("wang"), st.integers(1, 60), st.integers(0, 200), st.just(0)),
    st.tuples(st.just("advance"), st.just(""), st.just(""), st.just(0), st.integers(0, 3000), st.just(0)),
)


def play(office: wuye.Office, steps: list[tuple[str, str, str, int, int, int]]) -> list[dict[str, Any]]:
    """Does the steps; gives the entries that were told."""
    now = START
    told: list[dict[str, Any]] = []
    for n, (kind, action, by, number, wait, back) in enumerate(steps):
        now += timedelta(minutes=wait)
        if kind == "advance":
            office.advance(now)
            continue
        entry: dict[str, Any] = {"at": now.isoformat(), "by": by, "do": action, "source": "h", "key": str(n)}
        if kind == "amend":
            entry |= {"line": number, "reason": "r"} | ({"happened": (now - timedelta(minutes=wait)).isoformat()} if action == "correct" else {})
        else:
            entry |= ACTIONS[action] | {"case": f"c{number}"}
            if back > 3000:
                entry |= {"at": (now - timedelta(minutes=back - 3000)).isoformat(), "now": now.isoformat()}
        told.append(entry)
        office.record(**entry)
    return told


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(step, max_size=40))
def test_replay_equals_live(steps):
    from conftest import settle

    with settle(wuye.memory(seed="h")) as live:
        play(live, steps)
        assert live.verify().findings == ()
        with wuye.memory(seed="h") as replayed:
            replayed.load(live.lines())
            assert (replayed.digest(), replayed.state_digest()) == (live.digest(), live.state_digest())
            assert replayed.next_due() == live.next_due()
            assert replayed.notices() == live.notices()
            assert replayed.score("2026-03").figures == live.score("2026-03").figures


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, max_size=30), st.integers(1, 7))
def test_how_often_the_host_calls_makes_no_difference(steps, chunk):
    from conftest import settle

    steps = [s for s in steps if s[0] != "advance"]
    with settle(wuye.memory(seed="h")) as live, settle(wuye.memory(seed="h")) as batched:
        told = play(live, steps)
        for n in range(0, len(told), chunk):
            batched.record_lines(told[n : n + chunk], mode="independent")
        assert batched.digest() == live.digest()


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
            max_leaves=8,
        ).map(json.dumps),
    )
)
def test_any_text_gets_an_answer_or_a_clear_error(text):
    with wuye.memory() as office:
        before = office.digest()
        try:
            outcomes = office.record_lines(text, mode="atomic")
        except wuye.InvalidArgument as error:
            assert str(error)  # noqa: PT017 - either answer will do
        else:
            assert all(not o.accepted and o.reason for o in outcomes)
        assert office.digest() == before


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_manual_text_is_checked(text):
    problems = wuye.Manual.check(("x.toml", text))
    assert any(p.error for p in problems)
    with pytest.raises(wuye.InvalidArgument):
        wuye.Manual.load(("x.toml", text))
