"""What a column of a work-order log may be, and the words by which offices call it.

To teach wuye a title, add it to _TABLE; nothing else knows titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wuye.cells import plain
from wuye.types import Text

__all__ = ["BY_NAME", "CANCELLED", "ROLES", "SIZE", "URGENCY", "Role", "role_of"]


@dataclass(frozen=True, slots=True)
class Role:
    """What a column may be, and the titles by which offices call it; the better known first.

    Attributes:
        name: Its name in ``--column`` and in the mapping that :func:`wuye.rates` takes.
        title: How it is called.
        kind: ``time``, ``person``, ``text``, ``place``, ``phone``, ``code`` or ``choice``.
        words: Titles, without spaces and in lower case. A title is it when it equals one of them, and perhaps it when it contains one.
        do: The action that a time of this role tells.
        by: Roles whose column says who did it, the better first.
        field: The field of the manual that such a cell fills.
    """

    name: str
    title: Text
    kind: str
    words: tuple[str, ...]
    do: str = ""
    by: tuple[str, ...] = ()
    field: str = ""


#: name | title in Chinese | in English | kind | action that such a time tells | roles that say who did it | field that the cell fills
#: ("-": none); then the titles by which offices call it, the better known first. Times come in the order in which they happen.
_TABLE = """
case | 工单号 | work order | code | - | - | -
    工单号 工单编号 单号 编号 报修单号 维修单号 派工单号 任务单号 流水号 事项编号 受理编号 受理单号 workorder orderno
    ordernumber caseid ticket id no.
number | 序号 | row number | code | - | - | -
    序号 行号 序 serial no #
date | 日期 | date | day | - | - | -
    日期 报修日期 登记日期 受理日期 date day
reported | 报修时间 | reported | time | report | taker | -
    报修时间 受理时间 报事时间 接报时间 登记时间 来电时间 接单时间 提交时间 创建时间 反映时间 报单时间 申请时间
    reporttime reportedat reported created createdat opened openedat received
dispatched | 派单时间 | dispatched | time | dispatch | dispatcher taker | -
    派单时间 派工时间 下单时间 转派时间 指派时间 分派时间 通知时间 dispatchtime dispatchedat dispatched assigned
    assignedat
arrived | 到场时间 | arrived | time | arrive | worker | -
    到场时间 到达时间 到达现场时间 上门时间 响应时间 开工时间 arrivaltime arrivedat arrived onsite
finished | 完成时间 | finished | time | complete | worker | -
    完成时间 完工时间 修复时间 竣工时间 处理完成时间 维修完成时间 办结时间 完成日期 完工日期 结束时间 解决时间
    finishtime finishedat finished completed completedat done resolved closedat
checked | 检查时间 | checked | time | check | checker taker | -
    检查时间 验收时间 销单时间 销项时间 结单时间 关单时间 闭单时间 checked checkedat closed closeddate verified
called | 回访时间 | called back | time | callback | caller taker | -
    回访时间 回访日期 calledback callbacktime callbackat callback followedup
place | 房号 | place | place | - | - | place
    房号 房间号 房屋 地址 位置 报修地点 报修位置 地点 楼栋房号 房产 单元房号 住址 维修地点 place unit room address
    location
text | 报修内容 | what is wrong | text | - | - | text
    报修内容 内容 报修事项 问题描述 故障描述 描述 事由 报事内容 维修内容 事项内容 反映内容 报修项目 维修项目 description
    content text problem issue
name | 报修人 | who reported | person | - | - | name
    报修人 业主姓名 业主 联系人 姓名 客户姓名 报事人 住户 来电人 name owner resident reporter customer
phone | 电话 | telephone | phone | - | - | phone
    联系电话 电话 手机 手机号 电话号码 联系方式 报修电话 phone telephone mobile tel
worker | 处理人 | who does it | person | - | - | worker
    处理人 维修人 维修工 维修人员 维修师傅 师傅 主修人 承办人 责任人 处理人员 施工人 接单人 执行人 经办人 worker
    technician handler assignee engineer
