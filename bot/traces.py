"""Where an error came from, without what it says: messages of errors may quote what a person wrote."""

from traceback import extract_tb

_FRAMES = 6


def where(error: BaseException | None) -> str:
    """The innermost frames as `file:line function`, outermost first."""
    if error is None or error.__traceback__ is None:
        return ""
    frames = extract_tb(error.__traceback__)[-_FRAMES:]
    return " > ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames)
