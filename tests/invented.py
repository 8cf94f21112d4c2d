"""Invented engineers whose every personal word is unmistakable, so that a byte of it can be found anywhere."""

import random
from collections.abc import Mapping

from tests.engineer import DISPATCHED

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = "梓涵雨桐浩然欣怡俊杰思远嘉禾明轩若曦子墨"
_WORKS = ("引水隧洞", "斜拉桥索塔", "输变电线路", "港口护岸", "污水处理厂", "机场跑道", "轨道交通车辆段", "水泥生产线")


def invented(number: int) -> Mapping[str, str]:
    """The answers of engineer `number`: always the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - invented people, not keys
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2))
    work = chance.choice(_WORKS)
    statement = (
        f"曾参与{work}项目第{number}标段，我领导了现场施工组织，提出{chance.randrange(3, 90)}项改进方案，"
        f"实施后节约投资{chance.randrange(100, 999)}万元。"
    )
    phone = f"139{number % 10000:04d}{chance.randrange(10000):04d}"
    return {**DISPATCHED, "name": name, "phone": phone, "statement": statement}


def personal(answers: Mapping[str, str]) -> list[str]:
    """What must be found nowhere in clear."""
    return [answers["name"], answers["phone"], answers["statement"][:14], answers["statement"][-14:]]
