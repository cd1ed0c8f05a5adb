"""A copy of the warehouse to try things on, thrown away afterwards.

Here: the copy, and models run again over it. Not here: what is changed in it (rule.py) or asked of it (listing.py).
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.errors import EntrepotError
from orchestration.harmonisation.warehouse import CATALOG, writer_lock
from orchestration.quoting import sql_text
from orchestration.releases.models import Models, compiled_manifest, load_models
from orchestration.settings import Home


@contextmanager
def scratch_warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of the build database, lost afterwards; EntrepotError where there is none."""
    if not home.build_db.exists():
        raise EntrepotError(
            "The warehouse is not built yet, so there is no history to replay. Run `entrepot run` first."
        )
    with tempfile.TemporaryDirectory(prefix="entrepot-scenario-") as place:
        copy = Path(place) / home.build_db.name
        with writer_lock(home):
            shutil.copyfile(home.build_db, copy)
        with duckdb.connect(":memory:") as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"ATTACH {sql_text(str(copy))} AS {CATALOG}")
            connection.execute(f"USE {CATALOG}")
            yield connection


def models_of(home: Home) -> Models:
    """The models as they built the warehouse."""
    return load_models(compiled_manifest(home))


def run_again(connection: duckdb.DuckDBPyConnection, models: Models, folders: tuple[str, ...]) -> None:
    """Make anew, in order, the tables whose names begin so; views follow what they read by themselves."""
    for model in (*models.before, *models.after):
        if model.name.startswith(folders) and not model.is_view:
            connection.execute(f"CREATE OR REPLACE TABLE {model.relation} AS ({model.sql})")
