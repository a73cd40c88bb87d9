"""The manual as a document, what two manuals change, and the schema of the language."""

from __future__ import annotations

import copy
import json
import re
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

import wuye
from wuye.cli import main
from wuye.handbook import handbook
from wuye.wording import Words

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def standard():
    return wuye.Manual.standard()


def layer(text: str) -> wuye.Manual:
    return wuye.Manual.load(("mine.toml", f'name = "mine"\nextends = "standard"\n{text}'))


def test_fees_are_said_with_prices_and_terms(standard):
    zh = standard.handbook("zh")
    fees = zh[zh.index("## 费项") :]
    management = fees[fees.index("**物业管理费**（R127）") :].split("**有偿服务费**")[0]
    for said in (
        "- 科目：物业管理费；按建筑面积（平方米）",
        "- 单价：2.3500元/月",
        "- 缴费到期：当月 25 日",
        "- 滞纳金：每日 0.0005，宽限 30 天，至多为本金的 100% (开关 fee.late_fee 为 on 时，现为 off)",
        "- 预缴优惠：满 12 个月减 5% (开关 fee.prepay_discount 为 on 时，现为 off)",
        "- 不足一月：按开关 fee.part_month（现为：按当月实际天数）",
    ):
        assert said in management
    assert "- 自动出账的地点：车位" in fees
    own = layer(
        '[fee.lift]\ntitle = { zh = "电梯费", en = "Lift" }\nchapter = "kf_fee"\nhead = "management"\nbasis = "flat"\nbilled = "quarter"\n'
        'price_for = "year"\ndue_day = 5\ndue_after_months = 1\n[[fee.lift.price]]\nprice = "360"\nfrom = 2026-07-01\n'
    ).handbook("en")
    lift = own[own.index("**Lift**") :].split("**", 3)[2]
    for said in ("one price a place", "price: 360 yuan a year", "2026-07-01", "billed every: quarter", "due: day 5 1 months later"):
        assert said in lift


# The handbook


def test_sentences_a_manager_reads(standard):
    zh = standard.handbook("zh")
    for line in (
        "紧急程度为急修：2 小时内（昼夜连续计算）（R051）",
        "超时告知客服主管",
        "用到 75% 时告知责任人（R048）",
        "逾期 3 天告知管理处经理",
        "已填「约定上门时间」：不晚于「约定上门时间」",
        "可由「批准延期」延长一次",
        "30 天内地点、故障类别相同的满 3 件，告知客服主管、维修主管（R056）",
        "十个工日及以上的维修应列入工程计划（R061）",
        "不得由做「修复」的同一人来做",
        "不合规则的不予受理",
        "| 客服主管 | 管理处经理 | 辖区客户经理 | cs_supervisor |",
        "每日 08:30–18:30",
        "按开关 score.step（现为：满一个百分点才扣）",
        "事后 24 小时内任何人可补录",
        "● 已受理待派单",
        "├─ 派单 ▶ 已派单",
        "▶ ■ 报修人取消",
    ):
        assert line in zh, line
    en = standard.handbook("en")
    for line in (
        "Urgency is Emergency: within 2 hours, around the clock (R051)",
        "once late: tell Customer service supervisor",
        "at 75 % of it: tell the holder (R048)",
        'Not by whoever did "Repaired"',
        "● Reported, not dispatched",
    ):
        assert line in en, line


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_dropped(standard, lang):
    """Every title that the manual holds is in the document: of procedures, stages, actions, fields, deadlines, posts, switches, metrics, clauses."""
    text = standard.handbook(lang)
    described = standard.describe(lang)
    titles = [p["title"] for p in described["posts"]] + [s["title"] for s in described["switches"]] + [c["title"] for c in described["chapters"]]
    titles += [m["title"] for m in described["sections"]["metric"].values()] + [c["title"] for c in described["sections"]["calendar"].values()]
    for p in described["procedures"]:
        titles += [p["title"], *(one["title"] for kind in ("stages", "actions", "fields", "deadlines", "tallies") for one in p[kind])]
    clauses = standard.clauses()
    titles += [c["id"] for c in clauses] + [c["text"][lang] for c in clauses]
    for title in titles:
        assert " ".join(title.split()).replace("|", "\\|") in text or title in text, title
    years = [year for almanac in described["sections"]["almanac"].values() for year in almanac if year.isdigit()]
    assert years
    assert all(f"| {year} |" in text for year in years)


