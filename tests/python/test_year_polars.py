"""A simulated office's year: every sheet, account, thing in care and rostered shift reckoned anew with Polars, from the exported tables."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from types import SimpleNamespace

import pytest

import wuye
from test_scores_polars import SH, called
from wuye import simulate
from wuye.roster import roster

polars = pytest.importorskip("polars", reason="polars is not installed")

OFFICERS = {"li": "front_desk", "zhou": "front_desk", "qian": "zone", "shen": "zone"}
ZONES = {"qian": ("east",), "shen": ("west",), "li": ("east", "west"), "zhou": ("east", "west")}
RATES = {
    "reports_a_day": 2,
    "late": 0.05,
    "mistake": 0.02,
    "complaints": 20,
    "money": 3,
    "callback_never": 0.01,
    "callback_unreachable": 0.02,
    "debts": 0.2,
    "after_approval": 0.02,
}


@pytest.fixture(scope="module")
def year():
    """2026, and the days in which its last sheets are approved."""
    with wuye.memory(seed="year") as office:
        rates = simulate.Rates(**RATES)
        simulate.record(simulate.simulate(12, "2026-01-01", days=375, rates=rates, units=30), office, answers=simulate.Answers(12, rates))
        office.advance("2027-01-11T00:00+08:00")
        yield office


class Frames:
    """The tables of an office as Polars frames, each exported once."""

    def __init__(self, office):
        self.office = office
        self.frames = {}

    def __call__(self, name):
        if name not in self.frames:
            frame = self.office.table(name).to_polars()
            instants = [column for column, kind in frame.schema.items() if isinstance(kind, polars.Datetime)]
            self.frames[name] = frame.with_columns(polars.col(instants).dt.convert_time_zone("Asia/Shanghai"))
        return self.frames[name]

    def table(self, name):
        return SimpleNamespace(to_polars=lambda: self(name))


def bounds(month):
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=SH)
    return first, (first + timedelta(days=32)).replace(day=1)


def within(column, month):
    start, end = bounds(month)
    return (polars.col(column) >= start) & (polars.col(column) < end)


def short_of(value, pass_mark):
    """Four points for each full percentage point below the mark (ruling K1), in hundredths."""
    return 400 * max(0, floor((pass_mark - value) * 100))


def rate(done, due, pass_mark):
    return (done, due, short_of(Fraction(done, due), pass_mark)) if due else (0, 0, 0)


COLLECTED = ("management", "shared_utility", "water", "electricity")


def collected(then, who, month):
    """R336, R337: of what was due in the quarter what had come in when it ended, for points; and what has by now, for the bonus."""
    if int(month[5:]) % 3:
        return 0, 0, 0, 0
    _, end = bounds(month)
    begin = (end - timedelta(days=80)).replace(day=1)
    zones = then("units").filter(polars.col("zone").is_in(ZONES[who]))["place"].to_list()
    charges = then("charges").filter(
        polars.col("head").is_in(COLLECTED)
        & polars.col("place").is_in(zones)
        & (polars.col("due") >= begin.date())
        & (polars.col("due") < end.date())
        & (polars.col("reversed") == 0)
    )
    moved = then("postings").join(charges.select("charge"), on="charge", how="semi")

    def standing(rows):
        sums = {kind: rows.filter(polars.col("kind") == kind)["amount"].sum() for kind in ("pay", "waive")}
        return sums["pay"], charges["amount"].sum() - sums["waive"]

    then_done, then_due = standing(moved.filter(polars.col("at") < end))
    now_done, now_due = standing(moved)
    bonus = short_of(Fraction(now_done, now_due), Fraction(98, 100)) // 4 if now_due else 0
    return *rate(then_done, then_due, Fraction(98, 100)), bonus


def clock(then, procedure, deadline, who, month):
    """Done and due of a clock, charged to whoever stopped a dispatch, and to who answered for a complaint when it fell due (ruling K8)."""
    charged = polars.col("holder")
    if deadline == "dispatch":
        charged = polars.when(polars.col("stopped_by") != "").then(polars.col("stopped_by")).otherwise(polars.col("holder"))
    rows = then("deadlines").filter(
        (polars.col("procedure") == procedure)
        & (polars.col("deadline") == deadline)
        & ~polars.col("opening")
        & ~polars.col("state").is_in(["dropped", "paused"])
        & within("due", month)
        & (charged == who)
    )
    return rate(rows.filter(polars.col("stopped") <= polars.col("due")).height, rows.height, 1)


def callbacks(then, channel, who, month):
    rows = called(then, polars, month).filter(
        (polars.col("holder") == who) & (polars.col("channel") == channel) & ~polars.col("again") & ~polars.col("dropped")
    )
    done = rows.filter(polars.col("good"))["about"].n_unique()
    return rate(done, done + rows.filter(~polars.col("good")).height, 1)


def work_records(then, who, month):
    """R335: five points in a month in which anything is missing."""
    rows = then("breaches").filter(
        polars.col("reason").str.starts_with("missing_field") & (polars.col("state") == "current") & (polars.col("by") == who) & within("at", month)
    )
    return rows.height, rows.height, 500 if rows.height else 0


def satisfaction(then, who, month):
    """R328 to R330: surveys and spot checks averaged each, then together; one figure stands for each month of the half-year."""
    halves = [f"{month[:4]}-{number:02d}" for number in (range(1, 7) if month[5:] < "07" else range(7, 13))]
    rows = then("cases").filter(polars.col("procedure") == "satisfaction_result")
    if rows.height:
        rows = rows.filter(polars.col("measured").cast(polars.Utf8).str.slice(0, 7).is_in(halves) & polars.col("zone").is_in(ZONES[who]))
    results = [] if not rows.height else rows.select("origin", "satisfied", "answered").rows()
    by_origin = defaultdict(list)
    for origin, satisfied, answered in results:
        by_origin[origin].append(Fraction(satisfied, answered))
    if not by_origin:
        return 0, 0, 0
    value = sum(sum(rates) / len(rates) for rates in by_origin.values()) / len(by_origin)
    return len(results), value, short_of(value, Fraction(95, 100))


def figures(then, who, month):
    """What the sheet of an officer's month has to say: of each metric what was done, what was due, what it costs, and what of the bonus."""
    common = {"satisfaction": satisfaction(then, who, month), "work_records": work_records(then, who, month)}
    if OFFICERS[who] == "zone":
        return common | {
            "collection_rate": collected(then, who, month),
            "callback_visit": callbacks(then, "visit", who, month),
            "complaint_handling": clock(then, "complaint", "handle", who, month),
        }
    return common | {
        "callback_phone": callbacks(then, "phone", who, month),
        "dispatch_timeliness": clock(then, "repair", "dispatch", who, month),
    }


