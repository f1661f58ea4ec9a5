"""The words before a date, and what they make of it."""

from __future__ import annotations

import re
from enum import IntEnum

from monitor.dates.find import fold


class Role(IntEnum):
    """What the words before a date say it is; higher is better evidence of publication."""

    REFUSED = 0
    """Another date: written, in force, born, closing …"""
    UPDATED = 1
    DATE = 2
    PUBLISHED = 3


_NAMES_PUBLISHED = """
    发布时间 发布日期 发布于 发布 發布日期 發布時間 發佈日期 發佈時間 发表时间 发表日期 发表于 发表 上载日期
    上载时间 上传时间 上传日期 发稿时间 发稿日期 刊发时间 刊登日期 刊登时间 公布日期 公布时间 公开日期
    公开时间 公示时间 公示日期 信息时间 信息日期 新闻时间 新闻日期 文章日期 添加时间 添加日期 录入时间
    录入日期 加入时间 加入日期 登载时间 发帖时间 发文时间 张贴日期 張貼日期 上網日期 公告日期 公告时间
    投稿时间 入库时间 推送时间 上架时间 提交时间 创建时间 创建日期 创立时间
"""
_NAMES_UPDATED = """
    更新时间 更新日期 最后更新 最近更新 更新于 更新 修改时间 最後更新 更新時間 最后修改 编辑于
    访谈时间 访谈日期 直播时间 直播日期
"""
_NAMES_REFUSED = """
    成文日期 成文时间 发文日期 印发日期 印发时间 签发日期 签发时间 生成日期 生成时间 制发日期 制定日期
    颁布日期 颁布时间 实施日期 实施时间 施行日期 施行时间 生效日期 生效时间 执行日期 失效日期 废止日期
    有效期至 有效期 截止日期 截止时间 报名时间 报名日期 考试时间 开标时间 开标日期 投标截止 开始时间 开始日期
    结束时间 结束日期 起始日期 终止日期 出生日期 出生年月 出生 生于 成立日期 成立时间 活动时间 会议时间
    举办时间 当前时间 当前日期 系统时间 今天是 今天 现在是 北京时间 受理时间 受理日期 办结时间 办结日期
    回复时间 答复时间 答复日期 采集时间 抓取时间 建站时间 访问时间 来信时间 交易时间 运行时间 许可决定日期
    注册时间 注册日期 开放时间 咨询时间 工作时间 办公时间 服务时间 申请时间 采购时间 竞价时间 收文日期
    备案日期 备案时间 起草日期 批准日期 批准时间 核准日期 登记日期
"""


def _spaced(words: str) -> str:
    """The words as alternatives; letter-spaced labels are met often (发 布 时 间), so blanks may stand inside."""
    return "|".join(r"\s*".join(word) for word in words.split())


_END = r"\s*(?:\([^()]{0,10}\))?\s*[:;|=\]-]?\s*$"
_PUBLISHED = re.compile(
    f"(?:{_spaced(_NAMES_PUBLISHED)}"
    r"|date\s*published|publish(?:ed|ing)?(?:\s*(?:on|at|date|time))?|post(?:ed)?\s*(?:on|date|time)?"
    r"|released?\s*(?:time|date|on)?|pub\s*date|date\s*of\s*publication"
    rf"|(?:дата\s*)?(?:публикаци[ия]|опубликован[оаы]?|размещен[оаы]?)){_END}",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    f"(?:{_spaced(_NAMES_UPDATED)}"
    r"|(?:last\s*)?(?:updated?|modified)(?:\s*(?:on|at|date|time))?|обновлен[оаы]?)\s*[:;|]?\s*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    f"(?<![\u4e00-\u9fff])(?:{_spaced('日期 时间 時間')})\\s*[:;|]?\\s*$" r"|\b(?:date|time|дата)\s*[:;|]?\s*$",
    re.IGNORECASE,
)
# Any other time or date: 征集时间, 会议日期, closing date.
_OTHER = re.compile(
    r"[\u4e00-\u9fff](?:时\s*间|日\s*期|時\s*間)\s*[:;|]\s*$|\b(?:closing|due|start|end|event|meeting|opening)\s+(?:date|time)\s*:?\s*$",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    f"(?:{_spaced(_NAMES_REFUSED)}"
    r"|birth(?:day|date)?|born|valid\s*(?:until|till|to)|deadline|effective(?:\s*(?:date|from))?|expires?"
    r"|today(?:\s*is)?|©|copyright)\s*(?:\([^()]{0,10}\))?\s*[:;|是为至自]?\s*$",
    re.IGNORECASE,
)
_PUBLISHED_BY_SUFFIX = re.compile(r"(?:发布|发表|上载|公开)[^:;,。]{0,4}[:]\s*$")


def role_before(text: str) -> Role | None:
    """What the end of `text`, the words just before a date, says of it; None when it says nothing.

    The most specific word wins: 成文日期 is not 日期, 信息发布时间 is 发布时间.
    """
    tail = fold(text[-40:]).rstrip("\"'[(<{ \t\r\n\xa0")
    if not tail:
        return None
    if _REFUSED.search(tail):
        return Role.REFUSED
    if _PUBLISHED.search(tail):
        return Role.PUBLISHED
    if _UPDATED.search(tail):
        return Role.UPDATED
    if _PUBLISHED_BY_SUFFIX.search(tail):
        return Role.PUBLISHED
    if _OTHER.search(tail):
        return Role.REFUSED
    return Role.DATE if _DATE.search(tail) else None