def test_what_it_does_not_know_it_lists(standard):
    """Other parts of the language come as they are: a section, a key of a procedure, of an action, of a deadline, of a limit and of a test."""
    described = copy.deepcopy(standard.describe("zh"))
    described["sections"]["quota"] = {"callback": {"title": "回访定额", "portion": "80%", "channels": ["phone", "visit"], "clauses": ["R065"]}}
    repair = next(p for p in described["procedures"] if p["name"] == "repair")
    repair["more"] = {"attach": {"title": "并入主单", "same": ["place", "fault"], "within": "24h"}}
    repair["actions"][0]["copies_to"] = "cs_supervisor"
    repair["deadlines"][0]["counts_as"] = "first_reply"
    repair["deadlines"][0]["within"][0]["grace"] = "10min"
    repair["deadlines"][0]["within"][0]["when"] = [{"test": "weather", "sort": "storm"}]
    repair["fields"][0]["unit"] = "m2"
    repair["tallies"][0]["mute"] = True
    text = handbook(described, standard.clauses(), "zh", "md")
    for part in (
        "回访定额",
        "portion：80%",
        "phone、visit",
        "并入主单",
        "24 小时",
        "copies_to：客服主管",
        "counts_as：first_reply",
        "grace：10 分钟",
    ):
        assert part in text, part
    for part in ("grace：10 分钟", "test：weather；sort：storm", "unit：m2", "mute：是"):
        assert part in text, part


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_stands_by_itself(standard):
    page = standard.handbook("zh", "html")
    reader = _Balance()
    reader.feed(page)
    assert reader.open == []
    assert "http" not in re.sub(r"<meta[^>]*>", "", page)
    assert '<html lang="zh-CN">' in page
    anchors = set(re.findall(r'href="#(s\d+)"', page))
    assert anchors <= set(re.findall(r'id="(s\d+)"', page))
    described = standard.describe("zh")
    described["posts"][0]["title"] = "<script>"
    assert "<script>" not in handbook(described, [], "zh", "html")


def test_markdown_tables_are_tables(standard):
    for lang in ("zh", "en"):
        for block in standard.handbook(lang).split("\n\n"):
            if block.startswith("| "):
                assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.strip().splitlines()}) == 1, block