@pytest.fixture(scope="module")
def reckoned(year):
    """Each sheet beside what it has to say by the tables as they were when it was approved: the figures of its month, and of those before."""
    sheets = sorted(year.table("sheets").rows(), key=lambda row: row["approved_at"])
    out = []
    approvals = sorted({row["approved_at"] for row in sheets})
    for at in approvals:
        then = Frames(year.as_of(at))
        for sheet in sheets:
            if sheet["approved_at"] == at:
                earlier = [row["month"] for row in sheets if row["who"] == sheet["who"] and row["approved_at"] < at]
                out.append((sheet, {month: figures(then, sheet["who"], month) for month in [*earlier, sheet["month"]]}))
    return out


def costs(expected):
    """Points and percent of the bonus, in hundredths, by metric."""
    return {metric: (points, *bonus) if bonus else (points, 0) for metric, (_, _, points, *bonus) in expected.items()}


def test_every_sheet_is_reckoned_anew(reckoned):
    months = [f"2026-{number:02d}" for number in range(1, 13)]
    assert sorted((sheet["who"], sheet["month"]) for sheet, _ in reckoned) == sorted((who, month) for who in OFFICERS for month in months)
    costly = Counter()
    for sheet, months in reckoned:
        expected = months[sheet["month"]]
        said = {f["metric"]: f for f in json.loads(sheet["figures"]) if not f["recorded"]}
        assert set(said) == set(expected), sheet
        for metric, (done, due, points, *bonus) in expected.items():
            one, where = said[metric], (sheet["who"], sheet["month"], metric)
            assert one["points"] == points, where
            assert one.get("bonus", 0) == sum(bonus), where
            costly[metric] += points > 0
            if metric == "satisfaction":
                assert one["state"] == ("counted" if done else "pending"), where
                assert not done or Fraction(one["value"]) == due, where
            else:
                assert (one["done"], one["due"]) == (done, due), where
                assert metric == "work_records" or one["state"] == ("counted" if due else "not_applicable"), where
        deducted, withheld = (sum(column) for column in zip(*costs(expected).values(), strict=True))
        assert sheet["deducted_hundredths"] == deducted
        assert sheet["score_hundredths"] == max(0, 10_000 - deducted)
        assert sheet["bonus_withheld_hundredths"] == min(10_000, withheld)
        assert sheet["pending"] == (said["satisfaction"]["state"] == "pending")
    assert set(costly) == {*months_metrics()}
    assert all(costly.values()), costly


