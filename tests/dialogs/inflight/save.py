"""Saves a corpus of in-flight conversations in today's format: `python -m tests.dialogs.inflight.save`.

Run once for each release, before it is tagged; the files are never edited afterwards. Each holds the stored
conversation and the question it must open at, whatever the versions after it change.
"""

import json
from pathlib import Path

from dialogs.transcripts import parse_transcript
from dialogs.upgrading import FORMAT
from tests.transcripts.players import Simulated, setting

HERE = Path(__file__).parent
TRANSCRIPTS = HERE.parent.parent / "transcripts"
TAKEN_FROM = (
    "whole_intake_by_typing",
    "whole_intake_in_english",
    "planned_posting",
    "one_sentence",
    "edit_from_the_review",
    "back_in_annex_1",
    "question_for_the_secretariat",
    "statement_coach",
    "export_by_the_secretariat",
    "own_data",
)


def save() -> int:
    """Writes a file for each point of each conversation; how many."""
    folder = HERE / str(FORMAT)
    folder.mkdir(exist_ok=True)
    count = 0
    for name in TAKEN_FROM:
        entries = parse_transcript((TRANSCRIPTS / f"{name}.yaml").read_text("utf8"), name)
        player = Simulated(*setting(entries))
        for at, entry in enumerate(each for each in entries if each.acts):
            player.act(entry)
            opened = player.talk.conversation.active.open
            if opened is None:
                continue
            case = {
                "opens_at": opened.id,
                "answers": sorted(player.talk.conversation.main.answers),
                "conversation": json.loads(player.talk.conversation.model_dump_json()),
            }
            file = folder / f"{name}_{at:02d}.json"
            if not file.exists():
                file.write_text(json.dumps(case, ensure_ascii=False) + "\n", "utf8")
                count += 1
    return count


if __name__ == "__main__":
    print(f"{save()} conversations saved")  # noqa: T201 - a script
