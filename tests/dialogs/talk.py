"""A talk for tests: a simulation at a fixed moment with the real classifier."""

from datetime import UTC, datetime

from dialogs.simulation import Simulation
from domain.campaign import campaign
from domain.classification import classify

NOON = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)


def new_talk() -> Simulation:
    return Simulation(campaign=campaign("2025"), classify=classify, now=lambda: NOON)


INTAKE_ANSWERS = (
    "中文",
    "同意",
    "张伟",
    "13800138000",
    "本科",
    "土木工程",
    "八年半",
    "4",
    "1",
    "缅甸",
    "缅甸仰光",
    "重庆某某建设集团有限公司",
    "仰光大桥项目",
    "承包工程",
    "在建",
    "负责桥梁结构设计和施工监控",
    "1",
    "专业",
    "曾参与仰光大桥项目，我领导了主跨 280 米的桥梁结构设计，提出施工监控方案，大桥提前两个月通车。",
)


def talked_until_review() -> Simulation:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS:
        talk.say(answer)
    return talk
