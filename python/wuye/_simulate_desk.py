"""The rest of a simulated desk's day: rows of the call-and-visit record, enquiries, errands, help, complaints, callbacks and the rest.

Used by :mod:`wuye.simulate`. Actions and fields are those of the standard chapters KF-05, KF-16, KF-17 and kf_help. Who does what is legal,
and in time, unless the dice say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wuye.simulate import ZONE, _Case, _Dice, _morning, _Office, _open_at, zone_of

__all__ = ["OPINIONS_PER_REPAIR", "PER_REPAIR", "STAFF", "ZONE_OFFICERS", "Callbacks", "matter"]

STAFF = {
    "mei": "service_assistant",
    "jin": "hotline_operator",
    "fang": "zone_manager",
    "yan": "engineer",
    "tang": "foreman",
    "dong": "duty_foreman",
    "g1": "guard",
    "g2": "guard",
    "qin": "security_supervisor",
    "zong": "general_manager",
    "kuai": "accountant",
    "pin": "quality_officer",
}
ZONE_OFFICERS = {"east": "qian", "west": "shen"}

# How many of each come with a repair.
PER_REPAIR = {"enquiry": 0.45, "contact": 0.25, "errand": 0.12, "help": 0.12, "missed_call": 0.1, "night_item": 0.08, "praise": 0.05}
OPINIONS_PER_REPAIR = {"complaint": 0.02, "suggestion": 0.015}

_QUESTIONS = (
    ("物业费缴费方式", "前台、公众号均可缴纳"),
    ("停车月卡价格", "三百元一月"),
    ("装修手续", "持图纸到前台填表"),
    ("电梯维保时间", "每月第二周周三上午"),
    ("居住证办理", "社区居委会办理"),
)
_ERRANDS = (("代订桶装水", "已送到"), ("代收文件", "已转交"), ("代叫开锁", "已开锁"), ("代寄快递", "已寄出"))
_OPINIONS = (("parking", "增设充电车位"), ("noise", "装修时段太早"), ("pets", "遛狗不牵绳"), ("greenery", "补种草坪"), ("cleaning", "楼道清扫太少"))
_COMPLAINTS = (
    ("service", "前台接电话不耐烦", "客户服务部"),
    ("cleaning", "地下车库无人清扫", "保洁部"),
    ("noise", "午间电钻施工", "秩序维护部"),
    ("parking", "车位被占无人管", "秩序维护部"),
    ("repair", "维修后又漏水", "工程部"),
    ("facility", "健身器材损坏多日", "工程部"),
)
_HANDLERS = {"客户服务部": "fang", "秩序维护部": "qin", "工程部": "he"}  # cleaning is the zone officer's
_SUGGESTIONS = ("增设快递柜", "楼道装感应灯", "增加饮水点", "公示栏每周更新")
_OTHERS = ("信报箱打不开", "楼道照明太暗", "门禁卡失灵", "儿童乐园螺丝松动")
_HELP = ("反锁在门外", "请帮忙搬冰箱", "猫走失", "联系搬家公司")


class _Matter:
    """One matter at the desk, from the first word to the last."""

    def __init__(self, office: _Office, dice: _Dice, kind: str, number: int, at: datetime, place: str) -> None:
        self.office, self.dice, self.rates = office, dice, office.rates
        self.number, self.at, self.place = number, at, place
        self.case = f"SIM-{office.seed}-{kind}-{number:05d}"
        self.last_told = at
        self.behind = timedelta(0)
        if dice.chance(self.rates.told_late):  # written down afterwards, some of it days later
            self.behind = timedelta(minutes=dice.whole(20, 600), days=dice.pick((0, 0, 0, 1, 4)))

    def wait(self, low: int, high: int, late: int = 0) -> None:
        minutes = self.dice.whole(low, high)
        if late and self.dice.chance(self.rates.late):
            minutes = high + self.dice.whole(1, late)
        self.at += timedelta(minutes=minutes, seconds=self.dice.whole(0, 59))

    def slip(self) -> bool:
        return self.dice.chance(self.rates.mistake)

    def late(self) -> bool:
        return self.dice.chance(self.rates.late)

    def desk(self) -> str:
        return self.dice.pick(("li", "zhou")) if _open_at(self.at) else "chen"

    def until_open(self, low: int, high: int) -> None:
        """Nothing but emergencies goes on at night: on with it so many minutes after the desk opens."""
        if not _open_at(self.at):
            self.at = _morning(self.at, self.dice.whole(low, high))

    def phone(self) -> dict[str, Any]:
        return {"phone": f"138{self.dice.whole(0, 99_999_999):08d}"}

    def tell(self, do: str, by: str, case: str = "", /, **fields: Any) -> str:
        self.last_told = max(self.at + self.behind, self.last_told)
        return self.office.tell(self.at, do, by, case or self.case, self.last_told, **fields)

    def chase(self, by: str, case: str = "") -> None:
        """Some call again, and some more than once."""
        calls = self.dice.pick((1, 1, 2, 3)) if self.dice.chance(0.08) else 0
        for _ in range(calls):
            self.wait(10, 50)
            self.tell("chase", by, case)

    def repair(self, case: str) -> bool:
        """Sees to a repair that another case opened; False where it was passed on."""
        self.behind = timedelta(0)
        job = _Case(self.office, self.number, self.at, self.place)
        job.dice, job.case, job.urgency, job.told_at = self.dice, case, "ordinary", None
        job.last_told = self.last_told
        job.dispatch()
        there = job.visit()
        if there:
            job.work()
            job.check()
        self.at = max(self.at, job.at)
        return there

    # Enquiries, errands, praise, missed calls.

    def enquiry(self) -> None:
        text, answer = self.dice.pick(_QUESTIONS)
        channel = self.dice.pick(("phone", "phone", "phone", "visit", "app", "email", "website"))
        about = {"place": self.place, "text": f"模拟：{text}", "channel": channel}
        if self.dice.chance(0.7):
            said = {} if self.slip() else {"answer": answer}
            self.tell("answer_at_once", self.desk(), class_="enquiry", **about, **said)
            return
        self.tell("ask", self.desk(), class_="enquiry", **about)
        self.answer(self.case, answer)

    def answer(self, case: str, answer: str) -> None:
        self.until_open(2, 90)
        if self.dice.chance(0.5):
            self.wait(2, 90, late=600)
            self.until_open(5, 60)
            self.tell("answer", self.desk(), case, answer=answer)
            return
        self.wait(2, 30)
        self.until_open(2, 30)
        until = _morning(self.at, self.dice.whole(120, 500)) + timedelta(days=self.dice.whole(0, 3))
        told = {} if self.slip() else {"told_until": until}
        self.tell("hand_on", self.desk(), case, follower="fang", **told)
        if told:
            self.chase(self.desk(), case)
            self.at = max(self.at, until - timedelta(minutes=self.dice.whole(5, 100)))
        self.wait(1, 4, late=900)
        self.until_open(5, 60)
        self.tell("answer", "fang", case, answer=answer)

    def errand(self) -> None:
        self.until_open(0, 200)
        text, result = self.dice.pick(_ERRANDS)
        self.tell("ask_errand", self.desk(), class_="errand", place=self.place, text=f"模拟：{text}")
        self.see_to_errand(self.case, result)

    def see_to_errand(self, case: str, result: str) -> None:
        self.wait(1, 13, late=60)
        until = self.at + timedelta(minutes=self.dice.whole(60, 180))
        told = {} if self.slip() else {"told_until": until}
        self.tell("arrange", self.desk(), case, follower="mei", **told)
        self.wait(20, 55, late=300)
        self.tell("do_errand", "mei", case, result=result)
        self.wait(2, 60, late=400)
        self.tell("tell_result", "mei", case, **({} if self.slip() else {"answer": "模拟：已告知"}))

    def praise(self) -> None:
        self.until_open(0, 300)
        praised = self.dice.pick(self.office.technicians)
        self.tell("praise", self.desk(), class_="praise", place=self.place, text="模拟：师傅上门守时", praised=praised)
        self.wait(30, 600, late=2000)
        self.until_open(5, 100)
        self.tell("pass_praise_on", "wang", department="工程部")
        self.wait(30, 900, late=4000)
        self.until_open(5, 100)
        self.tell("thank", self.desk(), answer="模拟：已致谢")

    def missed_call(self) -> None:
        self.tell("miss_call", "device:switchboard", class_="missed_call", **self.phone())
        self.wait(1, 13, late=120)
        self.tell("call_back", "jin" if self.dice.chance(0.5) else "chen", result="模拟：咨询停水时间，已答复")

    # The night book.

    def night_item(self) -> None:
        if _open_at(self.at):
            self.at = self.at.replace(hour=19, minute=0) + timedelta(minutes=self.dice.whole(0, 700))
        kind = self.dice.pick(("repair", "errand", "enquiry", "other"))
        text = {"repair": "龙头滴水", "errand": "代收文件", "enquiry": "停车月卡价格", "other": "楼上噪音"}[kind]
        self.tell("note_night", "chen", class_="night_item", place=self.place, kind=kind, text=f"模拟：{text}")
        if self.dice.chance(0.4):
            self.wait(5, 40)
            if not _open_at(self.at):
                self.tell("settle", "chen", **({} if self.slip() else {"result": "模拟：当夜办结"}))
                return
        self.behind = timedelta(0)
        self.at = _morning(self.at, self.dice.whole(1, 12))
        if self.late():
            self.wait(20, 200)
        if kind == "other":
            self.tell("take_over", self.desk(), slip="模拟：联系单")
            return
        self.tell(f"take_over_{kind}", self.desk())
        child = f"{self.case}/take_over_{kind}.1"
        if kind == "repair":
            self.repair(child)
        elif kind == "errand":
            self.see_to_errand(child, "模拟：已转交")
        else:
            self.answer(child, "模拟：三百元一月")

    # Rows of the call-and-visit record.

    def contact(self) -> None:
        way = self.dice.pick(("settle", "settle", "own", "own", "own", "gt", "hand_on", "hand_on", "Q", "Z", "12345"))
        if way == "settle":
            text, answer = self.dice.pick(_QUESTIONS)
            asked = {"class": "contact", "matter": "enquiry", "text": f"模拟：{text}", "answer": answer}
            self.tell("settle_at_once", self.desk(), **asked, **self.marks(), **self.visitor())
            return
        topic, opinion = self.dice.pick(_OPINIONS)
        about: dict[str, Any] = {
            "own": {"matter": "repair", "text": "模拟：水龙头漏水"},
            "gt": {"matter": "suggestion", "text": f"模拟：{opinion}", "topic": topic},
            "Q": {"matter": "other", "text": "模拟：宽带不通"},
            "Z": {"matter": "repair", "text": "模拟：外窗渗水"},
        }.get(way, {"matter": "other", "text": f"模拟：{self.dice.pick(_OTHERS)}"})
        if way == "12345":
            about |= {"channel": "hotline_12345", "reporter": "authority:12345"}
        else:
            about |= self.visitor()
        self.tell("log", self.desk(), class_="contact", place=self.place, **about)
        self.until_open(0, 1)
        self.wait(1, 12, late=120)
        self.until_open(1, 10)
        {"own": self.own, "gt": self.long, "Q": self.provider, "Z": self.warranty}.get(way, self.hand_on)()
        if way == "12345":
            self.tell("reply_authority", "wang", reply="模拟：已办理并答复")
        self.wait(2, 90, late=500)
        self.until_open(2, 60)
        said = {} if self.slip() else {"answer": "模拟：已告知"}
        self.tell("strike_off", "mei", **said, **self.marks())

    def visitor(self) -> dict[str, Any]:
        if not _open_at(self.at) or self.dice.chance(0.6):
            return {}
        who: dict[str, Any] = {"channel": "visit", "name": "模拟-来访人", **self.phone()}
        return who if self.slip() else who | {"identity": self.dice.pick(("owner_file", "id_card", "known"))}

    def marks(self) -> dict[str, Any]:
        marks: dict[str, Any] = {"completed": True, "signature": "mei", "ref_no": f"模拟-{self.number}", "struck_off": True}
        if self.slip():
            del marks[self.dice.pick(tuple(marks))]
        return marks

    def own(self) -> None:
        self.tell("own_repair", self.desk())
        done = self.repair(f"{self.case}/own_repair.1")
        self.wait(2, 60)
        self.until_open(2, 60)
        self.tell("take_outcome", "mei", **({} if done else {"outcome": "模拟：已转质保"}))

    def long(self) -> None:
        days = self.dice.whole(2, 12)
        until = _morning(self.at, 500) + timedelta(days=days)
        expected = 1 if self.slip() else days
        self.tell("mark_gt", self.desk(), expected_days=expected, follower="fang", told_until=until)
        self.chase(self.desk())
        self.at = max(self.at, _morning(self.at, 60) + timedelta(days=days // 2))
        self.tell("report_progress", "fang", progress="模拟：已联系有关部门")
        self.at = until - timedelta(minutes=self.dice.whole(30, 300))
        if self.late():
            self.wait(400, 3000)
            self.until_open(5, 100)
        self.tell("result_in", "fang", outcome="模拟：已协调解决")

    def hand_on(self) -> None:
        until = self.at + timedelta(minutes=self.dice.whole(120, 400))
        form = {} if self.slip() else {"liaison_no": f"模拟-LX-{self.number}"}
        self.tell("hand_on", self.desk(), department="工程部", follower=self.dice.pick(self.office.technicians), told_until=until, **form)
        self.wait(20, 110, late=900)
        self.tell("result_in", "he", outcome="模拟：已处理")

    def provider(self) -> None:
        self.tell("to_provider", self.desk(), provider="模拟：电信")
        child = f"{self.case}/to_provider.1"
        self.wait(5, 60)
        promised = _morning(self.at, self.dice.whole(60, 400))
        self.tell("promise", "provider:telecom", child, promised=promised)
        self.at = promised - timedelta(minutes=self.dice.whole(5, 40))
        if self.late():
            self.wait(60, 200)
            again = _morning(self.at, self.dice.whole(60, 400))
            self.tell("promise", self.desk(), child, promised=again)
            self.at = again - timedelta(minutes=self.dice.whole(5, 40))
        self.tell("come", "provider:telecom", child)
        self.wait(10, 60)
        self.tell("handled", "provider:telecom", child, **({} if self.slip() else {"record": "模拟：更换光猫"}))
        self.wait(5, 100)
        self.until_open(2, 30)
        self.tell("close", self.desk(), child, answer="模拟：线路已恢复")
        self.wait(2, 60)
        self.until_open(2, 30)
        self.tell("take_outcome", "mei")

    def warranty(self) -> None:
        self.tell("to_warranty", self.desk())
        child = f"{self.case}/to_warranty.1"
        self.wait(1, 12, late=100)
        self.until_open(1, 10)
        promised = _morning(self.at, 500) + timedelta(days=self.dice.whole(2, 9))
        self.tell("assign", self.desk(), child, ref_no=f"模拟-Z-{self.number}", engineer="yan", promised=promised)
        self.at = promised - timedelta(minutes=self.dice.whole(30, 400))
        if self.late():
            self.wait(500, 3000)
        self.tell("handled", "yan", child, result="模拟：重新打胶")
        self.wait(60, 1400, late=3000)
        if not self.slip():
            self.tell("verify", "yan", child, verified="模拟：淋水合格")
        self.until_open(2, 100)
        self.tell("take_outcome", "mei")
        self.wait(5, 120)
        self.until_open(2, 60)
        self.tell("close", self.desk(), child, answer="模拟：已修复", verified="模拟：淋水合格")

    # Help.

    def help(self) -> None:
        kind = self.dice.pick(("other",) * 14 + ("repair", "enquiry", "emergency_patient", "emergency_patient", "crime_or_accident", "disaster"))
        phone = {} if self.slip() else self.phone()
        self.behind = timedelta(0)
        self.tell("ask_help", self.desk(), class_="help", place=self.place, kind=kind, text=f"模拟：{self.dice.pick(_HELP)}", **phone)
        self.wait(0, 3, late=25)
        if kind == "other":
            if self.dice.chance(0.3):
                self.tell("refer", self.desk(), referred_to="wang")
                self.wait(0, 0)
            self.tell("answer_help", self.desk(), answer="模拟：马上安排")
            self.wait(10, 60)
            self.tell("close", self.desk(), result="模拟：已解决")
        elif kind in ("repair", "enquiry"):
            self.tell(f"to_{kind}", self.desk())
            child = f"{self.case}/to_{kind}.1"
            if kind == "repair":
                self.repair(child)
            else:
                self.answer(child, "模拟：已答复")
        elif kind == "emergency_patient":
            self.patient()
        else:
            self.incident(kind)

    def patient(self) -> None:
        wanted = self.dice.pick(("transport", "ambulance", "nursing"))
        self.tell("ask_wanted", self.desk(), wanted=wanted)
        self.wait(0, 3, late=15)
        if wanted == "transport":
            self.tell("send_guards", self.desk(), guards=["g1"] if self.slip() else ["g1", "g2"], meet_at="home")
            self.wait(0, 2)
            self.tell("send_vehicle", self.desk(), vehicle="模拟：巡逻车", collect_at="building")
            self.wait(5, 15)
            self.tell("set_out", "g1", reminded=not self.slip(), companion="模拟：家属")
            self.wait(15, 50)
            self.tell("settle_patient", "g1", hospital="模拟：市一医院", helped_with=["挂号"], more_help=False)
            self.wait(20, 60)
            self.tell("return", "g1", report="模拟：已安置", reported_to="dong")
        elif wanted == "ambulance":
            self.tell("call_120", self.desk(), condition="模拟：胸闷", told_entrance=not self.slip())
            self.wait(0, 0, late=8)
            self.tell("tell_foreman", self.desk(), foreman="dong")
            self.wait(0, 3)
            self.tell("ready_gate", "dong", gate_guard="g1")
            self.wait(5, 20)
            self.tell("guide_ambulance", "g1")
            self.wait(10, 30)
            self.tell("foreman_reports", "dong", report="模拟：已接走")
        else:
            self.tell("send_nurses", self.desk(), nurses=["mei", "zhou"], same_sex=not self.slip())
            self.wait(30, 200)
            self.tell("family_takes_over", "mei", family="模拟：家属", report="模拟：已交家属")
        self.wait(2, 25, late=100)
        self.tell("close", self.desk(), result="模拟：已记录")

    def incident(self, kind: str) -> None:
        self.tell("deal_with", self.desk(), called=["110"] if kind == "crime_or_accident" else ["119"])
        self.wait(0, 3, late=10)
        if kind == "crime_or_accident":
            self.tell("guard_scene", "dong", guards=["g1"] if self.slip() else ["g1", "g2"])
        else:
            self.tell("act_on_plan", "dong", plan="模拟：应急预案")
        self.wait(20, 90)
        self.tell("incident_over", "dong", report="模拟：处置完毕")
        self.wait(2, 25, late=100)
        self.tell("close", self.desk(), result="模拟：已记录")

    # Complaints and suggestions.

    def complaint(self) -> None:
        topic, text, department = self.dice.pick(_COMPLAINTS)
        channel = self.dice.pick(("phone", "phone", "phone", "visit", "visit", "app", "email"))
        who = {"anonymous": True} if self.dice.chance(0.05) else {} if self.slip() else {"name": "模拟-投诉人", **self.phone()}
        about = {"place": self.place, "text": f"模拟：{text}", "channel": channel, "topic": topic}
        self.tell("complain", self.desk(), class_="complaint", **about, **who)
        self.see_to_complaint(self.case, department, written=channel == "email")

    def see_to_complaint(self, case: str, department: str, written: bool = False) -> None:
        self.wait(2, 25, late=120)
        self.tell("acknowledge", self.desk() if _open_at(self.at) else "jin", case)
        self.until_open(5, 60)
        way = self.dice.pick(("desk",) * 4 + ("minor",) * 3 + ("important",) * 4 + ("major",))
        if way == "desk" and not written:
            self.wait(10, 120, late=4000)
            self.until_open(5, 60)
            said = {"grade": "minor", "department": department, "opinion": "模拟：认可"}
            self.tell("settle_at_desk", self.dice.pick(("li", "zhou")), case, answer="模拟：已致歉并说明", result="模拟：当场处理", **said)
            self.close_complaint(case, "minor")
            return
        grade = "minor" if way == "desk" else way
        self.wait(10, 60)
        self.until_open(5, 60)
        if grade == "major":
            self.put_up(case, department)
        else:
            if self.dice.chance(0.4):
                self.tell("refer", self.dice.pick(("li", "zhou")), case, reason="模拟：前台不能处理")
                self.wait(5, 60, late=400)
                self.until_open(5, 60)
            self.tell("first_reply", "wang", case, answer="模拟：已转部门，将尽快答复")
            self.wait(0, 10)
        handler = _HANDLERS.get(department) or ZONE_OFFICERS[zone_of(self.place)]
        graded = {} if grade == "major" else {"grade": grade}
        self.tell("assign", "wang", case, liaison_no=f"模拟-LX-{self.number}", department=department, handler=handler, **graded)
        self.wait(60, 500)
        self.until_open(20, 100)
        if not self.slip():
            self.tell("check_on_site", handler, case, found="模拟：到场查看属实", persons=["模拟-在场人"])
        if grade != "minor" and self.dice.chance(0.15):  # more time is granted, and the customer told
            self.wait(10, 60)
            self.until_open(5, 30)
            until = _morning(self.at, 400) + timedelta(days=self.dice.whole(8, 12))
            self.tell("extend", "gao", case, extended_to=until, told_until=until, reason="模拟：须更换设施")
            self.at = until - timedelta(days=1, minutes=self.dice.whole(10, 200))
        self.wait(30, 400, late=9000)
        self.until_open(5, 100)
        fixed = {"corrective": "模拟：立即整改", "preventive": "模拟：每周检查"}
        self.tell("handle", handler, case, result="模拟：已整改", **fixed)
        self.wait(5, 60)
        self.until_open(5, 60)
        if written:
            self.tell("draft_reply", self.dice.pick(("li", "zhou")), case, draft="模拟：书面答复")
            self.wait(5, 30)
            self.tell("check_reply", "wang", case)
            self.wait(5, 30)
            self.tell("approve_reply", "gao", case)
            self.wait(2, 20)
            self.tell("send_reply", self.dice.pick(("li", "zhou")), case, opinion="模拟：认可")
        else:
            self.tell("reply", "gao" if grade == "major" else "wang", case, answer="模拟：已整改", opinion="模拟：认可")
        self.close_complaint(case, grade)

    def put_up(self, case: str, department: str) -> None:
        """To the manager, and by him to the company, which decides the same day."""
        self.tell("put_up", "wang", case, reason="模拟：涉及多户", department=department)
        self.wait(5, 20)
        self.tell("first_reply", "wang", case, answer="模拟：已报经理")
        self.tell("propose", "gao", case, measure="模拟：先行隔离")
        self.wait(5, 30)
        if not self.slip():
            self.tell("report_company", "gao", case, report_no=f"模拟-BG-{self.number}")
        self.wait(5, 60, late=1500)
        self.tell("decide", "gao" if self.slip() else "zong", case, decision="模拟：限期整改")
        self.wait(5, 30)
        self.tell("clear_answer", "gao", case, answer="模拟：限期整改")
        self.wait(5, 30)
        self.until_open(5, 60)

    def close_complaint(self, case: str, grade: str) -> None:
        if self.dice.chance(0.03):
            return  # nobody ever closed it
        self.wait(60, 1200, late=6000)
        self.until_open(5, 200)
        by = "wang" if grade == "minor" or self.slip() else "gao"
        filed = {} if grade == "minor" else {"filed_no": f"模拟-BA-{self.number}"}
        self.tell("close", by, case, **filed)

    def suggestion(self) -> None:
        about = {"place": self.place, "text": f"模拟：{self.dice.pick(_SUGGESTIONS)}", **self.phone()}
        self.tell("suggest", self.desk(), class_="suggestion", **about)
        self.wait(60, 1400, late=6000)
        self.until_open(5, 100)
        self.tell("answer_suggestion", "wang", answer="模拟：研究后答复")
        self.wait(60, 4000, late=12000)
        self.until_open(5, 100)
        why = {"decision": "adopted", "measure": "模拟：列入计划"} if self.dice.chance(0.6) else {"decision": "declined", "reason": "模拟：无场地"}
        if self.slip():
            why.pop("measure", why.pop("reason", None))
        self.tell("decide_suggestion", "wang", answer="模拟：已告知决定", **why)

    # Callbacks, which the office draws.

    def callback(self, about: str, channel: str, major: bool, handled_by: str) -> None:
        """One that was drawn: assigned in the morning, called the same day or the next, unless the dice say otherwise."""
        rates = self.rates
        if self.dice.chance(rates.callback_never):
            return
        visit = channel == "visit" or about == "complaint"
        caller = ZONE_OFFICERS[zone_of(self.place)] if visit else "jin" if about == "help" else self.dice.pick(("li", "zhou"))
        if caller == handled_by:  # whoever did the work does not call back about it
            caller = next(officer for officer in ZONE_OFFICERS.values() if officer != handled_by)
        if major:
            caller = "gao"
        if self.slip():
            caller = "mei"  # an assistant does not call back
        self.wait(0, 9)
        self.tell("assign", "wang", caller=caller, channel="visit" if visit else "phone")
        self.wait(10, 300)
        if self.late():
            self.at += timedelta(days=self.dice.whole(2, 7))
        if self.dice.chance(rates.callback_unreachable):
            self.out_of_reach(caller, visit)
            return
        if self.dice.chance(0.1):
            self.tell("attempt", caller, tried="nobody_home" if visit else "no_answer")
            self.wait(30, 100)
        if self.dice.chance(rates.after_approval):  # found on a slip when the month's sheets are approved
            month_after = (self.at.replace(day=1) + timedelta(days=32)).replace(day=1, hour=9, minute=0)
            self.last_told = max(self.last_told, month_after + timedelta(days=self.dice.whole(10, 14)))
        said = {"quality": "模拟：态度好", "effect": "模拟：已解决", "shortcomings": "模拟：无", "suggestions": "模拟：无"}
        proof = {} if self.slip() else self.proof(visit)
        if not self.dice.chance(rates.callback_dissatisfied):
            self.tell("call", caller, satisfaction=self.dice.pick(("satisfied", "satisfied", "satisfied", "fair")), **said, **proof)
            return
        self.tell("dissatisfied", caller, **said | {"effect": "模拟：没有修好"}, **proof)
        self.wait(5, 200, late=2000)
        self.tell("reopen", "wang")
        child = f"{self.case}/reopen.1"
        if about == "repair":
            self.repair(child)
        elif about == "enquiry":
            self.answer(child, "模拟：重新说明")
        else:
            self.see_to_complaint(child, "客户服务部")

    def proof(self, visit: bool) -> dict[str, Any]:
        return {"signature": f"模拟-IMG-{self.number}"} if visit else {"number": self.phone()["phone"]}

    def out_of_reach(self, caller: str, visit: bool) -> None:
        """Three attempts on two days, and it is given up; some give up sooner."""
        tried = "nobody_home" if visit else "no_answer"
        self.tell("attempt", caller, tried=tried)
        if not self.slip():
            self.wait(30, 60)
            self.tell("attempt", caller, tried=tried)
            self.at = _morning(self.at + timedelta(hours=12), self.dice.whole(10, 90))
            self.tell("attempt", caller, tried=tried)
        self.wait(1, 20)
        self.tell("unreachable", caller)


class Callbacks:
    """Sees to what was drawn to be called back on: most in time, some late, some in vain, some never."""

    def __init__(self, office: _Office) -> None:
        self._office = office
        self._places: dict[str, str] = {}
        self._major: set[str] = set()
        self._handled: dict[str, str] = {}
        self._drawn: list[Mapping[str, Any]] = []
        self._count = 0

    def read(self, line: Mapping[str, Any]) -> None:
        """Remembers where a case is, whether a complaint is major, who handled it, and what was drawn."""
        if line.get("what") == "drawn":
            self._drawn.append(line)
        elif "place" in line.get("with", {}):
            self._places.setdefault(line.get("case", ""), line["with"]["place"])
        elif line.get("do") == "put_up":
            self._major.add(line["case"])
        elif line.get("do") == "handle":
            self._handled[line["case"]] = line["by"]

    def morning(self, day: date) -> None:
        """Decides what is done about what was drawn since the morning before, from the desk's opening on."""
        opens = datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZONE)
        for line in self._drawn:
            drawn = line["with"]
            dice = _Dice(f"{self._office.seed}:{drawn['callback']}")
            if dice.chance(self._office.rates.callbacks):
                self._office.dice = dice
                self._count += 1
                one = _Matter(self._office, dice, "callback", self._count, opens, self._places.get(line["case"].split("/")[0], ""))
                one.case, one.behind = drawn["callback"], timedelta(0)
                about = line["case"]
                one.callback(drawn["class"], drawn["channel"], about in self._major, self._handled.get(about, ""))
        self._drawn.clear()


def matter(office: _Office, dice: _Dice, kind: str, number: int, at: datetime, places: Sequence[str]) -> None:
    """One matter of that kind, with everything that comes of it."""
    one = _Matter(office, dice, kind, number, at, dice.pick(places))
    getattr(one, kind)()
