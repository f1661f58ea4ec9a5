"""Attachments that really are what their names say, small as they are, and some that are not."""

from __future__ import annotations

import io
import zipfile

from monitor.demo.plan import Answer

_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + bytes(1024)


def _zip(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo(name), "<x/>")
    return packed.getvalue()


PDF = Answer(body=_PDF, kind="application/pdf")
WORD = Answer(body=_OLE, kind="application/msword")
SHEET = Answer(body=_zip("xl/workbook.xml"), kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ARCHIVE = Answer(body=_zip("附件.txt"), kind="application/octet-stream")
NOTHING = Answer(body=b"", kind="application/pdf")
EXCUSE = Answer(
    body=(
        '<html><head><meta charset="utf-8"><title>提示信息</title></head>'
        "<body>抱歉，您要下载的文件不存在或已被删除！</body></html>"
    ).encode()
)
"""An error page with status 200 where a file belongs."""
