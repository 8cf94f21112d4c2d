"""What the chat page weighs: bytes over the wire of the page and all that it asks for: `python -m bench.page`."""

import gzip
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from tests.program import Program

ASKED_FOR = re.compile(r'<(?:script|link|img)[^>]*?(?:src|href)="(/?[^":#]+)"')
MOST_BYTES = 50_000
"""A page on a building site's network: one second at 400 kbit/s."""


def fetch(address: str) -> tuple[bytes, int]:
    """The content, and its bytes over the wire."""
    asked = Request(address, headers={"Accept-Encoding": "gzip"})
    with urlopen(asked, timeout=10) as answer:
        body: bytes = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if packed else body), len(body)


def main() -> int:
    """Measures, prints; exit status 1 where it weighs too much."""
    with TemporaryDirectory() as name, Program(Path(name) / "data") as program:
        page, weight = fetch(f"{program.address}/")
        weights = {"/": weight}
        for place in dict.fromkeys(ASKED_FOR.findall(page.decode("utf8"))):
            weights[place] = fetch(urljoin(f"{program.address}/", place))[1]
    for place, each in weights.items():
        sys.stdout.write(f"{place:40}{each:9,} bytes\n")
    total = sum(weights.values())
    sys.stdout.write(f"{'all':40}{total:9,} bytes (promised: {MOST_BYTES:,}), {len(weights)} requests\n")
    return 0 if total <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
