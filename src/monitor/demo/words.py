"""The demo city's words: titles and paragraphs, told by number so that every run has the same ones."""

from __future__ import annotations

TOPICS = (
    "防汛抗旱", "优化营商环境", "安全生产", "乡村振兴", "节能降碳", "科技创新", "数字政府建设", "职业技能提升",
    "城乡环境整治", "公共服务均等化", "基层治理", "重点项目建设", "绿色发展", "文明城市创建", "消费者权益保护",
    "冰雪旅游", "粮食储备", "中小企业服务", "老旧小区改造", "河湖长制", "义务教育均衡发展", "医疗保障",
    "养老服务", "社会信用体系", "应急演练", "法治宣传",
)  # fmt: skip

VISITORS = "您是第20191124位访问者"

_TITLES = {
    "A": ("{o}召开{t}工作推进会", "全市{t}工作取得新进展", "{o}赴基层调研{t}工作", "{o}开展{t}专项行动",
          "我市{t}经验获省里推广", "{t}一线见闻：群众身边的变化", "{o}部署下一阶段{t}任务"),
    "B": ("关于进一步加强{t}工作的通知", "关于{t}有关事项的公告", "示例市{t}管理办法", "关于印发{t}实施方案的通知",
          "关于{t}项目名单的公示"),
    "C": ("{o}{t}工作安排", "{t}专项规划", "关于{t}岗位人员任免的通知", "{t}情况一览"),
    "E": ("关于{t}问题的咨询", "{t}怎么办理？", "对{t}的建议"),
    "en": ("City pushes ahead with {t}", "New measures announced for {t}", "Officials inspect {t}",
           "Residents welcome progress on {t}"),
    "ru": ("В городе обсудили {t}", "Приняты новые меры: {t}", "Жители оценили {t}", "Итоги недели: {t}"),
}  # fmt: skip

_ENGLISH = (
    "ice and snow tourism",
    "cross-border trade",
    "river protection",
    "grain storage",
    "vocational training",
    "public transport",
    "green energy",
    "community health care",
    "heritage protection",
    "digital services",
)
_RUSSIAN = (
    "зимний туризм",
    "приграничный обмен",
    "благоустройство рек",
    "хранение зерна",
    "обучение кадров",
    "городской транспорт",
    "развитие энергетики",
    "здравоохранение",
    "сохранение памятников",
    "цифровые услуги",
)

_SENTENCES = (
    "会议指出，{t}事关群众切身利益，各单位要统一思想、细化措施、压实责任。",
    "近期，{o}围绕{t}深入县区走访，听取企业和群众的意见建议，现场协调解决了一批具体困难。",
    "下一步，{o}将继续把{t}摆在突出位置，加强统筹协调，完善长效机制，确保各项任务落到实处。",
    "有关负责人表示，{t}要坚持问题导向，做到早谋划、早部署、早见效，不断提高服务水平。",
    "各县区、各有关单位结合实际制定了{t}工作台账，明确了责任人和完成时限，定期调度进展情况。",
    "参加活动的群众说，{t}带来的变化看得见、摸得着，希望今后能有更多这样的举措。",
)
_ENGLISH_SENTENCES = (
    "The municipal government held a working meeting on {t} and set out the tasks for the coming weeks.",
    "Local departments visited residents and companies to hear what they expect from {t}.",
    "Officials said that {t} would remain a priority and that progress would be made public.",
)
_RUSSIAN_SENTENCES = (
    "Администрация города провела рабочее совещание: участники обсудили {t} и наметили задачи.",
    "Представители ведомств встретились с жителями, чтобы узнать, чего они ждут.",
    "Работа будет продолжена, о её ходе жителям сообщат дополнительно.",
)


def title(klass: str, office: str, number: int, seed: int) -> str:
    """The title of the n-th item of a column; `klass` may be a language."""
    patterns = _TITLES.get(klass, _TITLES["C"])
    return patterns[(number + seed) % len(patterns)].format(o=office, t=_topic(klass, number, seed))


def paragraphs(office: str, number: int, seed: int, language: str = "zh") -> tuple[str, ...]:
    """Three plain paragraphs for an article."""
    pool = {"en": _ENGLISH_SENTENCES, "ru": _RUSSIAN_SENTENCES}.get(language, _SENTENCES)
    topic = _topic(language, number, seed)
    lines = [line.format(o=office, t=topic) for line in pool]
    first = (number + seed) % len(lines)
    turned = lines[first:] + lines[:first]
    third = max(1, len(turned) // 3)
    return tuple("".join(turned[i : i + third]) for i in range(0, 3 * third, third))


def _topic(klass: str, number: int, seed: int) -> str:
    topics = {"en": _ENGLISH, "ru": _RUSSIAN}.get(klass, TOPICS)
    return topics[(number * 3 + seed * 5) % len(topics)]
