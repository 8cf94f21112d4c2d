"""Reading the data files that ship with the product: TOML in `domain/data`, checked against a model."""

import tomllib
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import DataFileError

Model = TypeVar("Model", bound=BaseModel)


def parse_data(model: type[Model], text: str, source: str) -> Model:
    """The data in a TOML text; raises DataFileError that names `source` and what is wrong with it."""
    try:
        return model.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DataFileError(f"{source}: {error}") from error


def read_data(model: type[Model], name: str) -> Model:
    """The data of `domain/data/<name>`; raises DataFileError where it is not what the model asks for."""
    return parse_data(model, files("domain").joinpath("data", name).read_text("utf8"), name)
