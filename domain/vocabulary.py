"""The closed sets of values that the notice and its Annex 3 name (domain.md, «Terms»)."""

from enum import StrEnum


class Language(StrEnum):
    """A language that every text exists in."""

    ZH = "zh"
    EN = "en"


class Degree(StrEnum):
    """Highest degree; BELOW stands for anything under a bachelor's (大专, 中专 …)."""

    BELOW = "below"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class Posting(StrEnum):
    """已外派 / 未来三年计划外派 / neither; decides which table of Annex 3 the row belongs to."""

    DISPATCHED = "dispatched"
    PLANNED = "planned"
    NONE = "none"


class Level(StrEnum):
    """专业工程会员 / 资深工程会员."""

    PROFESSIONAL = "professional"
    SENIOR = "senior"


class Criterion(StrEnum):
    """One of the conditions of 一、推荐人员条件."""

    FIELD = "field"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    IMPORTANT_EXPERIENCE = "important_experience"
    OVERSEAS = "overseas"


class ProjectType(StrEnum):
    """项目类型 of Annex 3; the value is the word as printed."""

    INVESTMENT = "对外投资"
    CONTRACTING = "承包工程"
    LABOUR = "对外劳务"
    AID = "对外援助"
    OTHER = "其他"


class ProjectStatus(StrEnum):
    """项目状态 of Annex 3; the value is the word as printed."""

    PREPARING = "筹建"
    READY = "准备"
    UNDER_CONSTRUCTION = "在建"
    COMPLETED = "完工"
    AWAITING_HANDOVER = "已完工等待验收移交"
    OPERATING = "运营中"


class Role(StrEnum):
    """What an account may be; CANDIDATE is everyone who has no other role."""

    CANDIDATE = "candidate"
    UNIT_CONTACT = "unit_contact"
    SECRETARIAT = "secretariat"
    LEAD = "lead"


def acts_as(role: Role) -> frozenset[Role]:
    """The roles whose rights a role has: its own, and for a lead the secretariat's too."""
    return frozenset({role, Role.SECRETARIAT}) if role is Role.LEAD else frozenset({role})
