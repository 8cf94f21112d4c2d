"""Which of our languages a browser prefers."""

from domain.vocabulary import Language


def preferred(header: str) -> Language | None:
    """The first of our languages in an Accept-Language header, by its weights; None where it names neither."""
    best: tuple[float, Language] | None = None
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        name = tag.split("-")[0].lower()
        if name not in tuple(Language):
            continue
        found = (_weight(weight), Language(name))
        if found[0] > 0 and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