def months_metrics():
    """Every metric that some sheet bears."""
    return ("satisfaction", "work_records", "callback_visit", "complaint_handling", "collection_rate", "callback_phone", "dispatch_timeliness")


def test_what_changed_afterwards_is_on_the_next_sheet_once(reckoned):
    taken, named = {}, Counter()
    for sheet, months in reckoned:
        who, adjusts, points, bonus = sheet["who"], [], 0, 0
        for month, expected in months.items():
            now = costs(expected)
            before = taken.get((who, month), now)
            taken[who, month] = now
            adjusts += [(month, metric, before[metric], now[metric]) for metric in now if now[metric] != before[metric]]
            was, is_now = ([sum(column) for column in zip(*of.values(), strict=True)] for of in (before, now))
            points += min(10_000, is_now[0]) - min(10_000, was[0])  # as far as the floor lets it count
            bonus += min(10_000, is_now[1]) - min(10_000, was[1])
        said = [
            (one["month"], one["metric"], (one["before"], one.get("bonus_before", 0)), (one["after"], one.get("bonus_after", 0)))
            for one in json.loads(sheet["adjusts"])
        ]
        assert sorted(said) == sorted(adjusts), (who, sheet["month"])
        assert sheet["adjustment_hundredths"] == points, (who, sheet["month"])
        assert sheet["bonus_adjustment_hundredths"] == bonus, (who, sheet["month"])
        named.update(metric for _, metric, _, _ in adjusts)
    assert {"satisfaction", "work_records", "callback_phone", "callback_visit", "collection_rate"} <= set(named), named


def test_recovered_arrears_change_only_the_bonus(reckoned):
    """R337: what came in after a quarter ended gives the bonus back on the sheets after it; the points stand."""
    paid_back = [
        one
        for sheet, _ in reckoned
        for one in json.loads(sheet["adjusts"])
        if one["metric"] == "collection_rate" and one["bonus_after"] < one["bonus_before"]
    ]
    assert paid_back
    assert all(one["after"] == one["before"] for one in paid_back)


def test_the_cards_show_what_was_approved(year):
    for month in ("2026-01", "2026-06", "2026-12"):
        sheets = {row["who"]: row for row in year.table("sheets").rows() if row["month"] == month}
        cards = year.scorecards(month)
        assert {card.who for card in cards} == set(sheets)
        for card in cards:
            sheet = sheets[card.who]
            assert card.frozen
            assert [int(100 * value) for value in (card.score, card.deducted, card.adjustment)] == [
                sheet[f"{name}_hundredths"] for name in ("score", "deducted", "adjustment")
            ]


def told(entry):
    """When an entry is told."""
    return datetime.fromisoformat(entry.get("now", entry["at"]))


def sheets_of(entries):
    """The sheets of an office that is told just that."""
    with wuye.memory(seed="spring") as office:
        out = simulate.record(sorted(entries, key=told), office)
        assert not [entry for entry, _ in out.refused if entry["do"] != "extend"]
        return {(row["who"], row["month"]): row for row in office.table("sheets").rows()}


def changed(first, second):
    """Which columns of which sheets differ, but for the numbers of lines."""
    assert set(first) == set(second)
    return {(*key, column) for key, row in first.items() for column in row if column not in ("seq", "at_seq") and row[column] != second[key][column]}


