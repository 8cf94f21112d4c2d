"""The kinds of work that child processes do: each takes its job as JSON values and returns JSON values."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import jobs
from bot.children import Progress
from bot.jobs import ExportJob, Packed
from bot.store.store import Store


def _export(store: Store, job: dict[str, Any], progress: Progress) -> Any:
    wanted = ExportJob.model_validate(job)
    return Packed(made=store.read_now(lambda connection: jobs.build_export(connection, wanted, progress))).packed()


WORK: Mapping[str, Callable[[Store, dict[str, Any], Progress], Any]] = {jobs.EXPORT: _export}
