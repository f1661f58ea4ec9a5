"""Public letters (留言, 信件, 咨询) and how far they have come: from a list of them, or from the page of one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter

from monitor import dates
from monitor.model import Dated, Message, MessageState, PageKind
from monitor.page.links import Links
from monitor.page.marks import Mark, Stand
from monitor.page.read import Sight, see
from monitor.page.rows import Row, best_link, blocks_of
from monitor.page.tree import Node
from monitor.page.words import LetterWords, bare, letter_words
from monitor.page.years import date_rows
from monitor.text import printable

_MOST = 200
_MOST_STRINGS = 4000
_VALUE = re.compile(r"[^\s:：]{2,6}\s?[:：]")
"""How a labelled value begins: 回复人：."""
_HEAD = re.compile(r"[^\d?？]{0,10}")
_GAP = re.compile(r"[\s\u3000|｜]+|(?=[\[【])|(?<=[\]】])")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_REPLY = 4
"""Letters of a text that can be an answer."""
_LABEL = 12
_STATE = 3
"""Letters of a word that tells a state where no label stands before it."""


@dataclass(slots=True, kw_only=True)
class _Day:
    """A date on the page and whose it is: "asked", "answered", "" where that is not said."""

    mark: Mark
    whose: str
    label: str


@dataclass(slots=True, kw_only=True)
class _Part:
    """A row of letters, or a whole page of one: what stands in it, in order."""

    node: Node
    days: list[_Day] = field(default_factory=list)
    words: list[tuple[str, Node]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    """For each cell of the row the words in the head over it."""


def read_messages(body: bytes, url: str, today: date, *, content_type: str = "") -> tuple[Message, ...]:
    """The letters of a public list, 200 at most; () where no list of dated rows is recognised.

    What a row does not say is unknown: a letter is unanswered only where words say so. Never raises on any bytes.
    """
    sight = see(body, url, today, content_type, PageKind.LIST)
    words = letter_words()
    days = _days(sight, words)
    parts = _parts(days)
    _fill(parts, days, sight)
    for part in parts:
        _name_by_heads(part, words)
    whose = {name: _dated(parts, name, today) for name in ("asked", "answered", "")}
    found = [_message(part, sight.links, words) for part in parts]
    return tuple(
        replace(one, asked=whose["asked"].get(n), answered=whose["answered"].get(n), shown=_shown(whose, n))
        for n, one in enumerate(_settled(one, n in whose["answered"]) for n, one in enumerate(found))
        if one.title
    )


def read_message(body: bytes, url: str, today: date, *, content_type: str = "") -> Message | None:
    """The letter that a page shows in full; None where it shows none: no day of a question, no state, no answer."""
    sight = see(body, url, today, content_type, PageKind.ARTICLE)
    words = letter_words()
    part = _Part(node=sight.root, days=[day for day in _days(sight, words) if day.whose])
    if sum(day.whose == "asked" for day in part.days) > 1:
        return None  # a list of letters
    part.words = [(piece, n) for text, n, _, _ in sight.survey.strings[:_MOST_STRINGS] for piece in _pieces(text)]
    for day in part.days:
        day.mark = replace(day.mark, role=None)
    asked, answered = (_dated([_only(part, name)], name, today).get(0) for name in ("asked", "answered"))
    states = list(_labelled_states(part.words, words))
    reply = _reply(part.words, words)
    if not (asked or answered or states or reply):
        return None
    state, said = _state_of([*states, *([reply] if reply else [])])
    title = next(iter(_after(part.words, words.title_labels)), "") or sight.title
    message = Message(title=printable(title), url=url, asked=asked, answered=answered, state=state, said=said)
    return _settled(message, answered is not None)


def _days(sight: Sight, words: LetterWords) -> list[_Day]:
    """The dates of a page, each with the words before it that say whose it is."""
    strings = sight.survey.strings[:_MOST_STRINGS]
    at = {order: place for place, (_, _, order, _) in enumerate(strings)}
    found: list[_Day] = []
    last = (-1, 0)
    for mark in sight.survey.marks:
        place = at.get(mark.order, -1)
        label = ""
        if place >= 0:
            text = strings[place][0]
            start = text.find(mark.text, last[1] if last[0] == place else 0)
            begin = last[1] if last[0] == place else 0
            label = text[begin : max(start, 0)]
            last = (place, max(start, 0) + len(mark.text))
            if not bare(label) and place and begin == 0:
                label = strings[place - 1][0][-2 * _LABEL :]
        found.append(_Day(mark=mark, whose=_whose(label, words), label=bare(label)[-_LABEL:]))
    return [day for day in found if day.whose or day.mark.stand is not Stand.INNER]


def _whose(label: str, words: LetterWords) -> str:
    if words.answered.search(label):
        return "answered"
    return "asked" if words.asked.search(label) else ""


def _parts(days: list[_Day]) -> list[_Part]:
    """The rows: as many as there are days of questions; else of answers; else as the page's longest list has."""
    anchors: list[Mark] = []
    for name in ("asked", "answered"):
        anchors = [day.mark for day in days if day.whose == name]
        if len(anchors) > 1:
            break
    if len(anchors) < 2:
        copies = [replace(day.mark, role=None) for day in days if not day.whose]
        blocks = blocks_of(copies)
        rows = max((block.rows for block in blocks), key=len, default=[])
        anchors = [row.mark for row in rows if row.mark is not None]
        if len(anchors) == 1 and not any(up.tag in ("li", "tr") for up in _near(anchors[0].node)):
            return []
    return [_Part(node=node) for node in _nodes(anchors[:_MOST])]


