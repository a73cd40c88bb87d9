"""What an office answers, in Chinese: every reason of docs/reasons.md has its words, and the command line says them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import wuye
from wuye import simulate
from wuye.cli import main
from wuye.reasons import CALLBACKS, EXPECTED, REASONS, Saying, why_not

ROOT = Path(__file__).parents[2]

#: Facts as docs/reasons.md has them, for each reason whose sentence needs some.
FACTS = {
    "key_reused": {"source": "wx", "key": "k1", "line": 3},
    "future": {"at": 1772447400000000, "now": 1772447400000000},
    "unknown_action": {"do": "fly", "nearest": "cry"},
    "bad_value": {"field": "urgency", "expected": "a whole number", "nearest": "ordinary"},
    "missing_field": {"action": "dispatch", "field": "worker"},
    "unknown_case": {"case": "A"},
    "case_exists": {"case": "A"},
    "chapter_not_in_use": {"chapter": "kf15_repair"},
    "stale": {"seen": 3, "last": 5},
    "unknown_field": {"field": "colour", "action": "dispatch"},
    "conflicts": {"line": 4, "do": "dispatch", "why": "…"},
    "ended": {"action": "dispatch", "from": ["reported"], "stage": "closed"},
    "wrong_stage": {"action": "dispatch", "from": ["reported", "*"], "stage": "dispatched"},
    "unknown_actor": {"actor": "x", "allowed": ["cs_supervisor"], "posts": []},
    "not_allowed": {"actor": "x", "allowed": ["cs_supervisor"], "posts": ["guard"]},
    "kept_out": {"actor": "x", "action": "handle", "field": "against"},
    "same_person": {"action": "accept", "actor": "x", "did": "draw_up"},
    "unknown_place": {"place": "9-9"},
    "condition": {"action": "accept", "because": "…", "because_zh": "金额不符"},
    "unknown_charge": {"charge": "c1"},
    "unknown_receipt": {"receipt": "r1"},
    "exceeds_owed": {"charge": "c1", "amount": 500, "owed": 405},
    "exceeds_balance": {"receipt": "r1", "amount": 500, "balance": 405},
    "nothing_accrued": {"charge": "c1"},
    "not_later": {"charge": "c1", "due": "2026-03-25"},
    "unknown_meter": {"day": "2026-03-31", "meter": "W-1"},
    "reading_back": {"other": "12.5", "reading": "12"},
    "billed": {"charge": "c1", "day": "2026-03-31"},
    "nothing_to_charge": {"from": "2026-03-01", "to": "2026-03-31", "why": "billed"},
    "falls_short": {"amount": 500, "asked": 905},
    "invoice_used": {"invoice": "n1", "receipt": "r1"},
    "too_late": {"late_us": 270_000_000_000, "free_us": 86_400_000_000, "limit_us": 259_200_000_000},
    "month_running": {"who": "li", "month": "2026-03"},
    "frozen": {"who": "li", "month": "2026-03"},
    "no_scorecard": {"who": "li", "month": "2026-03"},
    "booked": {"how": "reverse"},
    "not_correctable": {"line": 4},
}


def documented() -> dict[str, set[str]]:
    """The reasons of each section of docs/reasons.md."""
    page = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    out: dict[str, set[str]] = {}
    for section in re.split(r"^## ", page, flags=re.MULTILINE):
        title, _, text = section.partition("\n")
        for row in re.findall(r"^\|(.+)\|$", text, flags=re.MULTILINE):
            cells = [cell.strip() for cell in row.split("|")]
            cell = cells[1] if re.fullmatch(r"\d+", cells[0]) else cells[0]
            named = re.sub(r"` for `.*|`, `(bad_value|missing_field)` for .*", "`", cell) if "` for `" in cell else cell
            out.setdefault(title, set()).update(re.findall(r"`([^`]+)`", named))
    return out


def test_every_reason_of_the_page_has_words():
    sections = documented()
    callbacks = {name.partition(":")[0] for name in sections.pop("Of callbacks")}
    names = set().union(*sections.values())
    assert len(names) > 30
    assert names == set(REASONS)
    assert callbacks <= set(CALLBACKS)


def test_every_reason_in_the_code_has_words():
    found: set[str] = set()
    files = [
        ROOT / "src" / "cases" / "judge.cpp",
        *(ROOT / "src" / "office" / f"{name}.cpp" for name in ("record", "fold", "books", "billing", "office")),
    ]
    for file in files:
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:fault\.reason = |outcome\.reason = |\.reason = |(?:simple_|money_)?fault\(|Fault\{)"([a-z_]+)"', text))
        found |= set(re.findall(r'out\.push_back\(\{"([a-z_]+)"', text))
        for pair in re.findall(r'push_back\(\{[^"\n]*\? "([a-z_]+)" : "([a-z_]+)"', text):
            found |= set(pair)
    assert {"wrong_stage", "ended", "not_allowed", "condition", "too_late", "conflicts", "exceeds_owed", "undone"} <= found
    assert found <= set(REASONS), found - set(REASONS)


def test_every_kind_of_value_has_words():
    text = (ROOT / "src" / "cases" / "judge.cpp").read_text(encoding="utf-8")
    body = text[text.index("type_name(") :]
    body = body[: body.index("\n}\n")]
    said = {json.loads(one) for one in re.findall(r'return ("(?:[^"\\]|\\.)*");', body)}
    assert len(said) > 10
    assert said == set(EXPECTED)


@pytest.fixture(scope="module")
def answers() -> Iterator[Saying]:
    with wuye.memory() as office:
        at = "2026-03-02T08:00+08:00"
        office.record(do="answer_at_once", by="li", at=at, case="E", **{"class": "enquiry"}, text="…", answer="…", channel="phone").require()
        yield Saying(office)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_each_is_a_sentence_in_chinese(answers, reason):
    said = answers.why(reason, FACTS.get(reason, {}))
    assert re.search(r"[\u4e00-\u9fff]", said), said
    assert reason not in said
    for value in FACTS.get(reason, {}).values():
        if isinstance(value, str) and value.isdigit():
            assert value in said


def test_what_the_sentences_say(answers):
    say = {reason: answers.why(reason, facts) for reason, facts in FACTS.items()}
    assert say["exceeds_owed"] == "应收 c1 尚欠 4.05 元，少于 5.00 元"
    assert say["too_late"] == "晚录 75 小时：24 小时内可补录，72 小时内限授权人员"
    assert say["not_allowed"] == "x（秩序维护员（保安员））无权办理，须由客服主管"
    assert say["future"] == "发生时间 2026-03-02 18:30 晚于录入时间 2026-03-02 18:30"
    assert say["condition"] == "金额不符"
    assert say["unknown_action"] == "规程在此没有操作「fly」，是否为「cry」"
    assert answers.why("future", {"field": "happened"}) == "「发生时间」晚于录入时间"
    assert answers.why("stale", {"case": "A"}) == "事项 A 此后又有新行，请重看再办"
    assert answers.why("conflicts", {"case": "B", "why": "…"}) == "事项 B 已并入该事项，须先分出"
    assert answers.why("not_thought_of", {}, "in English") == "not_thought_of in English"
    assert answers.why("missing_field", {"action": "answer_at_once", "field": "answer"}, case="E") == "「当场答复并登记」须填写「答复内容」"
    assert answers.why("missing_field", {"action": "answer_at_once", "field": "answer"}) == "「当场答复并登记」须填写「answer」"
    assert (why_not("excluded: anonymous", "zh"), why_not("late", "zh"), why_not("late", "en")) == ("不计入基数：anonymous", "逾期", "late")


def test_everything_a_month_brings_is_said_in_chinese():
    rates = simulate.Rates(mistake=0.15, late=0.15, amended=0.1)
    with wuye.memory(seed="said") as office:
        done = simulate.record(simulate.simulate(3, days=12, rates=rates), office, answers=simulate.Answers(3, rates))
        say = Saying(office)
        assert {"condition", "conflicts", "not_allowed"} <= {out.reason for _, out in done.refused}
        for _, out in done.refused + done.broken:
            said = say.outcome(out)
            assert not re.search(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", said), said
            assert all(breach.reason in said for breach in out.breaches)
            assert out.reason in said


def test_from_the_command_line(tmp_path, capsys):
    path = str(tmp_path / "garden.db")
    assert main(["init", path, "--seed", "1"]) == 0
    who = ["--do", "set_staff", "--by", "system:setup", "--at", "2026-03-01T08:00+08:00", "--with", "staff=sun", "--with", "post=technician"]
    assert main(["record", path, *who]) == 0
    capsys.readouterr()
    report = ["record", path, "--do", "report", "--by", "sun", "--at", "2026-03-02T08:00+08:00", "--case", "A", "--with", "class=repair"]
    assert main([*report, "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("已受理，第 ")
    assert "，A「" in out
    assert "违规：" in out
    assert "须填写「地点」（missing_field" in out
    assert main(["record", path, "--do", "fly", "--by", "sun", "--at", "2026-03-02T09:00+08:00", "--lang", "zh"]) == 1
    assert "未受理：规程在此没有操作「fly」" in capsys.readouterr().out
    assert main(["record", path, "--do", "fly", "--by", "sun", "--at", "2026-03-02T09:00+08:00", "--lang", "en"]) == 1
    assert "refused: unknown_action the manual knows no action fly here" in capsys.readouterr().out
    sheet = tmp_path / "排班.csv"
    sheet.write_text("日期,班次,岗位,工号\n2026-03-03,白班,岗亭,sun\n", encoding="utf-8")
    given = ["--office", path, "--by", "wang", "--at", "2026-03-02T10:00+08:00", "--quiet", "--lang", "zh"]
    assert main(["import", str(sheet), "--mapping", "roster", *given]) == 1
    assert "第 2 行：未受理：「岗位」：「岗位地点」的值不合，应为规程所列的值之一（bad_value）" in capsys.readouterr().out
    assert main(["advance", path, "2026-03-02T12:00+08:00", "--lang", "zh"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("已逾期" in line for line in lines)
    assert not any("overdue" in line for line in lines)
