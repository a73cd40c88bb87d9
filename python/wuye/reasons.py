"""What an office answers, in Chinese: refusals and breaches from their reason and facts (docs/reasons.md), with the manual's titles.

English is what the library itself says, in :attr:`wuye.Outcome.message`. A reason that has no words here is given as it stands, with that sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from wuye._time import from_us
from wuye.office import Office
from wuye.types import Breach, Outcome
from wuye.wording import Words

__all__ = ["CALLBACKS", "REASONS", "Saying", "why_not"]

_STATUS = {"accepted": "已受理", "duplicate": "重复，已录入过", "refused": "未受理"}

#: The fields of the built-in entries, and those that every case has.
_FIELDS = {
    "amount": "金额",
    "case": "事项",
    "class": "事项类别",
    "area": "面积",
    "building": "楼栋",
    "counts_to": "满量程",
    "entrance": "单元",
    "field": "字段",
    "fitted": "起始读数",
    "from": "自",
    "head": "费项",
    "kind": "类别",
    "meter": "表号",
    "party": "当事人",
    "role": "身份",
    "until": "至",
    "use": "用途",
    "zone": "片区",
    "happened": "发生时间",
    "line": "流水行",
    "notice": "提醒",
    "of": "被代理人",
    "opened": "受理时间",
    "place": "地点",
    "post": "岗位",
    "reason": "原因",
    "reporter": "报事人",
    "staff": "员工",
    "stage": "环节",
    "subject": "对象",
}

#: The built-in entries.
_ACTIONS = {
    "set_staff": "登记员工",
    "set_post": "登记任岗",
    "end_post": "登记离岗",
    "leave": "登记请假",
    "set_deputy": "登记代理",
    "set_unit": "登记地点",
    "set_meter": "登记表计",
    "set_party": "登记当事人",
    "correct": "更正",
    "void": "作废",
    "erase": "删除个人信息",
    "opening": "期初事项",
    "delivered": "提醒已送达",
    "settle_notices": "提醒办结",
    "adopt": "启用规程",
}

#: Why a billing run leaves days out.
LEFT_OUT = {
    "billed": "已出过账",
    "no_payer": "无缴费人",
    "no_quantity": "无数量",
    "no_reading": "未抄表",
    "reading_back": "读数倒退",
    "no_price": "无单价",
    "nothing": "用量为零或不足一分",
    "other_payer": "应由他人缴纳",
    "": "没有可出账的地点",
}

#: What a value should be, as the library says it.
EXPECTED = {
    "text": "文字",
    "a whole number": "整数",
    "true or false": "是或否",
    "an instant (ISO 8601 with offset, or microseconds)": "时间（ISO 8601，含时差）",
    "a date YYYY-MM-DD": "日期（YYYY-MM-DD）",
    "one of the values the manual lists": "规程所列的值之一",
    "whole fen": "金额（整数分）",
    'a decimal as text, such as "85.32"': "小数（写作文字，如 85.32）",
    "a list of texts": "多项文字",
    "a place's code": "地点编号",
    "a person's code": "人员编号",
    "a case's id": "事项编号",
    "a value": "值",
}


class _Names:
    """A manual's titles in Chinese: those that all procedures agree on, else those of the case's; which that is, is asked only where it matters."""

    def __init__(self, words: Words, zone: tzinfo, procedure: Callable[[], str]) -> None:
        self._words = words
        self._zone = zone
        self._procedure = procedure

    def _title(self, kind: str, key: str, name: str, others: Mapping[str, str]) -> str:
        titles = {p["name"]: one["title"] for p in self._words.described["procedures"] for one in p[kind] if one[key] == name}
        agreed = set(titles.values())
        title = agreed.pop() if len(agreed) == 1 else titles.get(self._procedure()) if agreed else None
        return f"「{title or others.get(name, name)}」"

    def action(self, name: str) -> str:
        """An action."""
        return self._title("actions", "do", name, _ACTIONS)

    def field(self, name: str) -> str:
        """A field."""
        return self._title("fields", "name", name, _FIELDS)

    def stage(self, name: str) -> str:
        """A stage."""
        return "任何未完结环节" if name == "*" else self._title("stages", "name", name, {})

    def chapter(self, name: str) -> str:
        """A chapter."""
        return f"「{self._words.chapters.get(name, name)}」"

    def posts(self, names: Any) -> str:
        """Posts."""
        return "、".join(self._words.post(name) for name in names) or "无"

    def when(self, us: Any) -> str:
        """An instant."""
        return f"{from_us(int(us), self._zone):%Y-%m-%d %H:%M}"


class Saying:
    """An office's answers in Chinese.

    Args:
        office: Whose manual's titles of actions, fields, stages and posts are used. It is asked when an answer is put into words.

    Example:
        >>> import wuye
        >>> from wuye.reasons import Saying
        >>> with wuye.memory() as office:
        ...     out = office.record(do="dispatch", by="zhao", at="2026-03-02T22:10+08:00", case="A")
        ...     Saying(office).outcome(out)
        '未受理：没有事项 A（unknown_case）'
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = Words(office.manual.describe("zh"), "zh")
        self._procedures: dict[str, str] | None = None

    def _of(self, case: str) -> _Names:
        return _Names(self._words, self._office.zone, lambda: self._procedure(case))

    def _procedure(self, case: str) -> str:
        """Which procedure a case follows; none where it is not there, or came after this was first asked."""
        if self._procedures is None:
            self._procedures = {row["case"]: row["procedure"] for row in self._office.table("cases").rows()}
        return self._procedures.get(case, "")

    def why(self, reason: str, facts: Mapping[str, Any], message: str = "", case: str = "") -> str:
        """A reason in a sentence, without its clause."""
        say = REASONS.get(reason)
        return say(self._of(case), facts) if say else f"{reason} {message}".rstrip()

    def breach(self, breach: Breach, case: str = "") -> str:
        """A breach, with its reason and clause."""
        return f"{self.why(breach.reason, breach.facts, case=case)}（{_cited(breach.reason, breach.clause)}）"

    def refusal(self, outcome: Outcome) -> str:
        """Why an entry was refused, with its reason and clause."""
        why = self.why(outcome.reason, outcome.facts, outcome.message, outcome.case)
        return f"{why}（{_cited(outcome.reason, outcome.clause)}）"

    def outcome(self, outcome: Outcome) -> str:
        """The whole answer in one line."""
        status = _STATUS[str(outcome.status)]
        if not outcome.accepted:
            return f"{status}：{self.refusal(outcome)}"
        parts = [status]
        if outcome.seq:
            parts.append(f"第 {outcome.seq} 行")
        if outcome.case:
            parts.append(outcome.case + (self._of(outcome.case).stage(outcome.stage) if outcome.stage else ""))
        if outcome.breaches:
            parts.append("违规：" + "；".join(self.breach(breach, outcome.case) for breach in outcome.breaches))
        if outcome.notices:
            parts.append(f"提醒 {len(outcome.notices)} 条")
        return "，".join(parts)


