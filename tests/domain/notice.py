"""The text of 渝工协〔2025〕17号 that the domain's data is compared with, spacing left out."""

from pathlib import Path


def notice(part: str) -> str:
    """`letter`, `annex1` or `annex2` without any white space: spacing is where copies of the document differ."""
    return "".join(Path(__file__).with_name(f"notice_{part}.txt").read_text("utf8").split())