taker | 受理人 | who took it | person | - | - | -
    受理人 登记人 接报人 接待人 受理员 记录人 前台 接听人 创建人 接线员 taker takenby receivedby createdby officer
dispatcher | 派单人 | who dispatched | person | - | - | -
    派单人 派工人 下单人 调度 指派人 dispatcher dispatchedby
checker | 检查人 | who checked | person | - | - | -
    检查人 验收人 销单人 checker checkedby
caller | 回访人 | who called back | person | - | - | -
    回访人 回访员 回访人员 caller calledby
channel | 回访方式 | channel of the callback | choice | - | - | -
    回访方式 回访形式 回访途径 channel callbackchannel method
satisfied | 满意度 | satisfaction | choice | - | - | -
    满意度 回访结果 业主评价 评价 是否满意 客户评价 回访情况 回访意见 satisfaction satisfied rating
status | 状态 | status | choice | - | - | -
    状态 工单状态 处理状态 办理状态 进度 完成情况 当前状态 status state
urgency | 紧急程度 | urgency | choice | - | - | urgency
    紧急程度 紧急度 优先级 级别 是否紧急 急修 缓急 urgency priority
size | 维修类别 | size of the repair | choice | - | - | size
    维修类别 维修规模 大中小修 size
result | 处理结果 | result | text | - | - | result
    处理结果 处理情况 维修结果 完成结果 处理措施 办理结果 维修情况 result resolution outcome
promised | 预约时间 | agreed visit | time | - | - | promised
    预约时间 约定时间 预约上门时间 约定上门时间 appointment promised
note | 备注 | note | text | - | - | note
    备注 说明 附注 note notes remark remarks comment
"""


def _read() -> tuple[Role, ...]:
    roles: list[Role] = []
    for block in re.split(r"\n(?=\S)", _TABLE.strip()):
        head, _, words = block.partition("\n")
        name, zh, en, kind, do, by, field = ("" if part.strip() == "-" else part.strip() for part in head.split("|"))
        roles.append(Role(name, Text(zh, en), kind, tuple(words.split()), do, tuple(by.split()), field))
    return tuple(roles)


ROLES: tuple[Role, ...] = _read()
BY_NAME = {role.name: role for role in ROLES}

#: What the cells of a choice are taken for. An empty text: it says nothing that an entry could hold.
URGENCY = {
    "紧急": "emergency", "急": "emergency", "急修": "emergency", "加急": "emergency", "特急": "emergency", "高": "emergency", "是": "emergency",
    "emergency": "emergency", "urgent": "emergency", "high": "emergency", "危及人身": "life_safety", "life_safety": "life_safety",
    "一般": "", "普通": "", "正常": "", "常规": "", "不急": "", "中": "", "低": "", "否": "", "ordinary": "", "normal": "", "low": "", "medium": "",
}  # fmt: skip
SIZE = {"小修": "small", "中修": "medium", "大修": "large", "外委": "large", "外请": "large", "small": "small", "medium": "medium", "large": "large"}
CANCELLED = ("取消", "已取消", "撤销", "已撤销", "作废", "已作废", "cancelled", "canceled", "void")


def _key(title: str) -> str:
    """A title as the words are compared: narrow, without spaces, brackets with what is in them, and signs."""
    return re.sub(r"\(.*?\)|[\s_:：/、*﹡-]", "", plain(title)).lower()


def role_of(title: str) -> tuple[Role, int] | None:
    """The role that a title names and how well: 0 an exact word, larger for words further down the list, 100 and more where it only contains one."""
    key = _key(title)
    if not key:
        return None
    best: tuple[Role, int] | None = None
    for role in ROLES:
        for rank, word in enumerate(role.words):
            if key == word:
                value = rank
            elif len(word) > 1 and not word.isascii() and word in key:
                value = 100 + 10 * (len(key) - len(word)) + rank
            else:
                continue
            if best is None or value < best[1]:
                best = (role, value)
    return best