def _cited(reason: str, clause: str) -> str:
    return f"{reason} {clause}" if clause else reason


def _nearest(facts: Mapping[str, Any]) -> str:
    return f"，是否为「{facts['nearest']}」" if facts.get("nearest") else ""


def _yuan(fen: Any) -> str:
    return f"{int(fen) // 100}.{int(fen) % 100:02d} 元"


def _long(us: Any) -> str:
    hours, minutes = divmod(int(us) // 60_000_000, 60)
    return f"{hours} 小时" + (f" {minutes} 分钟" if minutes else "")


def _bad_value(a: _Names, f: Mapping[str, Any]) -> str:
    field = str(f.get("field", ""))
    expected = f"，应为{EXPECTED.get(str(f['expected']), f['expected'])}" if f.get("expected") else ""
    return f"{a.field(field)}的值不合{expected}{_nearest(f)}"


def _future(a: _Names, f: Mapping[str, Any]) -> str:
    if "at" not in f:
        return f"{a.field(str(f.get('field', 'happened')))}晚于录入时间"
    return f"发生时间 {a.when(f['at'])} 晚于录入时间 {a.when(f['now'])}"


def _stale(_: _Names, f: Mapping[str, Any]) -> str:
    return f"事项在第 {f['seen']} 行之后已有第 {f['last']} 行，请重看再办" if "seen" in f else f"事项 {f.get('case', '')} 此后又有新行，请重看再办"


def _conflicts(a: _Names, f: Mapping[str, Any]) -> str:
    if "line" not in f:
        return f"事项 {f.get('case', '')} 已并入该事项，须先分出"
    return f"与第 {f['line']} 行{a.action(str(f.get('do', '')))}冲突，须先更正或作废该行"


def _not_correctable(_: _Names, f: Mapping[str, Any]) -> str:
    line = f"第 {f['line']} 行" if "line" in f else "该行"
    return f"{line}不能更正或作废：不存在、不是录入行、不属该事项、本身是更正、已作废，或在考核表冻结之前"


def _stage(a: _Names, f: Mapping[str, Any]) -> str:
    return f"现处{a.stage(str(f['stage']))}，{a.action(str(f['action']))}须在{'、'.join(a.stage(s) for s in f['from'])}"


def _not_allowed(a: _Names, f: Mapping[str, Any]) -> str:
    return f"{f['actor']}（{a.posts(f['posts'])}）无权办理，须由{a.posts(f['allowed'])}"


def _missing(a: _Names, f: Mapping[str, Any]) -> str:
    action = f"{a.action(str(f['action']))}" if f.get("action") else ""
    return f"{action}须填写{a.field(str(f.get('field', '')))}"


def _unknown_field(a: _Names, f: Mapping[str, Any]) -> str:
    action = a.action(str(f["action"])) if f.get("action") else ""
    return f"{action}没有字段「{f.get('field', '')}」{_nearest(f)}"


Say = Callable[[_Names, Mapping[str, Any]], str]

#: Of each reason of docs/reasons.md its sentence.
REASONS: dict[str, Say] = {
    "malformed": lambda a, f: "不是一条录入，读不出来",
    "key_reused": lambda a, f: f"来源 {f['source']} 的编号 {f['key']} 已用于第 {f['line']} 行，内容不同",
    "future": _future,
    "unknown_action": lambda a, f: f"规程在此没有操作「{f['do']}」{_nearest(f)}",
    "bad_value": _bad_value,
    "missing_field": _missing,
    "unknown_case": lambda a, f: f"没有事项 {f['case']}",
    "case_exists": lambda a, f: f"事项 {f['case']} 已经有了",
    "chapter_not_in_use": lambda a, f: f"该日未启用{a.chapter(str(f['chapter']))}",
    "stale": _stale,
    "unknown_field": _unknown_field,
    "conflicts": _conflicts,
    "ended": lambda a, f: f"事项已结束，{_stage(a, f)}",
    "wrong_stage": _stage,
    "unknown_actor": lambda a, f: f"{f['actor']} 当时不在员工登记中" if f.get("actor") else "操作人当时不在员工登记中",
    "not_allowed": _not_allowed,
    "kept_out": lambda a, f: f"{f['actor']} 列于{a.field(str(f['field']))}，须回避",
    "same_person": lambda a, f: f"{f['actor']} 办了{a.action(str(f['did']))}，不得再办{a.action(str(f['action']))}",
    "unknown_place": lambda a, f: f"没有登记地点 {f['place']}",
    "condition": lambda a, f: str(f["because_zh"]),
    "unknown_charge": lambda a, f: f"没有应收 {f['charge']}",
    "unknown_receipt": lambda a, f: f"没有收款 {f['receipt']}",
    "exceeds_owed": lambda a, f: f"应收 {f['charge']} 尚欠 {_yuan(f['owed'])}，少于 {_yuan(f['amount'])}",
    "exceeds_balance": lambda a, f: f"收款 {f['receipt']} 尚余 {_yuan(f['balance'])}，少于 {_yuan(f['amount'])}",
    "nothing_accrued": lambda a, f: f"应收 {f['charge']} 没有可收的滞纳金",
    "not_later": lambda a, f: f"应收 {f['charge']} 原到期日不早于 {f['due']}",
    "unknown_meter": lambda a, f: f"{f['day']} 没有登记在用的表计 {f['meter']}",
    "reading_back": lambda a, f: f"读数 {f['reading']} 与已有的 {f['other']} 不合：不归零的表不倒走，归零的表不到满量程",
    "billed": lambda a, f: f"{f['day']} 的用量已由 {f['charge']} 出账",
    "nothing_to_charge": lambda a, f: f"{f['from']} 至 {f['to']} 没有可预缴的费用：{LEFT_OUT[f['why']]}",
    "falls_short": lambda a, f: f"预缴 {_yuan(f['amount'])}，少于应缴 {_yuan(f['asked'])}",
    "invoice_used": lambda a, f: f"票据号 {f['invoice']} 已用于收款 {f['receipt']}",
    "too_late": lambda a, f: f"晚录 {_long(f['late_us'])}：{_long(f['free_us'])}内可补录，{_long(f['limit_us'])}内限授权人员",
    "month_running": lambda a, f: f"{f['month']} 尚未结束，{f['who']} 当月的数字未定",
    "frozen": lambda a, f: f"{f['who']} {f['month']} 的考核表已冻结，此后的变化记入下一张",
    "no_scorecard": lambda a, f: f"{f['who']} 在 {f['month']} 没有任考核岗位",
    "booked": lambda a, f: "该行是抄表读数，须重抄，以当日后抄的为准" if f["how"] == "read_again" else "该行已经入账，须冲红",
    "not_correctable": _not_correctable,
    "undone": lambda a, f: "同批后面有一条未受理，整批不录",
    "not_tried": lambda a, f: "同批前面有一条未受理，未再录",
}

#: Why a callback does not count, and what it counts as.
CALLBACKS = {
    "again": "重办后再回访，不计比例",
    "excluded": "不计入基数",
    "not yet due": "尚未到期",
    "not made": "未回访",
    "dropped": "按期取消或联系不上，不再计",
    "no class of the quota": "类别不在比例之内",
    "no channel of the quota": "方式不在比例之内",
    "no person called": "不是由人回访",
    "no outcome": "未记录结果",
    "breach": "违规",
    "late": "逾期",
    "called before": "已有另一次回访计入",
    "more than due": "超出应回访数",
    "no time limit": "没有时限",
    "passed over": "未抽中",
    "unasked": "未抽中而回访，抵一件",
}
_BEGINNINGS = {"excluded: ": "不计入基数：", "breach: ": "违规：", "counts as ": "计作 ", "surplus of ": "超出部分，原为 "}


def why_not(reason: str, lang: str) -> str:
    """Why a case does not count in a figure, or what it counts as, in ``"zh"`` or ``"en"``."""
    if lang != "zh" or reason in CALLBACKS:
        return CALLBACKS[reason] if lang == "zh" else reason
    return next((zh + reason.removeprefix(en) for en, zh in _BEGINNINGS.items() if reason.startswith(en)), reason)