def _near(node: Node) -> Iterator[Node]:
    for number, up in enumerate((node, *node.above())):
        if number > 12:
            return
        yield up


def _nodes(anchors: list[Mark]) -> list[Node]:
    """For each anchor the largest element that holds no other one; a single one's row or item."""
    if len(anchors) == 1:
        return [next(up for up in _near(anchors[0].node) if up.tag in ("li", "tr"))]
    counts: Counter[int] = Counter()
    for mark in anchors:
        counts.update({id(up) for up in (mark.node, *mark.node.above())})
    ladders: list[list[Node]] = []
    for mark in anchors:
        ladder = []
        for up in (mark.node, *mark.node.above()):
            if counts[id(up)] > 1 or up.tag in ("body", "html"):
                break
            ladder.append(up)
        ladders.append(ladder)
    ladders = [ladder for ladder in ladders if ladder]
    usual = max(Counter(map(len, ladders)).items(), key=itemgetter(1), default=(0, 0))[0]
    nodes = [ladder[min(len(ladder), usual) - 1] for ladder in ladders]
    return list({id(node): node for node in nodes}.values())


def _fill(parts: list[_Part], days: list[_Day], sight: Sight) -> None:
    """Give the rows their strings and their days."""
    by_node = {id(part.node): part for part in parts}
    for day in days if parts else ():
        part = _home(day.mark.node, by_node)
        if part is not None:
            part.days.append(replace(day, mark=replace(day.mark, role=None)))
    for text, node, _, _ in sight.survey.strings[:_MOST_STRINGS] if parts else ():
        part = _home(node, by_node)
        if part is not None:
            part.words.extend((piece, node) for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    """A string that holds a date and more is several: 来信时间：2026-08-01 【未回复】."""
    return [piece for piece in _GAP.split(text) if piece] if len(text) <= 200 and dates.find(text) else [text]


def _home(node: Node, parts: dict[int, _Part]) -> _Part | None:
    for up in (node, *node.above()):
        if id(up) in parts:
            return parts[id(up)]
    return None


def _cells(node: Node) -> list[Node]:
    """The cells of a row; an element that does nothing but hold them is passed."""
    for _ in range(4):
        kids = [kid for kid in node.kids if isinstance(kid, Node)]
        if len(kids) != 1:
            return kids
        node = kids[0]
    return []


def _name_by_heads(part: _Part, words: LetterWords) -> None:
    """Let the head over a row say what its cells are."""
    cells = _cells(part.node)
    part.heads = _heads(part.node, len(cells)) if 1 < len(cells) <= 12 else []
    if not part.heads:
        return
    for day in part.days:
        inside = {id(up) for up in _near(day.mark.node)}
        place = next((n for n, cell in enumerate(cells) if id(cell) in inside), None)
        if place is not None and not day.whose and day.mark.stand is not Stand.INNER:
            day.whose, day.label = _whose(part.heads[place], words), part.heads[place]


def _heads(row: Node, count: int) -> list[str]:
    """The words of what stands before the rows, or is the first of them, and has as many cells without a figure."""
    for up in list(_near(row))[:3]:
        if up.parent is None:
            break
        before: list[Node] = []
        for kid in up.parent.kids:
            if kid is up:
                break
            if isinstance(kid, Node):
                before.append(kid)
        for kid in (*before[:1], *before[-2:]):
            for candidate in (kid, *(k for k in kid.kids[:4] if isinstance(k, Node))):
                cells = _cells(candidate)
                heads = [bare(cell.text(2 * _LABEL)) for cell in cells]
                if len(cells) == count and sum(map(bool, heads)) > 1 and all(map(_HEAD.fullmatch, heads)):
                    return heads
    return []


def _dated(parts: list[_Part], whose: str, today: date) -> dict[int, Dated]:
    """The day of this sort in each row that has one; of several the last answer, the first question."""
    rows: list[Row] = []
    places: list[tuple[int, str]] = []
    for number, part in enumerate(parts):
        days = [day for day in part.days if day.whose == whose and (whose or day.mark.stand is not Stand.INNER)]
        if days:
            day = days[-1] if whose == "answered" else days[0]
            rows.append(Row(mark=day.mark, node=part.node, title="", href=""))
            places.append((number, day.label))
    date_rows(rows, today, "letter")
    return {
        number: replace(row.published, where=f"letter {number + 1}" + (f", {label}" if label and whose else ""))
        for row, (number, label) in zip(rows, places, strict=True)
        if row.published is not None
    }


def _only(part: _Part, whose: str) -> _Part:
    return _Part(node=part.node, days=[day for day in part.days if day.whose == whose])


def _shown(whose: dict[str, dict[int, Dated]], number: int) -> Dated | None:
    told = number in whose["asked"] or number in whose["answered"]
    return None if told else whose[""].get(number)


def _message(part: _Part, links: Links, words: LetterWords) -> Message:
    link, cells = best_link(part.node), _cells(part.node)
    title = next(iter(_after(part.words, words.title_labels)), "")
    title = title or next((c.text(200) for h, c in zip(part.heads, cells, strict=False) if h in words.title_labels), "")
    if not title and link is not None:
        title = link.attrs.get("title", "") or _headline(part, link, words)
    title = title or _headline(part, part.node, words)
    href = link.attrs.get("href", "").strip() if link is not None else ""
    states = [*_labelled_states(part.words, words), *_bare_states(part, words), *_states_by_heads(part, words)]
    reply = _reply(part.words, words)
    state, said = _state_of([*states, *([reply] if reply else [])])
    return Message(title=printable(title), url=_address(href, links), state=state, said=said)


def _headline(part: _Part, within: Node, words: LetterWords) -> str:
    """The longest string in a link, or a row, that is no date, label or state: the whole row may be a link."""
    texts = [text for text, node in part.words if any(up is within for up in _near(node))]
    plain = [text for text in texts if _LETTERS.search(text) and not (dates.find(text) or _VALUE.match(text))]
    plain = [text for text in plain if bare(text) not in words.states]
    return max(plain, key=len, default="")


def _address(href: str, links: Links) -> str:
    if not href or len(href) > 4000 or href.lower().startswith(("javascript:", "#")):
        return ""
    target = links.resolve(href)
    return target[0] if target else ""


_Told = tuple[MessageState, str]


def _bare_states(part: _Part, words: LetterWords) -> Iterator[_Told]:
    """Strings, pictures and marks of a row that are nothing but the name of a state."""
    said = [text for text, _ in part.words if len(text) <= _LABEL]
    said += [
        node.attrs.get("alt", "") or node.attrs.get("title", "")
        for node in part.node.walk(200)
        if node.tag in ("img", "i", "em", "span", "b")
    ]
    for text in said:
        word = bare(text)
        if len(word) >= _STATE and word in words.states:
            yield words.states[word], word


def _states_by_heads(part: _Part, words: LetterWords) -> Iterator[_Told]:
    """What the cells under 状态 and 答复内容 tell."""
    for head, cell in zip(part.heads, _cells(part.node), strict=False):
        word = bare(cell.text(40))
        if head in words.state_labels | words.reply_labels and word in words.states:
            yield words.states[word], word
        elif head in words.reply_labels - words.state_labels and len(word) >= _REPLY:
            yield MessageState.ANSWERED, f"shows an answer: {printable(word, 40)}"


def _labelled_states(strings: Iterable[tuple[str, Node]], words: LetterWords) -> Iterator[_Told]:
    for value in _after(strings, words.state_labels):
        word = bare(value)
        if word in words.states:
            yield words.states[word], word


def _reply(strings: Iterable[tuple[str, Node]], words: LetterWords) -> _Told | None:
    """What stands where the answer belongs: an answer, or that there is none; None where it is empty."""
    for value in _after(strings, words.reply_labels):
        word = bare(value)
        if word in words.states:
            return words.states[word], word
        if len(word) >= _REPLY and word not in words.reply_labels | words.state_labels and not words.asked.search(word):
            return MessageState.ANSWERED, f"shows an answer: {printable(value, 40)}"
    return None


def _after(strings: Iterable[tuple[str, Node]], labels: frozenset[str]) -> Iterator[str]:
    """What follows each of these labels: behind its colon, or in the next string where a colon or a cell ends it."""
    scope: Node | None = None
    for text, node in strings:
        if scope is not None and bare(text):
            if any(up is scope for up in _near(node)):
                yield text
            scope = None
        for colon in ("：", ":", "】", "]"):
            head, found, tail = text.partition(colon)
            if found and len(head) <= 2 * _LABEL and bare(head) in labels:
                if bare(tail):
                    yield tail
                else:
                    scope = _scope(node, bare(head))
                break
        else:
            if scope is None and len(text) <= 2 * _LABEL and bare(text) in labels and _is_cell(node):
                scope = _scope(node, bare(text))


def _is_cell(node: Node) -> bool:
    return any(up.tag in ("th", "td", "dt", "label") for up in (node, *([node.parent] if node.parent else [])))


def _scope(node: Node, label: str) -> Node | None:
    """The element in which the value of a label must stand: what holds more than the label; at worst its neighbour."""
    below = node
    for up in (node, *node.above()):
        if up.tag in ("body", "html"):
            kids = up.kids
            after = kids[next((n for n, kid in enumerate(kids) if kid is below), len(kids)) + 1 :]
            return next((kid for kid in after if isinstance(kid, Node)), None)
        if bare(up.text(100)) != label:
            return up
        below = up
    return None


def _state_of(told: list[_Told]) -> _Told:
    """One state from all that was told; where words contradict each other, it is not known."""
    states = {state for state, _ in told}
    said = printable("; ".join(dict.fromkeys(word for _, word in told)), 120)
    if MessageState.VOID in states:
        return MessageState.VOID, said
    if states <= {MessageState.UNANSWERED, MessageState.IN_HAND} and len(states) == 2:
        return MessageState.IN_HAND, said
    if len(states) != 1:
        return MessageState.UNKNOWN, said
    return states.pop(), said


def _settled(message: Message, has_answer_day: bool) -> Message:
    """With the day of an answer held against the words: it answers, unless the words deny it."""
    if not has_answer_day or message.state in (MessageState.ANSWERED, MessageState.VOID):
        return message
    if message.state is MessageState.UNANSWERED:
        return replace(message, state=MessageState.UNKNOWN, said=f"{message.said}, but shows the day of an answer")
    return replace(message, state=MessageState.ANSWERED, said=message.said or "shows the day of an answer")
