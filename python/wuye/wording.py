"""A manual's parts in words, Chinese or English, from what :meth:`wuye.Manual.describe` says; the handbook and the comparison speak with it.

What it has no words for it says by its key and value, so that nothing a manual holds is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Words", "rest_of"]

_TYPES = {
    "text": ("文字", "text"),
    "int": ("整数", "whole number"),
    "bool": ("是否", "yes or no"),
    "instant": ("时间", "time"),
    "date": ("日期", "date"),
    "enum": ("选项", "choice"),
    "money": ("金额", "money"),
    "decimal": ("小数", "decimal"),
    "list": ("多项文字", "list of texts"),
    "place": ("地点", "place"),
    "person": ("员工", "member of staff"),
    "case": ("另一事项", "another case"),
}
_ENDINGS = {
    "done": ("完成", "done"),
    "cancelled": ("取消", "cancelled"),
    "refused_by_owner": ("业主不同意", "refused by the owner"),
    "no_access": ("无法入户", "no access"),
    "not_ours": ("不属本处", "not ours"),
    "duplicate": ("重复", "duplicate"),
    "attached": ("并入主单", "attached to another"),
    "passed_on": ("转出", "passed on"),
}
_TREATED = {
    "rule": ("规则", "rule"),
    "duty": ("职责", "duty"),
    "checklist": ("抽查", "checklist"),
    "": ("尚未处理", "nothing yet"),
}
_POSTS = {
    "anyone": ("任何人", "anyone"),
    "authority": ("主管部门", "an authority"),
    "device": ("设备", "a device"),
    "provider": ("外联单位", "an outside provider"),
    "resident": ("住户", "a resident"),
    "system": ("系统", "a system"),
    "holder": ("责任人", "the holder"),
    "reporter": ("报事人", "who reported it"),
    "attached": ("并入的各报事人", "everybody whose report was attached"),
    "holder(parent)": ("上级事项的责任人", "the holder of the case that opened it"),
}
_ACTORS = {"staff": ("员工", "a member of staff")} | {
    k: v for k, v in _POSTS.items() if k in ("resident", "provider", "device", "authority", "system")
}
_FIELDS = {
    "place": ("地点", "place"),
    "reporter": ("报事人", "reporter"),
    "class": ("事项类别", "class"),
    "joins": ("并入", "joins the case in"),
    "keeps_out": ("须回避", "keeps out"),
    "becomes": ("转为", "becomes"),
    "kind": ("种类", "kind"),
    "use": ("用途", "use"),
    "zone": ("辖区", "zone"),
    "building": ("楼栋", "building"),
}
_BOOKS = {
    "bill": ("出账：逐户、逐费项、逐期", "bills units for days of service"),
    "charge": ("一笔应收", "a charge"),
    "reading": ("表计读数", "what a meter shows"),
    "receipt": ("一笔收款，并予分配", "a receipt, and allocates it"),
    "prepay": ("预缴：今后各期应收及随付的收款", "days to come, and the receipt that pays them"),
    "claim": ("收款余额的归属，并予分配", "whose the balance of a receipt is, and allocates it"),
    "waive": ("减免", "a waiver"),
    "write_off": ("核销", "a write-off"),
    "refund": ("退款", "a refund"),
    "reverse": ("冲红", "a reversal"),
    "defer": ("缓交", "a later due day"),
    "late_fee": ("已产生的滞纳金", "the late fee that has accrued"),
    "arrears": ("欠费立案（由系统）", "a debt that is late (done by wuye)"),
    "settled": ("欠费结清（由系统）", "a debt that is settled (done by wuye)"),
}
_DAYS = {
    "daily": ("每日", "daily"),
    "workdays": ("周一至周五", "Monday to Friday"),
    "weekend": ("周末", "at weekends"),
    "mon": ("周一", "Monday"),
    "tue": ("周二", "Tuesday"),
    "wed": ("周三", "Wednesday"),
    "thu": ("周四", "Thursday"),
    "fri": ("周五", "Friday"),
    "sat": ("周六", "Saturday"),
    "sun": ("周日", "Sunday"),
}
#: What fees are for, what they are priced by, and how often.
_FEES = {
    "management": ("物业管理费", "management"),
    "shared_utility": ("公摊水电费", "shared water and electricity"),
    "collected_for_others": ("代收代缴", "collected for others"),
    "parking": ("车位费", "parking"),
    "paid_service": ("有偿服务费", "paid services"),
    "historic_arrears": ("历史欠费", "historic arrears"),
    "deposit": ("押金", "deposits"),
    "area": ("按建筑面积（平方米）", "by the square metre"),
    "unit": ("按个数", "by the piece"),
    "flat": ("按户定额", "one price a place"),
    "meter": ("按表计用量", "by the meter"),
    "lump": ("按笔录入金额", "the amount is told"),
    "month": ("月", "month"),
    "quarter": ("季", "quarter"),
    "half": ("半年", "half-year"),
    "year": ("年", "year"),
}
#: The kinds of places.
_PLACES = {
    "unit": ("房屋", "units"),
    "common": ("公共区域", "common areas"),
    "equipment": ("设备", "equipment"),
    "parking": ("车位", "parking spaces"),
}
#: Keys of the language as words, for what is listed key by key; a key that is not here stands as it is.
_KEYS = {
    "add": ("累加", "adds"),
    "billed": ("出账周期", "billed every"),
    "due_day": ("缴费到期", "due"),
    "fee_head": ("科目", "head"),
    "late_fee": ("滞纳金", "late fee"),
    "part_month": ("不足一月", "a part of a month"),
    "places": ("自动出账的地点", "places that a run charges"),
    "prepaid": ("预缴优惠", "paid ahead"),
    "price": ("单价", "price"),
    "use": ("用途", "use"),
    "applies": ("所属期", "stands for"),
    "bonus": ("每步扣发奖金", "of the bonus withheld a step"),
    "charges": ("应收", "charges"),
    "heads": ("费项", "fees"),
    "waived": ("减免部分", "what is waived"),
    "written_off": ("核销部分", "what is written off"),
    "book": ("登记簿", "record books"),
    "books": ("入账", "books"),
    "breaches": ("违规原因", "breaches"),
    "class_from": ("类别取自", "class from"),
    "copies": ("抄入", "copies"),
    "freezes": ("冻结", "freezes"),
    "points_for": ("扣分按", "points for"),
    "counts": ("清点", "counts"),
    "custody": ("保管物", "custody"),
    "keeper": ("保管方", "kept by"),
    "pieces": ("件数", "pieces"),
    "tag": ("号牌", "tag"),
    "where": ("何处", "where"),
    "rows": ("每页行数", "rows of a page"),
    "tells": ("当即告知", "tells at once"),
    "actions": ("动作", "actions"),
    "almanac": ("节假日历", "almanac"),
    "at": ("时点", "at"),
    "at_least": ("至少", "at least"),
    "at_most": ("至多", "at most"),
    "because": ("因为", "because"),
    "block": ("每组件数", "to a block"),
    "breaks": ("休息", "breaks"),
    "by": ("由", "by"),
    "calendar": ("日历", "calendar"),
    "channel": ("方式", "channel"),
    "classes": ("事项类别", "classes"),
    "copy": ("抄录", "copies"),
    "cap": ("至多", "at most"),
    "base": ("基数", "base"),
    "floor": ("下限", "floor"),
    "chapter": ("章", "chapter"),
    "charged_to": ("计入", "charged to"),
    "clause": ("条款", "clause"),
    "clauses": ("条款", "clauses"),
    "deadline": ("时限", "deadline"),
    "deputy": ("代理", "deputy"),
    "default": ("默认", "default"),
    "do": ("动作", "action"),
    "drops": ("不计于", "dropped at"),
    "endings": ("完结方式", "endings"),
    "exclude": ("不计", "not counted"),
    "ending": ("完结", "ending"),
    "extended_by": ("可延长于", "extended by"),
    "field": ("登记项", "field"),
    "free": ("可自由补录", "free"),
    "from": ("自", "from"),
    "group": ("组", "group"),
    "has": ("已填", "has"),
    "holder": ("责任人", "holder"),
    "inside": ("在日历内", "inside"),
    "lacks": ("未填", "lacks"),
    "not": ("并非", "not"),
    "place": ("地点", "place"),
    "post": ("岗位", "post"),
    "prefers": ("优先", "prefers"),
    "is": ("为", "is"),
    "of": ("之", "of"),
    "name": ("代号", "name"),
    "holidays": ("放假", "holidays"),
    "joins": ("并入", "joins the case in"),
    "keeps_out": ("须回避", "keeps out"),
    "becomes": ("转为", "becomes"),
    "kind": ("种类", "kind"),
    "ladder": ("逐级上报", "ladder"),
    "limit": ("限", "limit"),
    "makeup": ("调休上班", "make-up days"),
    "makeup_like": ("调休日同", "make-up days are like"),
    "may": ("可填", "may"),
    "modules": ("模块", "modules"),
    "needs": ("须填", "needs"),
    "not_same_as": ("不得与此同一人", "not whoever did"),
    "observe": ("只观察", "observes only"),
    "on_breach": ("违反时", "where broken"),
    "only_when": ("前提", "only when"),
    "opens": ("另立", "opens"),
    "overrides": ("特定日", "special days"),
    "pass": ("合格线", "pass mark"),
    "pauses": ("暂停于", "pauses at"),
    "personal": ("个人信息", "personal"),
    "day": ("第几日", "day"),
    "duty": ("周期性职责", "recurring duties"),
    "every": ("每", "every"),
    "metrics": ("指标", "metrics"),
    "month": ("第几月", "month"),
    "period": ("所属期记于", "period in"),
    "recorded": ("只作记录", "recorded only"),
    "scorecard": ("考核表", "scorecards"),
    "points": ("每步扣分", "points a step"),
    "procedure": ("作业规程", "procedure"),
    "procedures": ("作业规程", "procedures"),
    "quota": ("定额", "quota"),
    "set": ("置", "sets"),
    "share": ("比例", "share"),
    "surplus_to": ("超额抵充", "surplus to"),
    "surplus_when": ("超额抵充当", "surplus when"),
    "source": ("出处", "source"),
    "step": ("扣分步长", "step"),
    "superior": ("上级", "superior"),
    "switch": ("开关", "switch"),
    "tell": ("告知", "tells"),
    "title": ("标题", "title"),
    "titles": ("选项标题", "titles"),
    "to": ("到", "to"),
    "type": ("类型", "type"),
    "until": ("至", "until"),
    "until_actions": ("至动作", "until the action"),
    "value": ("取值", "value"),
    "value_titles": ("选项标题", "titles"),
    "values": ("可取值", "values"),
    "weekly": ("每周", "weekly"),
    "when": ("当", "when"),
    "why": ("理由", "why"),
    "with": ("带", "with"),
    "within": ("期限", "within"),
    "years": ("年份", "years"),
}
_STEPS = {
    "calendar_days": ("按当月实际天数", "days of the month's own length"),
    "thirty_days": ("每月按三十天", "days of thirty to a month"),
    "per_full_point": ("满一个百分点才扣", "for each full percentage point"),
    "pro_rata": ("按比例", "pro rata"),
    "per_started_point": ("不足一个百分点按一个", "for each started percentage point"),
    "actor": ("做的人", "who did it"),
    "opener": ("立案的人", "who opened it"),
    "quarter_end": ("当季，列在最后一个月", "the quarter, on its last month"),
    "half_end": ("半年，列在最后一个月", "the half-year, on its last month"),
    "year_end": ("全年，列在最后一个月", "the year, on its last month"),
    "in": ("计入", "counted in"),
    "out": ("不计入", "left out"),
    "none": ("无", "none"),
    "on_time": ("按时率", "share in time"),
    "record": ("照实记录，另记违规", "recorded with its breach"),
    "refuse": ("不予受理", "refused"),
}


def rest_of(item: Mapping[str, Any], known: str) -> dict[str, Any]:
    """What an item has beside the keys that are known."""
    return {key: value for key, value in item.items() if key not in known.split() and value is not False and value not in ("", [], {}, None)}


class Words:
    """One manual's words in one language.

    Args:
        described: What ``Manual.describe(lang)`` says.
        lang: ``"zh"`` or ``"en"``.
    """

    def __init__(self, described: Mapping[str, Any], lang: str) -> None:
        self.zh = lang == "zh"
        self.described = described
        self.posts = {p["name"]: p["title"] for p in described["posts"]}
        self.calendars = {c["name"]: c["title"] or self.say("昼夜连续", "around the clock") for c in described["calendars"]}
        self.procedures = {p["name"]: p["title"] for p in described["procedures"]}
        self.chapters = {c["name"]: c["title"] for c in described["chapters"]}
        self._of: dict[str, Any] = {}
        self._fields: dict[str, Any] = {}

    def say(self, zh: str, en: str) -> str:
        """The one in this language."""
        return zh if self.zh else en

    def _word(self, table: Mapping[str, tuple[str, str]], key: str) -> str:
        return table[key][0 if self.zh else 1] if key in table else key

    def of(self, procedure: Mapping[str, Any]) -> Words:
        """These words, knowing the fields, stages and actions of a procedure."""
        words = Words(self.described, "zh" if self.zh else "en")
        words._of = {
            "stages": {s["name"]: s["title"] for s in procedure["stages"]},
            "actions": {a["do"]: a["title"] for a in procedure["actions"]},
            "deadlines": {d["name"]: d["title"] for d in procedure["deadlines"]},
        }
        words._fields = {f["name"]: f for f in procedure["fields"]}
        return words

    # Names

    def key(self, key: str) -> str:
        """A key of the language as a word."""
        return self._word(_KEYS, key)

    def fee(self, word: str) -> str:
        """A word that a fee takes."""
        return self._word(_FEES, word)

    def place(self, kind: str) -> str:
        """A kind of places."""
        return self._word(_PLACES, kind)

    def kind(self, kind: str) -> str:
        """A field's type."""
        return self._word(_TYPES, kind)

    def ending(self, ending: str) -> str:
        """What an ending counts for."""
        return self._word(_ENDINGS, ending)

    def treated(self, treated: str) -> str:
        """What a manual makes of a clause."""
        return self._word(_TREATED, treated)

    def reading(self, word: str) -> str:
        """A word that a metric or an action takes."""
        return self._word(_STEPS, word)

    def post(self, name: str) -> str:
        """A post, or what stands for one: ``holder``, ``superior(POST)``."""
        if found := re.fullmatch(r"(superior|on_duty)\((.+)\)", name):
            of = self.post(found[2])
            return {"superior": self.say(f"{of}的上级", f"the superior of {of}"), "on_duty": self.say(f"当值的{of}", f"the {of} on duty")}[found[1]]
        return self.posts.get(name) or self._word(_POSTS, name)

    def stage(self, name: str) -> str:
        """A stage's title; ``*`` is any that is not an ending."""
        if name == "*":
            return self.say("任何未完结环节", "any stage that is no ending")
        own = self._of.get("stages", {})
        return str(own[name]) if name in own else self._stage_anywhere(name).strip('「」"')

    def action(self, name: str) -> str:
        """An action's title."""
        return str(self._of.get("actions", {}).get(name, name))

    def field(self, name: str) -> str:
        """A field's title."""
        return str(self._fields[name]["title"]) if name in self._fields else self._word(_FIELDS, name)

    def value(self, field: str, value: Any) -> str:
        """A field's value."""
        if isinstance(value, bool) or value in ("true", "false"):
            return self.say("是", "yes") if value in (True, "true") else self.say("否", "no")
        if isinstance(value, list):
            return self.join(self.value(field, one) for one in value)
        declared = self._fields.get(field, {})
        if declared.get("type") == "money" and isinstance(value, int):
            yuan = f"{value // 100}.{value % 100:02d}"
            return self.say(f"{yuan} 元", f"{yuan} yuan")
        return str(declared.get("value_titles", {}).get(str(value), value))

    def join(self, items: Any, last: str = "") -> str:
        """Items one after the other."""
        return ("、" if self.zh else ", ").join(str(i) for i in items)

    def either(self, items: Sequence[str]) -> str:
        """Items any of which will do."""
        if self.zh:
            return "或".join(items)
        return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]

    def quoted(self, items: Any) -> str:
        """Titles in quotation marks."""
        return self.join(f"「{i}」" if self.zh else f'"{i}"' for i in items)

    def clauses(self, *clauses: str | None) -> str:
        """Clauses in brackets; empty where there is none."""
        known = [c for c in clauses if c]
        return (f"（{'、'.join(known)}）" if self.zh else f" ({', '.join(known)})") if known else ""

    # Lengths and limits

    def length(self, text: str) -> str:
        """A length such as 90min, 4h, 3cd or 2wd in words."""
        found = re.fullmatch(r"(\d+)(min|h|cd|wd)", text)
        if not found:
            return text
        count, unit = int(found[1]), found[2]
        zh = {"min": "分钟", "h": "小时", "cd": "天", "wd": "个工作日"}[unit]
        en = {"min": "minute", "h": "hour", "cd": "calendar day", "wd": "working day"}[unit]
        return f"{count} {zh}" if self.zh else f"{count} {en}" + ("" if count == 1 else "s")

    def calendar(self, name: str | None) -> str:
        """A calendar in brackets: by which clock a length runs."""
        if not name:
            return ""
        if name == "around_the_clock":
            return self.say("（昼夜连续计算）", ", around the clock")
        title = self.calendars.get(name, name)
        return self.say(f"（按{title}）", f", counted in {title}")

    def limit(self, limit: Mapping[str, Any]) -> str:
        """One line of ``within``, its condition left out."""
        known = "calendar clause when limit due due_at due_next_opening due_day"
        if "limit" in limit:
            text = self.say(f"{self.length(limit['limit'])}内", f"within {self.length(limit['limit'])}") + self.calendar(limit.get("calendar"))
        elif "due" in limit:
            text = self.say(f"不晚于「{self.field(limit['due'])}」", f'by "{self.field(limit["due"])}"')
        elif "due_at" in limit:
            text = self.say(f"当日 {limit['due_at']} 前，已过则次日", f"by {limit['due_at']} that day, or the next where that has passed")
        elif "due_next_opening" in limit:
            title = self.calendars.get(limit["due_next_opening"], limit["due_next_opening"])
            text = self.say(f"下次{title}开始前", f"before {title} next begin")
        elif "due_day" in limit:
            text = self.say(f"当月 {limit['due_day']} 日前，已过则次月", f"by day {limit['due_day']} of the month, or of the next")
        else:
            text = ""
        return self._with_rest(text, limit, known) + self.clauses(limit.get("clause"))

    def case_of(self, limit: Mapping[str, Any]) -> str:
        """Of which cases a line of ``within`` is."""
        return self.condition(limit.get("when", [])) or self.say("其余", "otherwise")

    def level(self, level: Mapping[str, Any]) -> str:
        """One rung of a ladder: when, and what then."""
        at = level["at"]
        if found := re.fullmatch(r"(\d+)%", at):
            when = self.say("超时", "once late") if at == "100%" else self.say(f"用到 {found[1]}% 时", f"at {found[1]} % of it")
        elif at.startswith("+"):
            when = self.say(f"逾期 {self.length(at[1:])}", f"{self.length(at[1:])} after it is due")
        elif at.startswith("-"):
            when = self.say(f"到期前 {self.length(at[1:])}", f"{self.length(at[1:])} before it is due")
        else:
            when = at
        if level.get("calendar") not in (None, "around_the_clock"):
            when += self.calendar(level["calendar"])
        then = []
        if level.get("tell"):
            told = self.join(self.post(p) for p in level["tell"])
            then.append(self.say(f"告知{told}", f"tell {told}"))
        if level.get("do"):
            then.append(self.say(f"自动「{self.action(level['do'])}」", f'"{self.action(level["do"])}" by itself'))
        then += [self.sets(level["set"])] if level.get("set") else []
        if level.get("open"):
            then.append(self.opens(level["open"]))
        text = f"{when}{self.join(then)}" if self.zh else f"{when}: {self.join(then)}"
        return self._with_rest(text, level, "at calendar clause do open set tell") + self.clauses(level.get("clause"))

    def sets(self, given: Mapping[str, Any]) -> str:
        """Fields that are set."""
        pairs = self.join(f"{self.field(f)}{self.say('为', ' = ')}{self.value(f, v)}" for f, v in given.items())
        return self.say(f"置{pairs}", f"set {pairs}")

    def opens(self, given: Mapping[str, Any]) -> str:
        """A case that is opened; of which cases, where the manual says so."""
        if given.get("when"):
            of = self.condition(given["when"])
            return self.say(f"{of}时，", f"where {of}, ") + self.opens({k: v for k, v in given.items() if k != "when"})
        title = self.procedures.get(given["procedure"], given["procedure"])
        text = self.say(f"另立「{title}」", f'open "{title}"')
        if given.get("with"):
            text += self.say("（", " (") + self.join(f"{k} = {v}" for k, v in given["with"].items()) + self.say("）", ")")
        if given.get("each"):
            text += self.say(f"，「{self.field(given['each']['of'])}」每项一件", f', one for each of "{self.field(given["each"]["of"])}"')
        return self._with_rest(text, given, "copy each procedure when with")

    def adds(self, given: Mapping[str, Any]) -> str:
        """Fields that are counted up."""
        return self.join(self.say(f"{self.field(f)}加 {n}", f"add {n} to {self.field(f)}") for f, n in given.items())

    def tells(self, given: Mapping[str, Any]) -> str:
        """Whom an action tells."""
        told = self.join(self.post(p) for p in given.get("tell", []))
        when = self.condition(given.get("when", []))
        text = self.say(
            f"{when}时，当即告知{told}" if when else f"当即告知{told}", f"where {when}, tell {told} at once" if when else f"tell {told} at once"
        )
        return self._with_rest(text, given, "clause tell when") + self.clauses(given.get("clause"))

    def books(self, kind: str) -> str:
        """What an action posts to the ledger."""
        return self._word(_BOOKS, kind)

    def copies(self, given: Mapping[str, Any]) -> str:
        """What an action takes over from a case that another action opened."""
        opener, into = self.action(given["opened_by"]), self.field(given["into"])
        text = self.say(
            f"「{into}」抄自「{opener}」另立的事项（{given['field']}）", f'"{into}" is taken from the case that "{opener}" opened ({given["field"]})'
        )
        return self._with_rest(text, given, "field into opened_by")

    def counts(self, given: Mapping[str, Any]) -> str:
        """What an action counts of other cases."""
        into, others = self.field(given["into"]), self._others(given)
        if given.get("sum"):
            text = self.say(f"「{into}」为{others}的「{given['sum']}」之和", f'"{into}" is the sum of {given["sum"]} of {others}')
        else:
            text = self.say(f"「{into}」为{others}的件数", f'"{into}" is how many there are of {others}')
        return self._with_rest(text, given, "into procedures same stages sum")

    def _others(self, given: Mapping[str, Any]) -> str:
        """Other cases that stand somewhere."""
        kinds = self.either([self.procedures.get(p, p) for p in given["procedures"]])
        stages = self.either([self._stage_anywhere(s) for s in given.get("stages", [])] or [self.say("未完结", "not ended")])
        same = self.join(self.field(f) for f in given.get("same", []))
        zh, en = (f"{same}相同、", f" with the same {same}") if same else ("", "")
        return self.say(f"{zh}处于{stages}的其他{kinds}", f"other {kinds}{en} at {stages}")

    # Conditions

    def condition(self, tests: Sequence[Mapping[str, Any]]) -> str:
        """All tests of a condition; empty where there is none."""
        return ("，且" if self.zh else " and ").join(dict.fromkeys(self.test(t) for t in tests))

    def test(self, test: Mapping[str, Any]) -> str:
        """One test."""
        kind, negated = test["test"], test.get("not", False)
        field = self.field(test["field"]) if "field" in test else ""
        no = self.say("不", "not ") if negated else ""
        if kind == "equal":
            values = self.either([self.value(test["field"], v) for v in test.get("values", [])])
            return self.say(f"{field}{no}为{values}", f"{field} is {no}{values}")
        if kind == "range":
            return self._range(field, test, negated=negated)
        if kind in ("has", "lacks"):
            there = (kind == "has") != negated
            return self.say(f"{'已' if there else '未'}填「{field}」", f'"{field}" is {"" if there else "not "}given')
        if kind == "not_after":
            other = self.field(test["other"])
            return self.say(
                f"「{field}」{'' if negated else '不'}晚于（大于）「{other}」", f'"{field}" is {"" if negated else "not "}after (more than) "{other}"'
            )
        if kind == "lead":
            lead = self.length(test["at_least"])
            return self.say(
                f"{no}提前「{field}」至少 {lead}{self.calendar(test.get('calendar'))}",
                f'{no}at least {lead}{self.calendar(test.get("calendar"))} before "{field}"',
            )
        if kind == "inside":
            title = self.calendars.get(test["calendar"], test["calendar"])
            return self.say(f"{no}在{title}内", f"{no}in {title}")
        if kind == "place":
            attribute = self._word(_FIELDS, test["attribute"])
            return self.say(f"地点的{attribute}{no}为{self.either(test['values'])}", f"the place's {attribute} is {no}{self.either(test['values'])}")
        if kind == "stage":
            parts = []
            if test.get("values"):
                there = self.either([self._stage_anywhere(v) for v in test["values"]])
                parts.append(self.say(f"{no}处于{there}", f"is {no}at {there}"))
            if "live" in test:
                parts.append(self.say("未完结", "is still open") if test["live"] != negated else self.say("已完结", "has ended"))
            if test.get("procedures"):
                kinds = self.either([self.procedures.get(p, p) for p in test["procedures"]])
                parts.append(self.say(f"{no}是{kinds}", f"is {no}of {kinds}"))
            return self.say(f"「{field}」所指事项{'、'.join(parts)}", f'the case in "{field}" {" and ".join(parts)}')
        if kind == "opened":
            case = self.say(f"由「{self.action(test['action'])}」另立的事项", f'the case that "{self.action(test["action"])}" opened')
            there = self.either([self._stage_anywhere(v) for v in test["values"]])
            return self.say(f"{case}{no}处于{there}（未另立则不问）", f"{case} is {no}at {there} (where it opened one)")
        if kind == "actor":
            kinds = self.either([self._word(_ACTORS, v) for v in test["values"]])
            return self.say(f"「{field}」{no}是{kinds}", f'"{field}" is {no}{kinds}')
        if kind == "did":
            what = self.either([self._action_anywhere(v) for v in test.get("values", [])] or [self.say("任何一步", "anything")])
            return self.say(f"经办人{no}是在「{field}」所指事项上做过{what}的人", f'whoever acts did {no}do {what} of the case in "{field}"')
        if kind == "post":
            who = f"「{field}」" if self.zh and field else f'"{field}"' if field else self.say("经办人", "whoever acts")
            posts = self.either([self.say("本处员工", "any of our staff") if v == "staff" else self.post(v) for v in test["values"]])
            return self.say(f"{who}{no}是{posts}", f"{who} is {no}{posts}")
        if kind == "times":
            count, days = test["at_least"], test.get("days", 0)
            apart = self.say(f"，且在 {days} 个不同日期", f" on {days} different days") if days > 1 else ""
            done = f"「{self.action(test['action'])}」" if self.zh else f'"{self.action(test["action"])}"'
            return self.say(f"{done}{no}已做满 {count} 次{apart}", f"{done} was {no}done {count} times before{apart}")
        if kind == "differs":
            other = self.field(test.get("other", ""))
            if not field:
                return self.say(f"经办人{'即' if negated else '不是'}「{other}」", f'whoever acts is {"" if negated else "not "}the one in "{other}"')
            return self.say(
                f"「{field}」与「{other}」{'相同' if negated else '不同'}", f'"{field}" and "{other}" {"are" if negated else "are not"} the same'
            )
        if kind == "children_ended":
            return self.say(f"所立各事项{'尚未' if negated else '均已'}完结", f"every case that it opened has {no}ended")
        if kind == "cases":
            low, high = test.get("at_least"), test.get("at_most")
            zh = f"{'' if low is None else f'至少 {low} 件'}{'' if high is None else f'至多 {high} 件'}"
            en = " and ".join([*([] if low is None else [f"at least {low}"]), *([] if high is None else [f"at most {high}"])])
            others = self._others(test)
            return self.say(f"{others}{'并非' if negated else '有'}{zh}", f"there are {no}{en} {others}")
        if kind == "share":
            other, least = self.field(test["other"]), f"{test['at_least'] / 100:g} %"
            return self.say(
                f"「{field}」{'未达' if negated else '不少于'}「{other}」的 {least}",
                f'"{field}" is {"less than" if negated else "at least"} {least} of "{other}"',
            )
        if kind == "never":
            return self.say("按现行开关不适用", "not as the switches stand")
        return self.generic(test)

    def _stage_anywhere(self, name: str) -> str:
        """The title of a stage of another procedure, where all that have one of this name call it the same."""
        titles = {s["title"] for p in self.described["procedures"] for s in p["stages"] if s["name"] == name}
        title = titles.pop() if len(titles) == 1 else name
        return self.say(f"「{title}」", f'"{title}"')

    def _action_anywhere(self, name: str) -> str:
        """As above, of an action."""
        if name == "holder":
            return self.say("责任人", "the holder's part")
        titles = {a["title"] for p in self.described["procedures"] for a in p["actions"] if a["do"] == name}
        title = titles.pop() if len(titles) == 1 else name
        return self.say(f"「{title}」", f'"{title}"')

    def _range(self, field: str, test: Mapping[str, Any], *, negated: bool) -> str:
        low, high = test.get("at_least"), test.get("at_most")
        shown = {k: self.value(test["field"], v) for k, v in (("low", low), ("high", high)) if v is not None}
        if low is not None and high is not None:
            text = self.say(f"{field}在 {shown['low']} 至 {shown['high']} 之间", f"{field} between {shown['low']} and {shown['high']}")
        elif low is not None:
            if negated:
                return self.say(f"{field}少于 {shown['low']}", f"{field} less than {shown['low']}")
            text = self.say(f"{field}至少 {shown['low']}", f"{field} at least {shown['low']}")
        else:
            if negated:
                return self.say(f"{field}多于 {shown['high']}", f"{field} more than {shown['high']}")
            text = self.say(f"{field}至多 {shown['high']}", f"{field} at most {shown['high']}")
        return self.say(f"并非{text}", f"not {text}") if negated else text

    # Calendars

    def hours(self, hours: Mapping[str, Any]) -> str:
        """Weekly or special hours, day by day."""
        parts = []
        for day, spans in hours.items():
            name = self._word(_DAYS, day)
            parts.append(f"{name} " + (self.join("–".join(s) for s in spans) or self.say("无", "none")))
        return ("；" if self.zh else "; ").join(parts)

    # Whatever there are no words for

    def _with_rest(self, text: str, item: Mapping[str, Any], known: str) -> str:
        rest = rest_of(item, known)
        if not rest:
            return text
        more = self.generic(rest)
        return f"{text}{self.say('；', '; ')}{more}" if text else more

    def named(self, name: str) -> str:
        """The title of whatever has this name, or the name."""
        for table in (
            self._of.get("stages", {}),
            self._of.get("actions", {}),
            self._of.get("deadlines", {}),
            self.posts,
            self.procedures,
            self.calendars,
        ):
            if table.get(name):
                return str(table[name])
        if name in self._fields:
            return str(self._fields[name]["title"])
        return self._word(_POSTS, name) if name in _POSTS else self.reading(name)

    def generic(self, value: Any) -> str:
        """Any value, key by key."""
        if isinstance(value, Mapping):
            mark = self.say("：", ": ")
            return ("；" if self.zh else "; ").join(f"{self.key(k)}{mark}{self.generic(v)}" for k, v in value.items())
        if isinstance(value, list):
            nested = any(isinstance(v, (Mapping, list)) for v in value)
            return ("；" if nested and self.zh else "; " if nested else "、" if self.zh else ", ").join(
                f"[{self.generic(v)}]" if isinstance(v, Mapping) else self.generic(v) for v in value
            )
        if isinstance(value, bool):
            return self.say("是", "yes") if value else self.say("否", "no")
        if isinstance(value, str) and re.fullmatch(r"\d+(min|h|cd|wd)", value):
            return self.length(value)
        return self.named(value) if isinstance(value, str) else str(value)
