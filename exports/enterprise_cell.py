"""The enterprise's cell of Annex 3, both ways: `XX公司 (联系人：王五，手机：13700000000)`."""

import re

from domain.records import Enterprise
from exports.cell_text import one_line, person_name
from exports.phone_text import printed_phones, read_phones

_OPEN, _CLOSE = "(（[【〔", ")）]】〕"
_AS_PRINTED = re.compile(r"(?P<name>.+?) \((?:联系人：(?P<contact>.*?))?(?:，?手机：(?P<phone>[^()]*))?\)")
_PHONE = re.compile(r"\+?(?:\(\d{1,4}\)|（\d{1,4}）)?\d(?:[ \-]?\d){6,}")
_CONTACT_WORD = re.compile(r"企业联系人?|联系人(?:及手机号码|姓名)?|联络人|负责人|contact(?: person)?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:企业联系人?|联系人(?:及手机号码|姓名)?|联络人|负责人|contact(?: person)?"
    r"|联系电话|联系方式|手机号码?|手机|电话号码?|电话|mobile|phone|tel)\.?\s*[:：]?",
    re.IGNORECASE,
)
_EDGES = " ,，;；、:：/／|-—" + _OPEN + _CLOSE


def enterprise_text(enterprise: Enterprise | None) -> str:
    """What stands in the cell; parts that are not known are left out."""
    if enterprise is None:
        return ""
    contact, phones = person_name(enterprise.contact_name), printed_phones(enterprise.contact_phone)
    parts = [f"联系人：{contact}"] if contact else []
    if phones:
        parts.append(f"手机：{phones}")
    name = one_line(enterprise.name)
    return f"{name} ({'，'.join(parts)})" if parts else name


def read_enterprise(text: str) -> Enterprise | None:
    """The enterprise of a cell as this program prints it or as people write it; None where no name is in it.

    Raises pydantic.ValidationError where the name is longer than a record takes.

    Understood are full-width and half-width brackets and colons, other separators or none, the contact on lines of
    its own without brackets, and several numbers.
    """
    line = one_line(text)
    printed = _AS_PRINTED.fullmatch(line)
    if printed and (printed["contact"] or printed["phone"]):
        return _enterprise(printed["name"], printed["contact"] or "", printed["phone"] or "")
    name, rest = _split(line)
    phones = [match[0] for match in _PHONE.finditer(rest)]
    contact = _LABEL.sub(" ", _PHONE.sub(" ", rest))
    contact = " ".join(part for part in re.split(r"[\s,，;；、/／|]+", contact) if part.strip(_EDGES)).strip(_EDGES)
    return _enterprise(name, contact, "、".join(phones))


def _enterprise(name: str, contact: str, phones: str) -> Enterprise | None:
    name = name.strip()
    if not name:
        return None
    return Enterprise(name=name, contact_name=person_name(contact), contact_phone=read_phones(phones))


def _split(line: str) -> tuple[str, str]:
    """The company's name and what is written about its contact."""
    start = _contact_bracket(line)
    if start is None:
        word = _CONTACT_WORD.search(line) or _PHONE.search(line)
        start = word.start() if word else None
    if start is None:
        return line, ""
    return line[:start].strip(_EDGES.replace(")", "").replace("）", "")), line[start:]


def _contact_bracket(line: str) -> int | None:
    """Where the last bracket opens that holds a contact; a company's name may have brackets of its own."""
    for start in reversed([index for index, character in enumerate(line) if character in _OPEN]):
        inside = line[start + 1 :].strip().rstrip(_CLOSE)
        if _LABEL.search(inside) or _PHONE.search(inside):
            # `联系人：王五（手机：137…）`: the label before the bracket belongs to the contact as well.
            word = _CONTACT_WORD.search(line)
            return min(start, word.start()) if word else start
    return None
