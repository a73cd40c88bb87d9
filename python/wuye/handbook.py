"""The compiled manual as a document for a manager to proofread: Markdown, or one HTML page that needs nothing beside it.

It is written from :meth:`wuye.Manual.describe` alone, so that it says what the manual does and not what its files meant to say. Parts of the manual
that this module has no chapter for come under their own names, key by key.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wuye.wording import Words, rest_of

__all__ = ["handbook"]

#: Sections that have a chapter of their own below, or are told where they belong.
_KNOWN = ("almanac", "calendar", "chapter", "fee", "late", "metric", "post", "switch", "time_zone", "treat", "use")


#: What _procedure tells of a procedure in words of its own.
_OF_PROCEDURE = "actions chapter clauses deadlines fields more name stages tallies title"


@dataclass
class _Block:
    """A piece of the document: ``h1`` … ``h4``, ``p``, ``ul``, ``table`` or ``pre``."""

    kind: str
    text: str = ""
    head: Sequence[str] = ()
    rows: list[Sequence[str]] = field(default_factory=list)


def handbook(described: Mapping[str, Any], clauses: Sequence[Mapping[str, Any]], lang: str, form: str) -> str:
    """The manual as a document.

    Args:
        described: What ``Manual.describe(lang)`` says.
        clauses: What ``Manual.clauses()`` says.
        lang: ``"zh"`` or ``"en"``.
        form: ``"md"`` or ``"html"``.

    Returns:
        The whole text.
    """
    book = _Book(described, clauses, lang)
    blocks = book.blocks()
    title = book.words.say(f"{described['name']} 作业规程", f"Manual {described['name']}")
    return _html(blocks, title, lang) if form == "html" else _markdown(blocks)


class _Book:
    def __init__(self, described: Mapping[str, Any], clauses: Sequence[Mapping[str, Any]], lang: str) -> None:
        self.described = described
        self.sections: Mapping[str, Any] = described["sections"]
        self.all_clauses = clauses
        self.lang = lang
        self.words = Words(described, lang)
        self.out: list[_Block] = []

    def say(self, zh: str, en: str) -> str:
        return self.words.say(zh, en)

    def head(self, level: int, text: str) -> None:
        self.out.append(_Block(f"h{level}", text))

    def text(self, text: str) -> None:
        if text:
            self.out.append(_Block("p", text))

    def items(self, items: Iterable[str]) -> None:
        rows = [(item,) for item in items if item]
        if rows:
            self.out.append(_Block("ul", rows=list(rows)))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        kept = [list(row) for row in rows]
        filled = [i for i in range(len(head)) if any(row[i] for row in kept)]
        if kept:
            self.out.append(_Block("table", head=[head[i] for i in filled], rows=[[row[i] for i in filled] for row in kept]))

    def blocks(self) -> list[_Block]:
        d, w = self.described, self.words
        self.head(1, self.say(f"{d['name']} 作业规程", f"Manual {d['name']}"))
        self.text(
            self.say(
                f"由规程编译而成，供校对。规程指纹 {d['hash'][:16]}，时区 {d['time_zone']}。",
                f"Written from the compiled manual, for proofreading. Its hash begins {d['hash'][:16]}; time zone {d['time_zone']}.",
            )
        )
        self._chapters()
        used = {c["name"] for c in d["chapters"] if c["used"]}
        for chapter in d["chapters"]:
            procedures = [p for p in d["procedures"] if p["chapter"] == chapter["name"]]
            if procedures and chapter["name"] in used:
                self.head(2, chapter["title"])
                for procedure in procedures:
                    self._procedure(procedure)
        self._metrics()
        self._fees()
        self._switches()
        self._posts()
        self._calendars()
        self._late()
        for name in sorted(set(self.sections) - set(_KNOWN)):
            self._other(w.key(name), self.sections[name])
        self._clauses()
        return self.out

    def _chapters(self) -> None:
        w = self.words
        use = {u["chapter"]: u for u in self.sections.get("use", [])}
        rows = []
        for chapter in self.described["chapters"]:
            given = use.get(chapter["name"], {})
            state = self.say("启用", "in use") if chapter["used"] else self.say("未启用", "not in use")
            if chapter["observe"]:
                state += self.say("，只观察，不拒绝", ", observes only: nothing is refused")
            titles = w.join(p["title"] for p in self.described["procedures"] if p["chapter"] == chapter["name"])
            rows.append((chapter["title"], state, str(given.get("from", "")), titles))
        self.head(2, self.say("各章", "Chapters"))
        self.table((w.key("chapter"), self.say("状态", "state"), self.say("起用", "from"), w.key("procedures")), rows)

    # Procedures

    def _procedure(self, p: Mapping[str, Any]) -> None:
        w = self.words.of(p)
        self.head(3, p["title"] + w.clauses(*p["clauses"]))
        self.head(4, self.say("环节", "Stages"))
        self.out.append(_Block("pre", _drawing(p, w)))
        more = {s["title"]: rest_of(s, "ending name title clause") for s in p["stages"]}
        clause = {s["title"]: s.get("clause") for s in p["stages"]}
        self.items(f"{title}{self.say('：', ': ')}{w.generic(m)}" + w.clauses(clause[title]) for title, m in more.items() if m)
        self.head(4, self.say("登记项", "Fields"))
        self.table(
            (self.say("登记项", "field"), w.key("type"), w.key("default"), self.say("说明", "")),
            [self._field(f, w) for f in p["fields"]],
        )
        self.head(4, self.say("谁在何时可做什么", "Who may do what, and when"))
        for action in p["actions"]:
            self.text(f"**{action['title']}**" + w.clauses(*action["clauses"]))
            self.items(self._action(action, w))
        if p["deadlines"]:
            self.head(4, self.say("时限与逐级上报", "Limits, and whom lateness goes to"))
        for deadline in p["deadlines"]:
            self.text(f"**{deadline['title']}**" + w.clauses(deadline.get("clause")))
            self.items(self._deadline(deadline, w))
        if p["tallies"]:
            self.head(4, self.say("累计", "What adds up"))
            self.items(self._tally(t, w) for t in p["tallies"])
        self.items(f"{w.key(k)}{self.say('：', ': ')}{w.generic(v)}" for k, v in rest_of(p, _OF_PROCEDURE).items())
        for key, value in p["more"].items():
            self.head(4, w.key(key))
            self._generic(value, w)

    def _field(self, f: Mapping[str, Any], w: Words) -> Sequence[str]:
        kind = w.kind(f["type"])
        if f.get("values"):
            kind += self.say("：", ": ") + w.join(w.value(f["name"], v) for v in f["values"])
        notes = [self.say("个人信息，可抹除", "personal, can be erased")] if f["personal"] else []
        if more := rest_of(f, "default name personal title type value_titles values"):
            notes.append(w.generic(more))
        return (f["title"], kind, w.value(f["name"], f["default"]) if "default" in f else "", self.say("；", "; ").join(notes))

    def _action(self, a: Mapping[str, Any], w: Words) -> Iterable[str]:
        mark = self.say("：", ": ")
        yield self.say("谁", "Who") + mark + w.join(w.post(p) for p in a["by"])
        if a["opening"]:
            yield self.say(f"立案，进入「{w.stage(a['to'])}」", f'opens a case, at "{w.stage(a["to"])}"')
        else:
            text = self.say("何时", "When") + mark + w.join(w.stage(s) for s in a["from"])
            yield text + (
                self.say(f" → 「{w.stage(a['to'])}」", f' → "{w.stage(a["to"])}"') if "to" in a else self.say("，环节不变", "; the stage stays")
            )
        if a["needs"]:
            yield w.key("needs") + mark + w.join(w.field(f) for f in a["needs"])
        if a.get("may"):
            yield w.key("may") + mark + w.join(w.field(f) for f in a["may"])
        for demand in a["only_when"]:
            applies = w.condition(demand.get("if", []))
            head = self.say(f"{applies}时，须" if applies else "须", f"Where {applies}, only when " if applies else "Only when ")
            yield head + w.condition(demand["when"]) + self.say("，否则：", "; otherwise: ") + demand["because"] + w.clauses(demand.get("clause"))
        if a["not_same_as"]:
            done = w.quoted(w.action(x) for x in a["not_same_as"])
            yield self.say(f"不得由做{done}的同一人来做", f"Not by whoever did {done}")
        if becomes := a.get("becomes"):
            title = w.procedures.get(becomes, becomes)
            yield self.say(f"事项转为「{title}」，时限重新起算", f'The case goes on as "{title}"')
        if a["on_breach"] == "refuse":
            yield self.say("不合规则的不予受理", "Refused where a rule is broken; nothing has happened yet")
        if a["set"]:
            yield w.sets(a["set"])
        if a.get("add"):
            yield w.adds(a["add"])
        if books := a.get("books"):
            yield w.key("books") + mark + w.books(books)
        yield from (w.copies(c) for c in a.get("copies", []))
        yield from (w.counts(c) for c in a.get("counts", []))
        yield from (w.tells(t) for t in a.get("tells", []))
        if a.get("freezes"):
            yield self.say(
                "冻结被考核人该月的考核表，以后的变化记入下一张", "Freezes the officer's scorecard of the month; later changes go on the next"
            )
        for opened in a["opens"]:
            yield w.opens(opened) + (self.say("，抄录", ", copying ") + w.join(w.field(f) for f in opened["copy"]) if opened["copy"] else "")
        if holder := a.get("holder"):
            person = self.say("经办人", "whoever does it") if holder == "by" else self.say(f"「{w.field(holder)}」", f'"{w.field(holder)}"')
            yield self.say("此后责任人", "Answers for the case from then on") + mark + person
        if more := rest_of(
            a,
            "add becomes books by clauses copies counts do freezes from holder may needs not_same_as on_breach only_when opening opens set tells "
            "title to",
        ):
            yield w.generic(more)

    def _deadline(self, d: Mapping[str, Any], w: Words) -> Iterable[str]:
        mark = self.say("：", ": ")
        stops = [f"「{w.stage(s)}」" if w.zh else f'"{w.stage(s)}"' for s in d["until"]]
        stops += [self.say(f"做了「{w.action(a)}」", f'"{w.action(a)}" is done') for a in d["until_actions"]]
        starts = w.either([f"「{w.stage(s)}」" if w.zh else f'"{w.stage(s)}"' for s in d["from"]])
        yield self.say(f"自{starts}起，至{w.either(stops)}止", f"From {starts} until {w.either(stops)}")
        for limit in d["within"]:
            yield w.case_of(limit) + mark + w.limit(limit) if len(d["within"]) > 1 or limit["when"] else w.limit(limit)
        if d["ladder"]:
            yield self.say("逐级", "Ladder") + mark + self.say("；", "; ").join(w.level(level) for level in d["ladder"])
        if d["pauses"]:
            yield self.say("期间停算", "Stands still at") + mark + w.join(w.stage(s) for s in d["pauses"])
        if d["drops"]:
            yield self.say("既不算完成也不算逾期", "Neither met nor late at") + mark + w.join(w.stage(s) for s in d["drops"])
        if d.get("extended_by"):
            yield self.say(f"可由「{w.action(d['extended_by'])}」延长一次", f'Extended once by "{w.action(d["extended_by"])}"')
        if more := rest_of(d, "clause drops extended_by from ladder name pauses title until until_actions within"):
            yield w.generic(more)

    def _tally(self, t: Mapping[str, Any], w: Words) -> str:
        key = w.join(w.field(f) for f in t["key"])
        text = self.say(
            f"{t['title']}：{w.length(t['within'])}内{key}相同的满 {t['at_least']} 件，告知{w.join(w.post(p) for p in t['tell'])}",
            f"{t['title']}: at least {t['at_least']} with the same {key} within {w.length(t['within'])}: tell {w.join(w.post(p) for p in t['tell'])}",
        )
        more = rest_of(t, "at_least clause key name tell title within")
        return text + (self.say("；", "; ") + w.generic(more) if more else "") + w.clauses(t.get("clause"))

    # The office

    def _metrics(self) -> None:
        w = self.words
        metrics = self.sections.get("metric", {})
        if not metrics:
            return
        self.head(2, self.say("指标", "Metrics"))
        deadlines = {(p["name"], d["name"]): d["title"] for p in self.described["procedures"] for d in p["deadlines"]}
        for m in metrics.values():
            given = m.get("clauses", [])
            self.text(f"**{m['title']}**" + w.clauses(*([given] if isinstance(given, str) else given)))
            rest = rest_of(m, "title clauses chapter")
            procedures = rest.get("procedures", [])
            names = [procedures] if isinstance(procedures, str) else procedures
            if "deadline" in rest and names:
                rest["deadline"] = w.join(deadlines.get((p, rest["deadline"]), rest["deadline"]) for p in names)
            self.items(f"{w.key(k)}{self.say('：', ': ')}{self._reading(v, w)}" for k, v in rest.items())

    def _fees(self) -> None:
        w = self.words
        fees = self.sections.get("fee", {})
        if not fees:
            return
        self.head(2, self.say("费项", "Fees"))
        for fee in fees.values():
            given = fee.get("clauses", [])
            self.text(f"**{fee['title']}**" + w.clauses(*([given] if isinstance(given, str) else given)))
            self.items(self._fee(fee, w))

    def _fee(self, fee: Mapping[str, Any], w: Words) -> Iterable[str]:
        mark = self.say("：", ": ")
        yield w.key("fee_head") + mark + w.fee(fee["head"]) + self.say("；", "; ") + w.fee(fee["basis"])
        every, span = w.fee(fee.get("billed", "month")), w.fee(fee.get("price_for", "month"))
        measured = fee["basis"] == "meter"
        for price in fee.get("price", []):
            of = f" ({w.generic(rest_of(price, 'price clause'))})" if rest_of(price, "price clause") else ""
            unit = self.say("元", " yuan") if measured else self.say(f"元/{span}", f" yuan a {span}")
            yield w.key("price") + mark + price["price"] + unit + of + w.clauses(price.get("clause"))
        if fee["basis"] not in ("lump", "meter"):
            yield w.key("billed") + mark + every
        if "due_day" in fee:
            later = fee.get("due_after_months", 0)
            month = self.say(f"此后第 {later} 个月" if later else "当月", f"{later} months later" if later else "of that month")
            yield w.key("due_day") + mark + self.say(f"{month} {fee['due_day']} 日", f"day {fee['due_day']} {month}")
        if late := fee.get("late"):
            terms = self.say(
                f"每日 {late['rate']}，宽限 {late.get('grace_days', 0)} 天，至多为本金的 {late.get('cap', '100%')}",
                f"{late['rate']} a day after {late.get('grace_days', 0)} days of grace, at most {late.get('cap', '100%')} of what is owed",
            )
            yield w.key("late_fee") + mark + terms + self._if(late, w)
        for prepaid in fee.get("prepaid", []):
            months, off = prepaid["months"], prepaid["off"]
            terms = self.say(f"满 {months} 个月减 {off}", f"{off} off for {months} months")
            yield w.key("prepaid") + mark + terms + self._if(prepaid, w) + w.clauses(prepaid.get("clause"))
        if places := fee.get("places"):
            yield w.key("places") + mark + w.join(w.place(kind) for kind in _listed(places))
        known = "basis billed chapter clauses due_after_months due_day head late places prepaid price price_for title"
        for key, value in rest_of(fee, known).items():
            yield w.key(key) + mark + self._reading(value, w)

    def _if(self, terms: Mapping[str, Any], w: Words) -> str:
        """The switch under which terms stand, and how it stands."""
        asked = terms.get("when", {}).get("switch", {})
        stands = {s["name"]: s["value"] for s in self.described["switches"]}
        said = (
            self.say(
                f"开关 {name} 为 {w.reading(value)} 时，现为 {w.reading(stands[name])}",
                f"where the switch {name} is {w.reading(value)}; it is {w.reading(stands[name])}",
            )
            for name, value in asked.items()
        )
        return "".join(f" ({one})" for one in said)

    def _reading(self, value: Any, w: Words) -> str:
        """A value, or what the switch that it follows stands at."""
        if isinstance(value, Mapping) and set(value) == {"switch"} and isinstance(value["switch"], str):
            switch = next((s for s in self.described["switches"] if s["name"] == value["switch"]), None)
            now = w.reading(switch["value"]) if switch else ""
            return self.say(f"按开关 {value['switch']}（现为：{now}）", f"as the switch {value['switch']} stands ({now})")
        return w.generic(value)

    def _switches(self) -> None:
        w = self.words
        if not self.described["switches"]:
            return
        source = {f"{area}.{name}": s for area, group in self.sections.get("switch", {}).items() for name, s in group.items()}
        self.head(2, self.say("开关：各公司读法不同之处", "Switches: where companies read differently"))
        rows = []
        for s in self.described["switches"]:
            given = source.get(s["name"], {}).get("clauses", [])
            others = [w.reading(v) for v in s["values"] if v != s["value"]]
            rows.append((s["title"], w.reading(s["value"]), w.join(others), s["name"], w.join([given] if isinstance(given, str) else given)))
        self.table(
            (
                self.say("问题", "question"),
                self.say("本规程", "this manual"),
                self.say("其他读法", "other readings"),
                w.key("switch"),
                w.key("clauses"),
            ),
            rows,
        )

    def _posts(self) -> None:
        w = self.words
        source = self.sections.get("post", {})
        self.head(2, self.say("岗位", "Posts"))
        rows = []
        for post in self.described["posts"]:
            given = source.get(post["name"], {})
            superior, deputy = given.get("superior", ""), given.get("deputy", "")
            more = rest_of(given, "title superior deputy")
            rows.append(
                (post["title"], w.post(superior) if superior else "", w.post(deputy) if deputy else "", w.generic(more) if more else "", post["name"])
            )
        self.table((self.say("岗位", "post"), w.key("superior"), w.key("deputy"), self.say("另", "also"), self.say("代号", "name")), rows)

    def _calendars(self) -> None:
        w = self.words
        mark = self.say("：", ": ")
        self.head(2, self.say("日历与节假日", "Calendars and holidays"))
        for name, c in self.sections.get("calendar", {}).items():
            self.text(f"**{c['title']}** ({name})")
            hours = [(w.key(k), w.hours(c[k])) for k in ("weekly", "breaks", "overrides") if c.get(k)]
            rest = [(w.key(k), w.generic(v)) for k, v in rest_of(c, "title weekly breaks overrides").items()]
            self.items(f"{key}{mark}{value}" for key, value in (*hours, *rest))
        for name, almanac in self.sections.get("almanac", {}).items():
            title = almanac.get("title", name)
            rows = [
                (str(year), w.join(y.get("holidays", [])), w.join(y.get("makeup", [])), y.get("source", ""))
                for year, y in almanac.items()
                if isinstance(y, Mapping) and year.isdigit()
            ]
            self.text(f"**{title}** ({name})")
            self.table((self.say("年", "year"), w.key("holidays"), w.key("makeup"), w.key("source")), rows)

    def _late(self) -> None:
        late = self.sections.get("late")
        if not late:
            return
        w = self.words
        by = w.join(w.post(p) for p in _listed(late["by"]))
        free, limit = w.length(late["free"]), w.length(late["limit"])
        self.head(2, self.say("补录", "What is told late"))
        self.text(
            self.say(
                f"事后 {free}内任何人可补录；{limit}内须由{by}补录；更晚的照录，另记违规。",
                f"Anybody may tell it up to {free} later; up to {limit} it takes {by}; what comes later is recorded with a breach.",
            )
        )

    def _other(self, title: str, value: Any) -> None:
        self.head(2, title)
        self._generic(value, self.words)

    def _generic(self, value: Any, w: Words) -> None:
        """A part of the manual that has no chapter here."""
        mark = self.say("：", ": ")
        named = value.items() if isinstance(value, Mapping) else [("", v) for v in value] if isinstance(value, list) else [("", value)]
        for name, one in named:
            if isinstance(one, Mapping):
                title = one.get("title") or (one.get("name") or one.get("do") or (w.key(name) if name else ""))
                given = one.get("clauses", one.get("clause", []))
                self.text(f"**{title}**" + w.clauses(*([given] if isinstance(given, str) else given)))
                self.items(line for k, v in rest_of(one, "title clauses clause").items() for line in self._lines(k, v, w))
            else:
                self.items([f"{w.key(name)}{mark}{w.generic(one)}" if name else w.generic(one)])

    def _lines(self, key: str, value: Any, w: Words) -> Iterable[str]:
        """A line for each item of a list of tables; otherwise one line."""
        mark = self.say("：", ": ")
        if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
            yield f"{w.key(key)}{mark}{self._reading(value, w)}"
            return
        for item in value:
            known = next((k for k in ("title", "name", "do") if item.get(k)), "")
            more = w.generic(rest_of(item, f"{known} name clause"))
            named = f"{w.named(item[known])}{self.say('；', '; ') if more else ''}" if known else ""
            yield f"{w.key(key)}{mark}{named}{more}" + w.clauses(item.get("clause"))

    # Clauses

    def _clauses(self) -> None:
        w = self.words
        if not self.all_clauses:
            return
        self.head(2, self.say("条款与处理", "Clauses, and what is made of each"))
        counts: dict[str, int] = {}
        for c in self.all_clauses:
            counts[c["treated"]] = counts.get(c["treated"], 0) + 1
        self.text(w.join(f"{w.treated(t)} {counts[t]}" for t in ("rule", "duty", "checklist", "") if t in counts))
        modules: dict[str, list[Mapping[str, Any]]] = {}
        for c in self.all_clauses:
            modules.setdefault(c["module"], []).append(c)
        chapter_of = {m: self.words.chapters[n] for n, c in self.sections.get("chapter", {}).items() for m in _listed(c.get("modules", []))}
        for module, clauses in modules.items():
            self.head(3, chapter_of.get(module, module))
            self.table(
                (
                    w.key("clause"),
                    self.say("标题", "title"),
                    self.say("原文", "text"),
                    self.say("处理", "treated as"),
                    self.say("在何处／理由", "where, or why"),
                ),
                [self._clause(c) for c in clauses],
            )

    def _clause(self, c: Mapping[str, Any]) -> Sequence[str]:
        lang = self.lang
        text = c["text"][lang]
        if c.get("reading"):
            text += self.say("（读作：", " (read as: ") + c["reading"][lang] + self.say("）", ")")
        where = self.words.join(dict.fromkeys(self._where(path) for path in c.get("by", [])))
        return (c["id"], c["title"][lang], text, self.words.treated(c["treated"]), where or (c["why"][lang] if c.get("why") else ""))

    def _where(self, path: str) -> str:
        """A place such as procedure.repair.deadline.arrive by its titles."""
        parts = path.split(".")
        if parts[0] != "procedure" or len(parts) < 2:
            return self.words.generic(parts[-1])
        p = next((p for p in self.described["procedures"] if p["name"] == parts[1]), None)
        if p is None:
            return path
        words = self.words.of(p)
        return " · ".join([p["title"], *([words.named(parts[3])] if len(parts) > 3 else [])])


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _drawing(p: Mapping[str, Any], w: Words) -> str:
    """The stages and what leads from one to the next, as lines of text."""
    ending = {s["name"]: s["ending"] for s in p["stages"] if "ending" in s}

    def goal(action: Mapping[str, Any], stage: str | None) -> str:
        to = action.get("to")
        if to is None or to == stage:
            return "↺"
        return f"▶ ■ {w.stage(to)}" if to in ending else f"▶ {w.stage(to)}"

    def branch(actions: Sequence[Mapping[str, Any]], stage: str | None) -> list[str]:
        moving = sorted(actions, key=lambda a: a.get("to") in (None, stage))
        return [f"   {'└' if i == len(moving) - 1 else '├'}─ {a['title']} {goal(a, stage)}" for i, a in enumerate(moving)]

    lines = [f"○ {a['title']} ▶ {w.stage(a['to'])}" for a in p["actions"] if a["opening"]]
    for stage in p["stages"]:
        if stage["name"] in ending:
            continue
        lines.append("")
        lines.append(f"● {stage['title']}")
        lines += branch([a for a in p["actions"] if stage["name"] in a["from"]], stage["name"])
    if always := [a for a in p["actions"] if a["from"] == ["*"] and not a["opening"]]:
        lines += ["", f"● {w.stage('*')}", *branch(always, None)]
    reopened = [(s, [a for a in p["actions"] if s in a["from"]]) for s in ending]
    for name, actions in reopened:
        lines += ["", f"■ {w.stage(name)}{w.say('：', ': ')}{w.ending(ending[name])}", *branch(actions, name)]
    return "\n".join(lines)


# Two ways to write it down


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _markdown(blocks: Sequence[_Block]) -> str:
    out: list[str] = []
    for block in blocks:
        if block.kind.startswith("h"):
            out.append(f"{'#' * int(block.kind[1])} {block.text}")
        elif block.kind == "p":
            out.append(block.text)
        elif block.kind == "ul":
            out.append("\n".join(f"- {row[0]}" for row in block.rows))
        elif block.kind == "pre":
            out.append(f"```text\n{block.text}\n```")
        else:
            lines = [block.head, ["---"] * len(block.head), *block.rows]
            out.append("\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines))
    return "\n\n".join(out) + "\n"


_STYLE = """
body { font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
h1, h2, h3 { line-height: 1.3 } h2 { margin-top: 2.2em; border-bottom: 2px solid #888 } h3 { margin-top: 1.8em; border-bottom: 1px solid #ccc }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { border: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top }
th { background: #f3f3f3 } pre { background: #f7f7f7; padding: 1em; overflow-x: auto; line-height: 1.45 } nav li { margin: .1em 0 }
@media print { nav { display: none } h2 { page-break-before: always } }
"""


def _inline(text: str) -> str:
    """Escaped, with **bold** kept."""
    parts = html.escape(text).split("**")
    return "".join(f"<b>{part}</b>" if i % 2 else part for i, part in enumerate(parts))


def _html(blocks: Sequence[_Block], title: str, lang: str) -> str:
    body: list[str] = []
    index: list[str] = []
    for n, block in enumerate(blocks):
        if block.kind.startswith("h"):
            body.append(f'<{block.kind} id="s{n}">{_inline(block.text)}</{block.kind}>')
            if block.kind in ("h2", "h3"):
                index.append(f'<li style="margin-left:{(int(block.kind[1]) - 2) * 1.5}em"><a href="#s{n}">{_inline(block.text)}</a></li>')
        elif block.kind == "p":
            body.append(f"<p>{_inline(block.text)}</p>")
        elif block.kind == "ul":
            body.append("<ul>" + "".join(f"<li>{_inline(row[0])}</li>" for row in block.rows) + "</ul>")
        elif block.kind == "pre":
            body.append(f"<pre>{html.escape(block.text)}</pre>")
        else:
            head = "".join(f"<th>{_inline(h)}</th>" for h in block.head)
            rows = "".join("<tr>" + "".join(f"<td>{_inline(str(c))}</td>" for c in row) + "</tr>\n" for row in block.rows)
            body.append(f"<table>\n<tr>{head}</tr>\n{rows}</table>")
    first = next((i for i, b in enumerate(blocks) if b.kind == "h2"), len(body))
    body.insert(first, "<nav><ul>\n" + "\n".join(index) + "\n</ul></nav>")
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )
