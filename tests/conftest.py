"""How generated tests run: the same examples every time, new ones in `make soak`; how long one takes says nothing."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=not os.environ.get("HURENTONG_SOAK"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
