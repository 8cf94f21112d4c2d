"""What /metrics counts as it happens; what it reads from the database is in bot.readiness."""

from prometheus_client import Counter, Histogram

TURN_SECONDS = Histogram(
    "hurentong_turn_seconds",
    "From a message's arrival in the inbox to its committed turn.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
TURNS_FAILED = Counter("hurentong_turns_failed", "Turns that failed, before they were tried again or given up.")
SENDS = Counter("hurentong_sends", "Requests to send a message, by channel and how they ended.", ["channel", "result"])
TOLD_TO_WAIT = Counter("hurentong_told_to_wait", "Answers of a platform that say to wait (429).", ["channel", "scope"])
CLASSIFICATION_SECONDS = Histogram(
    "hurentong_classification_seconds",
    "From an engineer's words to the specialties that they name.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2),
)