def test_the_command(tmp_path, capsys):
    assert main(["handbook", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("# Manual standard")
    assert main(["handbook", "--lang", "zh", "--format", "html", "--out", str(tmp_path / "book.html")]) == 0
    assert (tmp_path / "book.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main(["handbook", str(tmp_path / "none.toml")]) == 2
    with pytest.raises(wuye.InvalidArgument, match="form"):
        wuye.Manual.standard().handbook("zh", "pdf")
    with pytest.raises(wuye.InvalidArgument, match="zh"):
        wuye.Manual.standard().handbook("fr")


def test_a_manual_that_stands_alone():
    helpdesk = wuye.LogMapping.load("helpdesk").load_manual()
    assert "helpdesk" in helpdesk.handbook("en")
    assert "<table>" in helpdesk.handbook("zh", "html")


def test_duties_are_told_with_their_day_and_their_switch():
    manual = wuye.Manual.standard()
    told = {
        "zh": ("**半年客户调查**（R348、R349）", "- 时点：09:00", "- 当：开关：survey.by_itself：on"),
        "en": ("- when: switch: survey.by_itself: on",),
    }
    for lang, lines in told.items():
        text = manual.handbook(lang)
        assert all(line in text for line in lines)
    nothing = wuye.Manual.load(("mine.toml", 'name = "mine"\nextends = "standard"\n[scorecard.zone]\nfloor = 0'))
    assert "- floor: 0" in nothing.handbook("en")
    quarterly = wuye.Manual.load(("mine.toml", 'name = "standard"\nextends = "standard"\n[duty.accounts_disclosure]\nevery = "quarter"'))
    (change,) = manual.diff(quarterly)
    assert (change.area, change.where.en, change.before.en, change.after.en) == ("duty", "Accounts are published · every", "half", "quarter")


def test_words_of_every_test(standard):
    repair = next(p for p in standard.describe("en")["procedures"] if p["name"] == "repair")
    words = Words(standard.describe("en"), "en").of(repair)
    for test, said in (
        ({"test": "equal", "field": "urgency", "values": ["ordinary", "emergency"], "not": True}, "Urgency is not Ordinary or Emergency"),
        ({"test": "range", "field": "quote", "at_least": 100, "at_most": 50000}, "Quote between 1.00 yuan and 500.00 yuan"),
        ({"test": "range", "field": "man_days", "at_least": 10, "not": True}, "Man-days, estimated less than 10"),
        ({"test": "lacks", "field": "worker"}, '"Technician in charge" is not given'),
        (
            {"test": "lead", "field": "promised", "at_least": "3wd", "calendar": "office_day"},
            "at least 3 working days, counted in Office hours before",
        ),
        ({"test": "inside", "calendar": "desk_day", "not": True}, "not in Desk hours"),
        ({"test": "place", "attribute": "kind", "values": ["common"]}, "the place's kind is common"),
        ({"test": "stage", "field": "original", "values": ["done"]}, 'the case in "The case it repeats" is at "done"'),
        ({"test": "never"}, "not as the switches stand"),
        ({"test": "stage", "field": "original", "live": True, "procedures": ["repair"]}, "is still open and is of Repair"),
        ({"test": "differs", "field": "worker", "other": "follower"}, "are not the same"),
        ({"test": "children_ended"}, "every case that it opened has ended"),
        (
            {"test": "cases", "procedures": ["repair"], "same": ["worker"], "stages": ["done"], "at_most": 0},
            'there are at most 0 other Repair with the same Technician in charge at "done"',
        ),
        ({"test": "did", "field": "original", "values": ["complete", "holder"], "not": True}, 'did not do "Repaired" or the holder\'s part'),
        ({"test": "post", "values": ["staff"]}, "whoever acts is any of our staff"),
        ({"test": "times", "action": "remind", "at_least": 3, "days": 2}, '"Press for it" was done 3 times before on 2 different days'),
        ({"test": "opened", "action": "remind", "values": ["closed"]}, 'the case that "Press for it" opened is at'),
        ({"test": "actor", "field": "follower", "values": ["resident"]}, "is a resident"),
        ({"test": "not_after", "field": "quote", "other": "agreed"}, '"Quote" is not after (more than) "Sum the owner agreed to"'),
    ):
        assert said in words.test(test)
    assert words.post("superior(holder)") == "the superior of the holder"
    assert words.post("on_duty(guard)") == "the Security guard on duty"
    assert words.length("1wd") == "1 working day"


# Two manuals

CHANGED = """
[switch.score.step]
value = "pro_rata"
[[procedure.repair.deadline]]
name = "dispatch"
within = [
  { when = { urgency = ["emergency", "life_safety"] }, limit = "10min", calendar = "around_the_clock" },
  { limit = "15min", calendar = "desk_day", clause = "R049" },
]
ladder = [ { at = "100%", tell = ["site_manager"] }, { at = "+2cd", tell = ["general_manager"] } ]
[[procedure.repair.action]]
do = "remind"
by = ["front_desk_officer"]
[[procedure.repair.action]]
do = "give_up"
remove = true
[procedure.repair.field.urgency]
default = "emergency"
[metric.dispatch_timeliness]
pass = "95%"
[post.cs_supervisor]
deputy = "site_manager"
[post.night_porter]
title = { zh = "夜班门卫", en = "Night porter" }
[calendar.desk_day]
weekly = { daily = [["08:00", "20:00"]] }
[treat.R471]
as = "duty"
why = { zh = "试", en = "trial" }
"""


def test_what_two_manuals_change(standard):
    changes = standard.diff(layer(CHANGED))
    said = {(c.area, c.kind, c.where.en, c.before.en, c.after.en) for c in changes}
    for expected in (
        ("switch", "changed", "How a percentage point below the pass mark counts", "for each full percentage point", "pro rata"),
        (
            "limit",
            "changed",
            "Repair · Dispatch · Urgency is Emergency or Danger to life",
            "within 5 minutes, around the clock",
            "within 10 minutes, around the clock",
        ),
        ("limit", "removed", "Repair · Dispatch · not in Desk hours", "within 15 minutes, counted in Desk hours (R220)", ""),
        ("level", "changed", "Repair · Dispatch", "once late: tell Customer service supervisor", "once late: tell Property (site) manager"),
        ("level", "added", "Repair · Dispatch", "", "2 calendar days after it is due: tell General manager"),
        ("action", "removed", "Repair · Close without entry", "Close without entry", ""),
        ("field", "changed", "Repair · Urgency · default", "ordinary", "emergency"),
        ("metric", "changed", "Dispatch timeliness · pass mark", "100%", "95%"),
        ("post", "changed", "Customer service supervisor · deputy", "Zone customer manager", "Property (site) manager"),
    ):  # fmt: skip
        assert expected in said, expected
    assert {c.path for c in changes if c.kind == "added"} >= {"post.night_porter", "treat.R471"}
    assert any(c.area == "calendar" and "08:30" in c.before.zh and "20:00" in c.after.zh for c in changes)
    assert any(c.area == "clause" and c.after.zh == "职责" for c in changes)
    zh = changes.text("zh")
    assert "[逐级] 报修 · 派单：超时告知客服主管 → 超时告知管理处经理" in zh
    assert "[动作] 报修 · 多次无人或拒绝入户，销单：取消" in zh
    assert not any(c.path.startswith("procedure.repair.action.give_up.") for c in changes), "told once, as a whole"
    assert not any(c.path.startswith(("procedure.enquiry", "procedure.warranty")) for c in changes)


def test_it_is_the_same_the_other_way_round(standard):
    other = layer(CHANGED)
    forth, back = standard.diff(other), other.diff(standard)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(turned[c.kind], c.path, c.after, c.before) for c in forth} == {(c.kind, c.path, c.before, c.after) for c in back}
    assert standard.diff(standard) == ()
    assert standard.diff(wuye.Manual.standard()).text("zh") == "两套规程一致"


def test_the_order_of_limits_is_a_change(standard):
    lines = [
        '{ when = { urgency = ["emergency", "life_safety"] }, limit = "5min", calendar = "around_the_clock" }',
        '{ when = { not = { inside = "desk_day" } }, limit = "15min", calendar = "desk_day", clause = "R220" }',
        '{ limit = "15min", calendar = "desk_day", clause = "R049" }',
    ]
    text = '[[procedure.repair.deadline]]\nname = "dispatch"\nwithin = [ '
    same = standard.diff(layer(text + ", ".join(lines) + " ]"))
    assert [c.area for c in same] == ["manual"], "only the name"
    turned = standard.diff(layer(text + ", ".join([lines[1], lines[0], lines[2]]) + " ]"))
    assert [(c.area, c.where.en) for c in turned][1:] == [("limit", "Repair · Dispatch · order of the limits")]


def test_every_single_change_is_seen(standard):
    """Whatever a layer changes shows: each key of the canonical form, by a company that retitles it."""
    canonical = json.loads(standard.canonical)["manual"]
    for section, name in (("calendar", "desk_day"), ("post", "guard"), ("metric", "dispatch_timeliness"), ("chapter", "kf15_repair")):
        assert name in canonical[section]
        changes = standard.diff(layer(f'[{section}.{name}]\ntitle = {{ zh = "别的", en = "Otherwise" }}'))
        assert any(c.path.startswith(f"{section}.{name}") for c in changes), section


def test_changes_as_frames(standard):
    pytest.importorskip("polars", reason="polars is not installed")
    changes = standard.diff(layer(CHANGED))
    frame = changes.to_polars()
    assert frame.height == len(changes) == len(changes.to_pandas()) == changes.to_pyarrow().num_rows
    assert set(frame["kind"]) == {"added", "removed", "changed"}
    assert standard.diff(standard).to_polars().height == 0


def test_the_diff_command(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nextends = "standard"\n' + CHANGED, encoding="utf-8")
    assert main(["diff", "standard", str(path), "--lang", "zh"]) == 1
    assert "→ 超时告知管理处经理" in capsys.readouterr().out
    assert main(["diff", "standard", str(path), "--json"]) == 1
    assert {row["area"] for row in json.loads(capsys.readouterr().out)} >= {"limit", "level", "switch", "metric"}
    assert main(["diff", "standard", "standard", "--lang", "en"]) == 0
    assert "say the same" in capsys.readouterr().out
    assert main(["diff", "standard", str(tmp_path / "none.toml")]) == 2


# The schema


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    jsonschema.Draft202012Validator.check_schema(wuye.manual_schema())
    return jsonschema.Draft202012Validator(wuye.manual_schema())


def tables(text: str):
    tomllib = pytest.importorskip("tomllib", reason="Python 3.11 reads TOML")

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        return value.isoformat() if isinstance(value, (date, datetime)) else value

    return plain(tomllib.loads(text))


def packs() -> list[Path]:
    found = sorted((ROOT / "src/manual/standard").glob("*.toml")) + sorted((ROOT / "python/wuye/mappings").glob("*_manual.toml"))
    return found + [
        p for p in sorted((ROOT / "tests/scenarios").rglob("*.toml")) if re.search(r"^extends|^\[\[?procedure|^\[switch", p.read_text("utf-8"), re.M)
    ]


def test_all_our_manuals_hold_to_it(validator):
    checked = 0
    for path in packs():
        data = tables(path.read_text(encoding="utf-8"))
        if "step" in data:  # a scenario, not a manual
            continue
        errors = [f"{path.name}: {'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(data)]
        assert errors == []
        checked += 1
    assert checked > 6


@pytest.mark.parametrize(
    "bad",
    [
        'nmae = "x"',
        "[post.guard]\nsuperiour = \"guard\"",
        '[[procedure.repair.action]]\ndo = "remind"\nform = ["reported"]',
        '[[procedure.repair.action]]\nby = ["guard"]',
        '[[procedure.repair.action]]\ndo = "remind"\non_breach = "ignore"',
        '[[procedure.repair.deadline]]\nname = "dispatch"\nwithin = [ { limits = "4h" } ]',
        '[[procedure.repair.deadline]]\nname = "dispatch"\nwithin = "4h"',
        '[[procedure.repair.deadline]]\nname = "dispatch"\nladder = [ { at = "75%", say = "guard" } ]',
        "[procedure.repair.field.urgency]\nvalues = 3",
        "[procedure.repair.field.size]\ntype = \"float\"",
        "[procedure.repair.field.size]\npersonal = \"yes\"",
        "[calendar.desk_day]\nweekly = { someday = [[\"08:30\", \"18:30\"]] }",
        "[calendar.desk_day]\nweekly = { daily = [[\"08:30\"]] }",
        "[almanac.cn]\nyears = [2026]",
        "[almanac.cn.soon]\nholidays = []",
        "[metric.dispatch_timeliness]\nstep = \"half_point\"",
        "[metric.dispatch_timeliness]\npoints = 4.5",
        '[[use]]\nchapter = "kf15_repair"\nform = 2026-01-01',
        '[clause.X1]\nkind = ["joke"]',
        "[switch.repair]\nvalue = \"contact\"",
        "time_zone = 8",
        '[post."a b"]\ndeputy = "guard"',
    ],
)  # fmt: skip
def test_what_the_checker_refuses_it_refuses(validator, bad):
    text = f'name = "mine"\nextends = "standard"\n{bad}\n' if not bad.startswith("nmae") else f'extends = "standard"\n{bad}\n'
    assert list(validator.iter_errors(tables(text))), "the schema"
    assert any(p.error for p in wuye.Manual.check(("mine.toml", text))), "the checker"


def test_a_good_layer_is_good_to_both(validator):
    text = f'name = "mine"\nextends = "standard"\n{CHANGED}'
    assert list(validator.iter_errors(tables(text))) == []
    assert not any(p.error for p in wuye.Manual.check(("mine.toml", text)))


def test_the_schema_command(tmp_path, capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == wuye.manual_schema()
    assert main(["schema", "--out", str(tmp_path / "wuye.json")]) == 0
    assert json.loads((tmp_path / "wuye.json").read_text(encoding="utf-8"))["$schema"].startswith("https://json-schema.org/")