@pytest.fixture(scope="module")
def spring():
    """Four months, as entries: without one callback of January, and without what two debtors paid after the first quarter's sheets; and these."""
    legal = {"late": 0.02, "mistake": 0, "told_late": 0, "amended": 0, "resent": 0, "after_approval": 0, "callback_never": 0}
    rates = simulate.Rates(reports_a_day=2, debts=0.3, custody=0, shifts=0, **legal)
    kept = []
    with wuye.memory(seed="spring") as office:
        made = simulate.simulate(3, "2026-01-01", days=124, rates=rates, units=40)
        simulate.record(made, office, answers=simulate.Answers(3, rates), kept=kept.append)
        late = next(row["case"] for row in office.table("callbacks") if row["who"] == "li" and row["month"] == "2026-01" and row["counted"])
        approvals = {row["month"]: row["approved_at"] for row in office.table("sheets").rows()}
        charges = {row["charge"]: row for row in office.table("charges").rows()}
        paid = {
            charges[row["charge"]]["place"]
            for row in office.table("postings").rows()
            if row["kind"] == "pay" and approvals["2026-03"] < row["at"] < approvals["2026-04"] and charges[row["charge"]]["due"] < date(2026, 4, 1)
        }
    call = next(entry for entry in kept if entry["do"] == "call" and entry["case"] == late)
    recovered = [entry for entry in kept if entry["do"] == "receive" and entry.get("place") in paid and told(entry) > approvals["2026-03"]]
    left_out = {entry["case"] for entry in recovered}
    without = [entry for entry in kept if not (entry.get("case") == late and told(entry) >= told(call)) and entry.get("case") not in left_out]
    return without, sheets_of(without), call, recovered


def test_a_late_entry_after_approval_changes_only_the_adjustment(spring):
    """The same months, once with a callback of January that is written down in the middle of February, once without."""
    entries, first, call, _ = spring
    second = sheets_of([*entries, call | {"now": "2026-02-12T09:00:00+08:00"}])
    assert len(first) == 16
    assert first["li", "2026-01"]["score_hundredths"] > 0
    assert changed(first, second) == {("li", "2026-02", "adjustment_hundredths"), ("li", "2026-02", "adjusts")}
    assert json.loads(first["li", "2026-02"]["adjusts"]) == []
    [one] = json.loads(second["li", "2026-02"]["adjusts"])
    assert (one["month"], one["metric"]) == ("2026-01", "callback_phone")
    assert second["li", "2026-02"]["adjustment_hundredths"] == one["after"] - one["before"] < 0


def test_a_recovered_arrear_changes_only_the_bonus(spring):
    """R337. The same months, once with arrears of the first quarter that are paid when its sheets have been approved, once without."""
    entries, first, _, recovered = spring
    second = sheets_of([*entries, *recovered])
    differences = changed(first, second)
    gained = {who for who, *_ in differences}
    assert gained
    assert differences == {(who, "2026-04", column) for who in gained for column in ("bonus_adjustment_hundredths", "adjusts")}
    for who in gained:
        [one] = (one for one in json.loads(second[who, "2026-04"]["adjusts"]) if one["metric"] == "collection_rate")
        assert (one["month"], one["before"]) == ("2026-03", one["after"])
        assert one["bonus_after"] < one["bonus_before"] == first[who, "2026-03"]["bonus_withheld_hundredths"]
        assert second[who, "2026-04"]["bonus_adjustment_hundredths"] < first[who, "2026-04"]["bonus_adjustment_hundredths"] <= 0


# Money.


def journal(office):
    return [json.loads(line)["line"] for line in office.lines(0).splitlines()]


KINDS = {"paid": "pay", "waived": "waive", "written_off": "write_off", "reversed": "reverse"}


