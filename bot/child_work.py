"""The kinds of work that child processes do: each takes its job as JSON values and returns JSON values."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import broadcast_report, form_jobs, jobs, package_jobs
from bot.children import Progress
from bot.form_jobs import FormJob
from bot.jobs import ExportJob, Packed
from bot.package_jobs import PackageJob
from bot.store.store import Store


def _export(store: Store, job: dict[str, Any], progress: Progress) -> Any:
    wanted = ExportJob.model_validate(job)
    return Packed(made=store.read_now(lambda connection: jobs.build_export(connection, wanted, progress))).packed()


def _package(store: Store, job: dict[str, Any], progress: Progress) -> Any:
    wanted = PackageJob.model_validate(job)
    return store.read_now(lambda connection: package_jobs.build_package(connection, wanted, progress))


def _read_form(store: Store, job: dict[str, Any], _: Progress) -> Any:
    return form_jobs.read_form(store, FormJob.model_validate(job))


WORK: Mapping[str, Callable[[Store, dict[str, Any], Progress], Any]] = {
    jobs.EXPORT: _export,
    package_jobs.PACKAGE: _package,
    form_jobs.READ: _read_form,
    broadcast_report.NOT_REACHED_LIST: broadcast_report.work,
}
