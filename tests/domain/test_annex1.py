from domain.annex1 import SpecialtyRef, annex1
from tests.domain.notice import notice

HEADING = "附件1工程技术领域范围工程技术领域专业类别范围"


def test_annex1_reads_as_printed_character_by_character_in_the_documents_order():
    ours = "".join(
        field.name + "".join(specialty.name + specialty.scope for specialty in field.specialties)
        for field in annex1().fields
    )

    assert HEADING + "".join(ours.split()) == notice("annex1")


def test_annex1_has_12_fields_and_56_specialties():
    assert len(annex1().fields) == 12
    assert len(annex1().refs()) == 56


def test_the_letter_names_the_same_fields_in_the_same_order():
    assert "、".join(field.name for field in annex1().fields) in notice("letter")


def test_ids_and_names_tell_the_fields_apart_and_the_specialties_within_each():
    fields = annex1().fields

    assert len({each.id for each in fields}) == len({each.name for each in fields}) == len({e.en for e in fields}) == 12
    for field in fields:
        assert len({each.id for each in field.specialties}) == len(field.specialties)
        assert len({each.name for each in field.specialties}) == len(field.specialties)
        assert all(each.en for each in field.specialties)
    assert len(set(annex1().refs())) == 56


def test_only_the_two_scopes_that_are_empty_in_print_are_empty():
    empty = [SpecialtyRef(f.name, s.name) for f in annex1().fields for s in f.specialties if not s.scope]

    assert empty == [SpecialtyRef("电气工程类", "其他"), SpecialtyRef("信息通信工程类", "其他")]


def test_a_scope_split_by_a_page_break_is_joined():
    design = annex1().specialty(SpecialtyRef("汽车工程类", "汽车造型设计工程"))

    assert design is not None
    assert design.scope.endswith("CMF、人机工程等。")


def test_a_name_that_is_not_printed_stands_for_nothing():
    assert annex1().field("土木工程") is None
    assert annex1().specialty(SpecialtyRef("土木工程类", "室内设计")) is None
    assert annex1().specialty(SpecialtyRef("金融类", "其他")) is None
