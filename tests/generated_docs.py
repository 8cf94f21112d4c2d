"""Pages of the documentation that say what the data files say: `python -m tests.generated_docs` writes them anew."""

from collections.abc import Callable, Mapping
from pathlib import Path

from domain import application, permissions

DOCS = Path(__file__).parent.parent / "docs"
_AGAIN = "<!-- Written by `python -m tests.generated_docs` from {source}: change that file, not this page. -->"


def permissions_page() -> str:
    """Who may do what."""
    return f"""# 权限表 · Who may do what

{_AGAIN.format(source="domain/data/permissions.toml")}

每个聊天命令和工作台页面都对应下表的一行，只在一处检查（聊天：`dialogs/commands.py`；网页：`bot/desk/guard.py`）。没有权限的
命令或页面一律拒绝：写入审计（结果“拒绝”），只回答“不对您开放”，不透露任何内容。网页一栏包括其下的所有地址。

Each chat command and desk page belongs to one row and is checked in one place. Whoever may not is refused, the
refusal is a row of the audit, and the answer tells nothing. A page stands for every address below it.

{permissions.markdown()}
- **本人 own**：只限自己的资料 · one's own data only
- **本单位 unit**：只限本单位的人员 · the unit's own people only
- **全部 all**：所有人 · everyone
- 负责人可以做成员能做的一切 · a lead may all that a member may
"""


def status_page() -> str:
    """The life of an application."""
    return f"""# 状态图 · The life of an application

{_AGAIN.format(source="domain/data/transitions.toml")}

同一份数据文件既是数据库里的检查（不在表里的变化写不进去）、每一步的权限，也是这张图。每次变化都记下谁、什么时候、什么原因；
工作人员做的变化用本人的语言、在本人的渠道通知本人。“退回补充”只重新打开勾选的项目。

One data file is the check in the database, the permission of each step and this diagram. Every change keeps who, when
and why; what staff change is told to the candidate in their language on their channel.

```mermaid
{application.mermaid()}```

{application.markdown()}
`candidate` 只能改自己的申请，`unit_contact` 只能改本单位人员的申请；`reason` 一栏为 yes 的，工作人员必须写原因。
"""


PAGES: Mapping[str, Callable[[], str]] = {"permissions.md": permissions_page, "status.md": status_page}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf8")
