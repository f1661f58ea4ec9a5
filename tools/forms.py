"""Makes the forms that ship in the package: Word files for notice and circular, laid out as GB/T 9704 has it.

`python3 dev.py forms` writes them. Offices change them in Word, not here.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

BODY, TITLE, HEADING, NUMBER = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
# What is taken where a machine lacks a font: its other name, then one of the same kind and script.
FONTS = (
    (BODY, "仿宋", "roman"),
    (TITLE, "华文中宋", "roman"),
    (HEADING, "SimHei", "swiss"),
    (NUMBER, "SimSun", "roman"),
)
RED = "C00000"


def run(text: str, font: str = BODY, size: int = 32, color: str = "", bold: bool = False) -> str:
    """Letters of one kind; `size` in half points."""
    look = f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}" w:hint="eastAsia"/>'
    look += "<w:b/>" if bold else ""
    look += f'<w:color w:val="{color}"/>' if color else ""
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(
    content: str, *, lie: str = "both", indent: bool = False, right: int = 0, line: int = 570, rest: str = ""
) -> str:
    """A paragraph; `line` its exact line height in twentieths of a point, 0 for what the letters need."""
    look = rest
    look += f'<w:spacing w:line="{line}" w:lineRule="exact"/>' if line else ""
    look += '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if indent else ""
    look += f'<w:ind w:rightChars="{right * 100}" w:right="{right * 320}"/>' if right else ""
    return f'<w:p><w:pPr>{look}<w:jc w:val="{lie}"/></w:pPr>{content}</w:p>'


def text(content: str) -> str:
    """A paragraph of the body, its first line two letters in."""
    return paragraph(run(content), indent=True)


def heading(content: str) -> str:
    """A heading of the first order, kept with what follows."""
    return paragraph(run(content, HEADING), indent=True, rest="<w:keepNext/>")


def letterhead(office: str, number: str, title: str) -> str:
    """The issuer in red, the number, a red line, and the title."""
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="{RED}"/></w:pBdr>'
    return (
        paragraph(run(office, TITLE, 56, RED), lie="center", line=0)
        + paragraph(run(number), lie="center", line=0, rest=f'{rule}<w:spacing w:before="240"/>')
        + paragraph("", line=400)
        + paragraph(run(title, TITLE, 44), lie="center", line=640)
        + paragraph("", line=400)
    )


def table(columns: Sequence[tuple[int, str, str]]) -> str:
    """A table of one repeated row under a heading that comes again on every page; widths in twentieths of a point."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    total = sum(width for width, _, _ in columns)
    look = (
        f'<w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr>"
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width, _, _ in columns)
    top = "".join(_cell(w, run(name, HEADING, 21), "center", "center") for w, name, _ in columns)
    row = "".join(_cell(w, run(place, BODY, 21), "left" if w > 1000 else "center", "top") for w, _, place in columns)
    return (
        f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{top}</w:tr>"
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr></w:tbl>"
    )


def _cell(width: int, content: str, lie: str, height: str) -> str:
    look = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="{height}"/></w:tcPr>'
    return f"<w:tc>{look}{paragraph(content, lie=lie, line=0)}</w:tc>"


def page(across: bool = False) -> str:
    """What a section's pages are like: A4, with the standard's margins."""
    size = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>' if across else '<w:pgSz w:w="11906" w:h="16838"/>'
    margins = (1474, 1440, 1474, 1440) if across else (2098, 1474, 1984, 1588)
    top, right, bottom, left = margins
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="odd"/><w:footerReference w:type="even" r:id="even"/>'
        f'{size}<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        ' w:header="851" w:footer="1304" w:gutter="0"/></w:sectPr>'
    )


def footer(lie: str) -> str:
    """The page number between dashes, on the outer side."""
    font = f'<w:rPr><w:rFonts w:ascii="{NUMBER}" w:hAnsi="{NUMBER}" w:eastAsia="{NUMBER}"/><w:sz w:val="28"/></w:rPr>'
    dash = f'<w:r>{font}<w:t xml:space="preserve">{{}}</w:t></w:r>'
    number = f'<w:fldSimple w:instr=" PAGE "><w:r>{font}<w:t>1</w:t></w:r></w:fldSimple>'
    content = dash.format("— ") + number + dash.format(" —")
    return f'{HEAD}<w:ftr xmlns:w="{W}">{paragraph(content, lie=lie, line=0)}</w:ftr>'