def test_every_account_is_its_postings(year):
    """Charged is paid, waived, written off, reversed or owed, to the fen, by account and head; and what came in is what was told."""
    frames = Frames(year)
    charges = frames("charges")
    of_charges = frames("postings").filter(polars.col("charge") != "")
    sums = of_charges.group_by("charge").agg(
        polars.col("amount").filter(polars.col("kind") == "charge").sum().alias("amount"),
        *(polars.col("amount").filter(polars.col("kind") == kind).sum().alias(name) for name, kind in KINDS.items()),
    )
    account = ["place", "payer", "head"]
    again = (
        sums.join(charges.select("charge", *account), on="charge")
        .group_by(account)
        .agg(polars.col("amount", *KINDS).sum())
        .with_columns((polars.col("amount") - sum(polars.col(name) for name in KINDS)).alias("owed"))
        .sort(account)
    )
    columns = [*account, "amount", *KINDS, "owed"]
    as_they_stand = charges.group_by(account).agg(polars.col("amount", *KINDS, "owed").sum()).sort(account)
    assert again.select(columns).rows() == as_they_stand.select(columns).rows()
    assert all(again[name].sum() > 0 for name in ("amount", "paid", "waived", "written_off", "owed"))
    owed = again.group_by("place", "payer").agg(polars.col("owed").sum()).sort("place", "payer")
    assert owed.rows() == frames("accounts").select("place", "payer", "owed").sort("place", "payer").rows()

    receipts = frames("receipts")
    of_receipts = (
        frames("postings")
        .filter(polars.col("receipt") != "")
        .group_by("receipt")
        .agg(
            *(
                polars.col("amount").filter(polars.col("kind") == kind).sum().alias(name)
                for name, kind in (("amount", "receive"), ("allocated", "pay"), ("refunded", "refund"), ("reversed", "reverse"))
            )
        )
        .with_columns((polars.col("amount") - polars.col("allocated") - polars.col("refunded") - polars.col("reversed")).alias("balance"))
        .sort("receipt")
    )
    columns = ["receipt", "amount", "allocated", "refunded", "reversed", "balance"]
    assert of_receipts.select(columns).rows() == receipts.select(columns).sort("receipt").rows()
    told = {line["case"]: line["with"]["amount"] for line in journal(year) if line.get("do") in ("receive", "receive_unclaimed", "prepay")}
    assert dict(receipts.select("receipt", "amount").rows()) == told
    assert receipts["refunded"].sum() > 0
    assert receipts["reversed"].sum() > 0


def test_every_bill_is_area_times_price(year):
    units = [line["with"] for line in journal(year) if line.get("do") == "set_unit"]
    areas = {unit["place"]: Decimal(unit["area"]) for unit in units if unit["kind"] == "unit"}
    spaces = {unit["place"] for unit in units if unit["kind"] == "parking"}
    put_off = {line["id"]: date.fromisoformat(line["with"]["due"]) for line in journal(year) if line.get("what") == "deferred"}
    assert put_off
    months = defaultdict(set)
    for row in year.table("charges").rows():
        if row["head"] == "parking":
            assert row["place"] in spaces
            assert row["amount"] == 80
        if row["head"] == "management":
            assert row["amount"] == (areas[row["place"]] * Decimal("2.35")).quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert row["due"] == put_off.get(row["charge"], row["from"].replace(day=25))
            months[row["place"]].add(row["from"])
    run = {date(2026, number, 1) for number in range(1, 13)} | {date(2027, 1, 1)}
    assert all(months[place] >= run for place in areas)
    ahead = set().union(*months.values()) - run
    assert ahead <= {date(2027, 2, 1), date(2027, 3, 1), date(2027, 4, 1)}


