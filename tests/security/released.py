"""A recipient's release of the small world, and what stands in it."""

import duckdb

from orchestration.releases.build import build_release
from tests.security.world import World

CUSTOMS = "customs_service"


def released(world: World, recipient: str = CUSTOMS):
    return build_release(world.home, recipient, inputs=world.build())


def query(release, sql: str):
    with duckdb.connect(str(release.path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def refs(release, table: str) -> list[str]:
    return [ref for (ref,) in query(release, f"select record_ref from {table} order by all")]
