import pytest
from pydantic import BaseModel

from domain.annex1 import Annex1, annex1
from domain.datafiles import parse_data, read_data
from domain.errors import DataFileError


class Opening(BaseModel):
    year: int


def test_a_data_file_is_read_into_its_model():
    assert parse_data(Opening, "year = 2025", "opening.toml") == Opening(year=2025)
    assert read_data(Annex1, "annex1.toml") == annex1()


@pytest.mark.parametrize(("text", "complaint"), [("year = 'soon'", "year"), ("year =", "Invalid value"), ("", "year")])
def test_a_fault_is_told_with_the_files_name(text: str, complaint: str):
    with pytest.raises(DataFileError, match=rf"(?s)opening\.toml: .*{complaint}"):
        parse_data(Opening, text, "opening.toml")