def document(title: str, body: str) -> bytes:
    """A whole .docx; the same words give the same members."""
    styles = (
        f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"'
        f' w:hAnsi="Times New Roman" w:eastAsia="{BODY}" w:cs="Times New Roman"/><w:sz w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
    )
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{kind}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other, kind in FONTS
    )
    types = "".join(
        f'<Override PartName="/{part}.xml" ContentType="{kind}+xml"/>'
        for part, kind in (
            ("word/document", f"{OFFICE}.document.main"),
            ("word/styles", f"{OFFICE}.styles"),
            ("word/settings", f"{OFFICE}.settings"),
            ("word/fontTable", f"{OFFICE}.fontTable"),
            ("word/footer1", f"{OFFICE}.footer"),
            ("word/footer2", f"{OFFICE}.footer"),
            ("docProps/core", "application/vnd.openxmlformats-package.core-properties"),
        )
    )
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": _relations(
            ("r1", f"{R}/officeDocument", "word/document.xml"),
            ("r2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/_rels/document.xml.rels": _relations(
            ("s", f"{R}/styles", "styles.xml"),
            ("t", f"{R}/settings", "settings.xml"),
            ("f", f"{R}/fontTable", "fontTable.xml"),
            ("odd", f"{R}/footer", "footer1.xml"),
            ("even", f"{R}/footer", "footer2.xml"),
        ),
        "word/document.xml": f'{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": styles,
        "word/settings.xml": f'{HEAD}<w:settings xmlns:w="{W}"><w:evenAndOddHeaders/></w:settings>',
        "word/fontTable.xml": f'{HEAD}<w:fonts xmlns:w="{W}">{fonts}</w:fonts>',
        "word/footer1.xml": footer("right"),
        "word/footer2.xml": footer("left"),
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:coreProperties>',
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _relations(*rows: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>' for id_, kind, target in rows)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def signed(signature: str, day: str) -> str:
    """Who issues it, and the day, to the right."""
    return (
        paragraph("", line=570)
        + paragraph(run(signature), lie="right", right=2, rest="<w:keepNext/>")
        + paragraph(run(day), lie="right", right=4)
    )


def annexed(body: str, label: str, title: str, note: str, columns: Sequence[tuple[int, str, str]]) -> str:
    """A body, and its annex across on pages of its own."""
    turn = f'<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/>{page()}</w:pPr></w:p>'
    return (
        body
        + turn
        + paragraph(run(label, HEADING), lie="left", line=0)
        + paragraph(run(title, TITLE, 36), lie="center", line=0)
        + paragraph(run(note, BODY, 21), lie="left", line=0, rest='<w:spacing w:after="80"/>')
        + table(columns)
        + paragraph("", line=20)
        + page(across=True)
    )


def chinese() -> dict[str, bytes]:
    """The forms in Chinese."""
    notice = (
        letterhead("{{发文单位}}", "{{文号}}", "关于限期整改政府网站问题的通知")
        + paragraph(run("{{责任单位}}："))
        + text(
            "经监测并复核，截至{{监测时间}}，你单位负责的{{网站}}存在{{问题数}}项问题（见附件）。{{重复情况}}"
            "依据{{依据}}，现将有关要求通知如下。"
        )
        + heading("一、整改期限")
        + text("请于{{整改期限}}前（含当日）逐项完成整改，并将整改情况（采取的措施、更新后的页面截图）书面反馈我单位。")
        + heading("二、销号标准")
        + text(
            "栏目类问题，须发布新的内容，不得修改原有内容的发布日期；确无内容可更新的，应按规定归并或关停。"
            "链接类问题，须更正或删除失效链接。{{复查安排}}经复查正常的予以销号。"
        )
        + heading("三、反馈与异议")
        + text("对监测结果有异议的，请在整改期限内书面说明理由。{{联系方式}}逾期未整改且未说明情况的，将予以通报。")
        + signed("{{落款}}", "{{印发日期}}")
    )
    circular = (
        letterhead("{{发文单位}}", "{{文号}}", "关于政府网站信息更新监测情况的通报")
        + paragraph(run("各有关单位："))
        + text("按照政府网站常态化监管要求，依据{{依据}}，对所监管的政府网站进行了监测。现将有关情况通报如下。")
        + heading("一、总体情况")
        + text(
            "截至{{监测时间}}，应监测网站{{网站总数}}个，实际检查{{检查数}}个，占{{检查比例}}；其中未发现问题的"
            "{{无问题数}}个，占已检查网站的{{无问题比例}}。与上次监测相比，已整改{{已整改数}}项。"
            "本次通报存在的问题{{问题数}}项，涉及{{单位数}}个单位、{{涉及网站数}}个网站。{{未检查说明}}{{整改通知情况}}"
        )
        + heading("二、存在的主要问题")
        + text("（{{类别.序号}}）{{类别.名称}}。{{类别.情况}}")
        + heading("三、工作要求")
        + text("（一）请各有关单位对照附件逐项核查整改，于{{整改期限}}前将整改情况书面报送我单位。")
        + text("（二）不得以修改发布日期、重复发布旧稿等方式应付整改；确无内容可更新的栏目，应按规定归并或关停。")
        + text("（三）对监测结果有异议的，请在期限内书面说明理由。{{联系方式}}到期后将组织复查，结果纳入下次通报。")
        + paragraph("", line=570)
        + text("附件：政府网站存在问题清单")
        + signed("{{落款}}", "{{印发日期}}")
    )
    listed = "{{问题.%s}}"
    return {
        "notice.docx": document(
            "整改通知",
            annexed(
                notice,
                "附件",
                "需整改问题清单",
                "{{附件说明}}",
                (
                    (600, "序号", listed % "序号"),
                    (1900, "网站名称", listed % "网站"),
                    (2500, "栏目或链接及网址", (listed % "栏目") + " " + (listed % "网址")),
                    (3600, "问题描述", listed % "问题描述"),
                    (2900, "证据", listed % "证据"),
                    (2400, "整改要求", listed % "整改要求"),
                ),
            ),
        ),
        "circular.docx": document(
            "通报",
            annexed(
                circular,
                "附件",
                "政府网站存在问题清单",
                "{{附件说明}}",
                (
                    (600, "序号", listed % "序号"),
                    (1800, "责任单位", listed % "责任单位"),
                    (1800, "网站名称", listed % "网站"),
                    (1800, "栏目或链接", listed % "栏目"),
                    (2200, "网址", listed % "网址"),
                    (1300, "最后更新日期", listed % "最后更新日期"),
                    (900, "未更新天数", listed % "未更新天数"),
                    (900, "超期天数", listed % "超期天数"),
                    (2600, "问题类型及整改情况", (listed % "问题类型") + (listed % "整改情况")),
                ),
            ),
        ),
    }


def english() -> dict[str, bytes]:
    """The forms in English."""
    notice = (
        letterhead("{{office}}", "{{reference}}", "Notice to put website problems right")
        + paragraph(run("To {{unit}}"))
        + text(
            "Checks until {{checked}} found {{count}} problem(s) on {{sites}}, listed in the annex. {{repeated}}"
            " They rest on: {{basis}}."
        )
        + heading("1. Deadline")
        + text("Please put each of them right by {{deadline}}, and answer in writing what was done.")
        + heading("2. What counts as put right")
        + text(
            "A column needs new content; changing the dates of old content does not count. A column that has nothing to"
            " publish is to be merged or closed by the rules. A dead link is to be corrected or removed. {{recheck}}"
        )
        + heading("3. Questions and objections")
        + text("If you disagree with a finding, please say why in writing before the deadline. {{contact}}")
        + signed("{{signature}}", "{{day}}")
    )
    circular = (
        letterhead("{{office}}", "{{reference}}", "Circular on the freshness of websites")
        + paragraph(run("To all units concerned"))
        + text("The websites under supervision were checked by: {{basis}}.")
        + heading("1. Overall")
        + text(
            "Until {{checked}}, {{looked_at}} of {{total}} sites were checked ({{looked_share}}); {{clean}} of these"
            " ({{clean_share}}) showed no problem. Put right since the last check: {{fixed}}. This circular names"
            " {{count}} open problem(s) of {{units}} unit(s) on {{concerned}} site(s). {{unchecked}} {{rectified}}"
        )
        + heading("2. Main problems")
        + text("({{group.number}}) {{group.name}}. {{group.told}}")
        + heading("3. What is to be done")
        + text("Each unit checks and mends what the annex lists, and reports in writing by {{deadline}}.")
        + text("Changing dates or publishing old items anew does not count as an update.")
        + text("If you disagree with a finding, please say why in writing before the deadline. {{contact}}")
        + text("Annex: list of problems")
        + signed("{{signature}}", "{{day}}")
    )
    listed = "{{finding.%s}}"
    return {
        "notice.docx": document(
            "Notice",
            annexed(
                notice,
                "Annex",
                "Problems to be put right",
                "{{annex_note}}",
                (
                    (600, "No.", listed % "number"),
                    (1900, "Site", listed % "site"),
                    (2500, "Column or link, and address", (listed % "column") + " " + (listed % "address")),
                    (3600, "Description", listed % "description"),
                    (2900, "Evidence", listed % "proof"),
                    (2400, "To be done", listed % "remedy"),
                ),
            ),
        ),
        "circular.docx": document(
            "Circular",
            annexed(
                circular,
                "Annex",
                "List of problems",
                "{{annex_note}}",
                (
                    (600, "No.", listed % "number"),
                    (1800, "Unit", listed % "unit"),
                    (1800, "Site", listed % "site"),
                    (1800, "Column or link", listed % "column"),
                    (2200, "Address", listed % "address"),
                    (1300, "Last update", listed % "newest"),
                    (900, "Days without update", listed % "days"),
                    (900, "Days over", listed % "over"),
                    (2600, "Problem and state", (listed % "kind") + " " + (listed % "progress")),
                ),
            ),
        ),
    }


def main(folder: Path) -> None:
    """Write every form below `folder`, by language."""
    for language, forms in (("zh-CN", chinese()), ("en", english())):
        (folder / language).mkdir(parents=True, exist_ok=True)
        for name, content in forms.items():
            (folder / language / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