def test_what_a_meter_counted_is_charged_once(year):
    """Reading after reading, over the point where it begins again: what was charged is what went through."""
    shown: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(930)])
    for row in sorted(year.table("readings").rows(), key=lambda row: row["day"]):
        shown[row["meter"]].append(Decimal(row["reading"]))
    through = {meter: sum(((b - a + 1000) % 1000 for a, b in pairwise(read)), Decimal(0)) for meter, read in shown.items()}
    charged: dict[str, Decimal] = defaultdict(Decimal)
    for row in year.table("charges").rows():
        if row["meter"] and row["state"] != "reversed":
            charged[row["meter"]] += Decimal(row["quantity"])
            assert row["amount"] == (Decimal(row["quantity"]) * Decimal("3.45")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert charged == through
    assert any(a > b for read in shown.values() for a, b in pairwise(read)), "one began again"
    assert min(map(len, shown.values())) < max(map(len, shown.values())), "one was not read in some month"


def test_every_debt_is_a_case_and_ends(year):
    """An account whose oldest due day is a fortnight past has a case; one that is paid has none."""
    frames = Frames(year)
    today = date(2027, 1, 11)
    late = {
        (row["place"], row["payer"])
        for row in frames("charges").filter((polars.col("owed") > 0) & (polars.col("due") <= today - timedelta(days=15))).rows(named=True)
    }
    assert {(r["place"], r["payer"]) for r in frames("accounts").rows(named=True) if r["arrears"]} == late
    stages = frames("cases").filter(polars.col("procedure") == "arrears")
    assert stages.filter(polars.col("live")).height == len(late) > 0
    assert stages.filter(polars.col("stage") == "settled").height > 20


def test_late_fees_are_their_closed_form():
    """Half a thousandth of what was owed in each night after the due day and thirty days of grace, rounded once, at most the bill."""
    manual = wuye.Manual.load(("contract.toml", 'name = "contract"\nextends = "standard"\n[switch.fee.late_fee]\nvalue = "on"\n'))
    rates = simulate.Rates(reports_a_day=1, debts=0.6, late_fees=1, custody=0, shifts=0, sheets=0, callbacks=0)
    with wuye.memory(manual) as office:
        simulate.record(simulate.simulate(2, "2026-01-01", days=190, rates=rates, units=240), office, answers=simulate.Answers(2, rates))
        charges = {row["charge"]: row for row in office.table("charges").rows()}
        postings = office.table("postings").rows()
    movements = defaultdict(list)
    for row in postings:
        if row["charge"]:
            movements[row["charge"]].append((row["at"].date(), row["amount"] if row["kind"] == "charge" else -row["amount"]))
    booked = defaultdict(Decimal)
    fees = sorted((row for row in charges.values() if row["head"] == "late_fee"), key=lambda row: row["seq"])
    for fee in fees:
        base = charges[fee["base"]]
        first, day = base["due"] + timedelta(days=30), fee["at"].date()
        nights = [first + timedelta(days=n) for n in range((day - first).days)]
        owed = [sum((amount for on, amount in movements[fee["base"]] if on <= night), Decimal(0)) for night in nights]
        accrued = min(sum(owed) * Decimal("0.0005"), base["amount"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert fee["amount"] == accrued - booked[fee["base"]], fee["charge"]
        booked[fee["base"]] += fee["amount"]
    assert len(fees) > 10


# Things in care.

KEYS = {
    "entrust_key": ("held", "office", ""),
    "lend": ("lent", "person", "borrower"),
    "give_back": ("held", "office", ""),
    "lose": ("missing", "lost", ""),
    "find_again": ("held", "office", ""),
    "change_lock": ("replaced", "lost", ""),
    "hand_to_owner": ("with_owner", "owner", ""),
    "hand_to_other": ("with_collector", "person", "taken_by"),
    "owner_changed_lock": ("void", "destroyed", ""),
}
ITEMS = {
    "accept_item": ("shelved", "office", ""),
    "accept_found": ("kept", "office", ""),
    "pick_up": ("collected", "person", "taken_by"),
    "claim": ("collected", "person", "taken_by"),
    "misgive": ("misgiven", "person", "taken_by"),
    "recover": ("shelved", "office", ""),
    "not_there": ("sought", "office", ""),
    "reshelve": ("shelved", "office", ""),
    "compensate": ("lost", "lost", ""),
    "send_back": ("sent_back", "courier", ""),
    "hand_to_police": ("with_police", "police", ""),
    "throw_away": ("discarded", "destroyed", ""),
}


def test_every_thing_is_in_one_place_at_every_moment(year):
    rows = Frames(year)("custody").sort("item", "from")
    gaps = rows.with_columns(polars.col("until").shift(1).over("item").alias("before")).filter(
        polars.col("before").is_not_null() & (polars.col("before") != polars.col("from"))
    )
    assert gaps.rows() == []
    assert rows.group_by("item").agg(polars.col("until").is_null().sum().alias("open")).filter(polars.col("open") != 1).rows() == []
    assert rows.filter(polars.col("until").is_not_null() & (polars.col("until") <= polars.col("from"))).rows() == []

    procedures = dict(rows.select("item", "procedure").rows())
    told = defaultdict(list)
    for line in journal(year):
        if line["k"] == "told" and line.get("case") in procedures:
            told[line["case"]].append(line)
    stretches = {}
    for item, lines in told.items():
        moves = KEYS if procedures[item] == "key_custody" else ITEMS
        out = []
        for line in sorted(lines, key=lambda line: (line["at"], line["seq"])):
            if line["do"] in moves:
                stage, keeper, field = moves[line["do"]]
                if out and out[-1][3] == line["at"]:
                    out.pop()
                if not out or out[-1][0] != stage:
                    out.append((stage, keeper, line["with"].get(field, ""), line["at"]))
        stretches[item] = out
    said = defaultdict(list)
    for row in rows.rows(named=True):
        said[row["item"]].append((row["stage"], row["keeper"], row["who"], int(row["from"].timestamp() * 1_000_000)))
    assert dict(said) == stretches
    assert len({stage for out in stretches.values() for stage, *_ in out}) > 8
    assert sum(len(out) for out in stretches.values()) > 500


#: What is counted into an entry: of which things, and how.
COUNTED = {
    "draw_up": {"keys_book": (KEYS, "pieces"), "items_book": (ITEMS, "")},
    "count_keys": {"held_book": (KEYS, ""), "pieces_book": (KEYS, "pieces")},
    "check_keys": {"held_book": (KEYS, ""), "pieces_book": (KEYS, "pieces"), "cards_book": (KEYS, "cards")},
    "count_items": {"items_book": (ITEMS, "")},
}


def test_every_count_is_what_the_book_had(year):
    """At handovers and in the monthly checks: what had been told by then to be in the cabinet, and on the shelves."""
    moved = defaultdict(list)  # of each thing: when, line, kind, stage, fields
    fields = defaultdict(dict)
    compared = Counter()
    for line in journal(year):
        if line["k"] != "told":
            continue
        for moves in (KEYS, ITEMS):
            if line["do"] in moves and line.get("case") and (moves is KEYS) == line["case"].split("-")[2].startswith(("key", "first_key")):
                fields[line["case"]] |= line["with"]
                moved[line["case"]].append((line["at"], line["seq"], moves, moves[line["do"]][0]))
        for name, (moves, summed) in COUNTED.get(line["do"], {}).items():
            expected = 0
            for case, steps in moved.items():
                before = [step for step in steps if step[0] <= line["at"] and step[2] is moves]
                if before and max(before)[3] in ("held", "copied", "shelved", "kept"):
                    expected += fields[case].get(summed, 0) if summed else 1
            assert line["with"][name] == expected, (line["do"], name, line["seq"])
            compared[line["do"]] += 1
    assert compared["check_keys"] == 3 * 12
    assert compared["draw_up"] > 1400
    assert compared["count_keys"] > 100
    assert compared["count_items"] > 50


def test_every_rostered_shift_is_met_late_or_dropped(year):
    """Arrival by the time at which it begins, from what was told: in time, late, called off; and who is on the roster for it."""
    came, officer, began = {}, {}, {}
    stood = defaultdict(Counter)
    shifts = {}
    for line in journal(year):
        if line["k"] != "told":
            continue
        case, given = line.get("case"), line["with"]
        if line["do"] in ("plan_shift", "arrive_for_duty"):
            shifts[case] = given["shift"], given.get("starts", line["at"])
        if line["do"] == "plan_shift":
            began[case] = given["starts"]
        if line["do"] in ("plan_shift", "swap_shift", "cover_shift"):
            officer[case] = given["officer"]
        elif line["do"] == "report_absence":
            officer[case] = ""
        elif line["do"] in ("arrive_as_rostered", "call_off_shift", "record_no_show"):
            came[case] = line["do"], line["at"]
        elif line["do"] == "take_over" and case in shifts:
            kind, starts = shifts[case]
            stood[starts][line["by"], kind] += 1
    expected = {}
    for case, starts in began.items():
        how, at = came.get(case, ("", 0))
        state = "running" if not how else "late" if at > starts else "dropped" if how == "call_off_shift" else "met"
        expected[case] = (starts, state, officer[case])
    frames = Frames(year)
    rows = frames("deadlines").filter((polars.col("procedure") == "shift") & (polars.col("deadline") == "arrive"))
    rows = rows.join(frames("cases").select("case", "officer"), on="case")
    found = {case: (int(due.timestamp() * 1_000_000), state, who) for case, due, state, who in rows.select("case", "due", "state", "officer").rows()}
    assert found == expected
    states = Counter(state for _, state, _ in expected.values())
    assert states["met"] > 600
    assert min(states["late"], states["dropped"]) > 10

    first, days = date(2026, 3, 2), 28
    sheet = roster(year, first, days)
    begin, end = (datetime.combine(first + timedelta(days=n), datetime.min.time(), SH).timestamp() * 1_000_000 for n in (0, days))
    counted = sum((counts for starts, counts in stood.items() if begin <= starts < end), Counter())
    assert {(who, kind): count for who, counts in sheet.officers.items() for kind, count in counts.items()} == counted
    assert sum(counted.values()) == 2 * days
    hours = [gap for gap in sheet.gaps if gap.desk == "service_centre"]
    assert hours == [], "every shift of the service centre was stood, by who was rostered or fetched"
