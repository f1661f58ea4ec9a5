"""Markup as careless hands write it: forms that browsers mend, and random soup."""

from __future__ import annotations

import random

FORMS = [
    "<ul><li><a href=1.html>一<li><a href=2.html>二</a></ul>",
    "<table><tr><td>a<td>b<tr><td>c</table>x",
    "<table><form action=/s><tr><td><input name=q></td></tr></form></table><form><p>a</form>",
    "<p>a<div>b</div>c</p>d",
    "<p><span>a<div>b</div></span></p>",
    "<div><b>a</b></span></div></div></div><p>b",
    "<dl><dt>a<dd>b<dt>c<dd>d</dl>",
    "<select><option>a<option><a href=x>b</a></select><a href=y>c</a>",
    "<select name=s><option value='/a'>a</option></select> 2026-11-03",
    "<a href=a>one<a href=b>two</a>three",
    "a < b <<返回 <3 </ >",
    '<a title="<b>2026</b>" href="x>y">words</a>',
    "<title>a</title><meta name=x content=y>words<title>b</title>",
    "<!-- a > b --><p>x<!----><p>y",
    "<script>if (a < b) document.title='</p>'</script><p>x</p><SCRIPT>'<li>'</SCRIPT>",
    "<style>p > a { color: red }</style><p>x</p>",
    "<textarea>2026-11-03</textarea><iframe src=x></iframe>",
    "<table><col><tr><th>a</th></tr><thead><tr><td>b</table>",
    "<html><head></head><body><html lang=en><body class=x id=y><p>z",
    "<p>&nbsp;&amp;&copy;&#20013;&#x4e2d;&notit;&hellip</p>",
    "<a href='?a=1&copy=2&amp;lt=3'>x</a>",
    "<h2>a</h2><button>b<p>c</p></button>",
    "<div hidden><a href=http://other.example/>x</a></div><p style='display:none'><a href=/y>y</a></p><a href=z>z</a>",
    "<noscript><p>a</p></noscript><body><noscript>b</noscript>",
    "</p><br/><hr/><p/>x",
    "<object><param name=a><embed src=b></object>",
]

INSIDE = {
    "table": ["tr", "tbody", "thead", "caption", "form"],
    "tbody": ["tr"],
    "thead": ["tr"],
    "tr": ["td", "th"],
    "ul": ["li"],
    "dl": ["dt", "dd"],
    "select": ["option"],
    "a": ["span", "b", "img", "br", "font"],
}
PLAIN = [
    "div",
    "div",
    "span",
    "p",
    "p",
    "a",
    "b",
    "font",
    "strong",
    "ul",
    "table",
    "dl",
    "h1",
    "h2",
    "section",
    "nav",
    "form",
    "select",
    "label",
    "center",
    "em",
    "i",
    "br",
    "img",
    "input",
    "hr",
    "header",
    "footer",
    "button",
    "blockquote",
    "marquee",
    "time",
    "u",
    "address",
    "noscript",
    "pre",
    "object",
    "li",
    "td",
    "tr",
    "option",
]
SINGLE = {"br", "img", "input", "hr", "param", "meta", "link", "col"}
WORDS = ["文字", "a b", " ", "\n", "2026-11-03", "11-03", "x &amp; y", "&nbsp;", "&lt;b", "发布时间：", "昨天", "< 3"]
DRESS = [' class="nav"', " class='foot x'", ' href="a.html"', " href=b?x=1&amp;y=2", ' style="display:none"', " id=q"]
DRESS += [
    " type=hidden",
    " hidden",
    ' title="发布时间：2026-11-03 3:4"',
    "/",
    " a=b c",
    ' alt="<b>"',
    " href=#",
    ' href=""',
]


def soup(seed: int) -> str:
    """Markup as careless hands write it: mostly nested well, sometimes not."""
    dice = random.Random(seed)
    out = (
        ["<!DOCTYPE html><html><head><title>t</title><meta charset=utf-8></head><body>"] if dice.random() < 0.7 else []
    )
    opened: list[str] = []
    for _ in range(dice.randint(3, 60)):
        throw = dice.random()
        if throw < 0.45:
            name = dice.choice(INSIDE.get(opened[-1] if opened else "", PLAIN) if dice.random() < 0.95 else PLAIN)
            out.append(f"<{name}{dice.choice(DRESS) if dice.random() < 0.4 else ''}>")
            if name not in SINGLE:
                opened.append(name)
        elif throw < 0.75 and opened:
            out.append(f"</{opened.pop() if dice.random() < 0.9 else dice.choice(PLAIN)}>")
        elif throw < 0.96:
            out.append(dice.choice(WORDS))
        else:
            out.append(dice.choice(["<!-- c <b> -->", "<script>var a='<b>';</script>", "<style>a{}</style>"]))
    out.extend(f"</{name}>" for name in reversed(opened) if dice.random() < 0.9)
    return "".join(out)
