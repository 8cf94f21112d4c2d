"""Annex 3 as people fill it in by hand: workbooks with the form's own headers, merges and habits."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

HEADER_1 = (
    "序号",
    "企业名称 (企业联系及手机号码)",
    "企业海外重点项目名称",
    "项目所在国家 (地区)",
    "项目类型 (对外投资、承包工程、对外劳务、对外援助、其他)",
    "项目状态 (筹建、准备、在建、完工、已完工等待验收移交、运营中)",
    "中方在外工程师人数",
    "聘用外方工程师人数",
    "中方在外工程师满足专业工程会员基本条件数 (本科毕业、工作5年以上)",
)
SPANNING = "拟互认人员信息（姓名、联系方式、所在领域、当前所在地、拟申请级别（专业/资深）、300字以内主要工程实践经历）"
HEADER_2 = ("序号", "企业名称 (企业联系及手机号码)", "计划外派海外重点 项目名称 (如有)", "计划外派国家 (地区) (如 有)")
TITLE_1 = "已外派参与工程项目人员汇总（可另附）"
TITLE_2 = "未来三年计划外派参与工程项目人员汇总（可另附）"
SAMPLE_STATEMENT = "曾参与XX工程项目，我领导/设计/修建/测试/谈判/提出/实施/取得/……。"
_SAMPLE_SHARED = (1, "XX公司 (联系人：王五，手机：13700000000)", "XX项目", *[None] * 6)
SAMPLE_1 = (
    (*_SAMPLE_SHARED, "张三", "13800000000", "土木工程类", "缅甸", "专业工程师", SAMPLE_STATEMENT),
    (2, *[None] * 8, "李四", "13900000000", "土木工程类", "新加坡", "资深工程师", SAMPLE_STATEMENT),
    (3, *[None] * 8, "……", None, None, "中国", None, None),
)
PERSON = ("陆行远", "13812345678", "土木工程类", "缅甸", "专业", "我设计桥梁，取得批准。")
FULL = (
    1,
    "远山工程公司 (联系人：林海，手机：13900001111)",
    "示例道路",
    "缅甸",
    "承包工程",
    "在建",
    46,
    18,
    21,
    *PERSON,
)


class Sheet:
    """Builds one sheet of a filled form, as far down and to the right as somebody happened to begin."""

    def __init__(self, *, right: int = 0, down: int = 0, name: str = "Sheet1") -> None:
        self.book: Any = Workbook()
        sheet: Any = self.book.active
        sheet.title = name
        self.sheet = sheet
        self.right, self.row = right, 1 + down

    def put(self, cells: Sequence[object]) -> int:
        """Write a row and return its number."""
        for at, value in enumerate(cells, 1):
            if value is not None:
                self.sheet.cell(self.row, self.right + at, value)
        self.row += 1
        return self.row - 1

    def merge(self, first_row: int, first: int, last_row: int, last: int) -> None:
        """Merge by numbers counted from the table's own first column."""
        self.sheet.merge_cells(
            start_row=first_row, end_row=last_row, start_column=self.right + first, end_column=self.right + last
        )

    def heading(self, unit: str = "") -> None:
        """The form's first lines."""
        self.put(["推荐参加工程能力评价人员情况表"])
        self.put([f"推荐单位（盖章）：{unit}"])

    def table_1(self, *rows: Sequence[object]) -> int:
        """Table 1 as printed: no header of their own over the person's six columns. Returns the first row's number."""
        self.put([TITLE_1])
        top = self.put([*HEADER_1, SPANNING])
        self.put([*[None] * 9, "此列可另附表"])
        for column in range(1, 10):
            self.merge(top, column, top + 1, column)
        self.merge(top, 10, top, 15)
        self.merge(top + 1, 10, top + 1, 15)
        first, *_ = [self.put(row) for row in rows]
        return first

    def table_2(self, *rows: Sequence[object]) -> int:
        """Table 2 as printed, its header in one row."""
        self.put([TITLE_2])
        top = self.put([*HEADER_2, f"{SPANNING} 此列可另附表"])
        self.merge(top, 5, top, 10)
        first, *_ = [self.put(row) for row in rows]
        return first

    def saved(self) -> bytes:
        """The workbook's bytes."""
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()
