"""Invented statistics for the tests of charts and for the picture in the docs."""

from datetime import UTC, date, datetime

from domain.application import ApplicationStatus as S
from domain.statistics import EligibilityGroup, Statistics

FIGURES = Statistics(
    counted_at=datetime(2025, 4, 25, 8, 30, tzinfo=UTC),
    total=486,
    by_field={
        "土木工程类": 148,
        "水利水电工程类": 71,
        "建筑工程类": 64,
        "电气工程类": 52,
        "机械工程类": 41,
        "生态环境工程类": 23,
        "测量控制与仪器仪表类": 19,
        "": 68,
    },
    by_stage={
        S.DRAFT: 68, S.IMPORTED: 35, S.SUBMITTED: 203, S.RECOMMENDED: 96, S.SCREENING: 51, S.RETURNED: 12,
        S.REGISTERED: 21,
    },
    by_country={
        "MM": 121, "LA": 63, "ET": 58, "CD": 44, "PK": 31, "RS": 22, "KZ": 19, "SA": 18, "PG": 11,
        "AE": 9, "KE": 8, "ZM": 5, "": 77,
    },
    by_week={
        date(2025, 2, 24): 6, date(2025, 3, 3): 21, date(2025, 3, 10): 38, date(2025, 3, 24): 74,
        date(2025, 3, 31): 65, date(2025, 4, 7): 83, date(2025, 4, 14): 92, date(2025, 4, 21): 39,
    },
    by_eligibility={EligibilityGroup.ELIGIBLE: 352, EligibilityGroup.NOT_ELIGIBLE: 66, EligibilityGroup.UNKNOWN: 68},
)  # fmt: skip
