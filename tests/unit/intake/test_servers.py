"""The servers of a contract: what they may say, and the line that is named where they say something else."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import open_data_contract_standard.model as odcs
import pytest

from orchestration.contracts.load import load_contract
from orchestration.contracts.servers import PullServer
from orchestration.errors import ContractError
from orchestration.pulls.credentials import VARIABLES, variables
from orchestration.pulls.query import statement
from orchestration.settings import CONTRACTS_DIR
from tests.unit.intake.builders import document, field, write_contract

KEY = "SHA256:" + "a" * 43
SFTP = {
    "server": "remote", "type": "sftp", "format": "csv", "location": "sftp://files.example.org:2222/out/a/cases_*.csv",
    "customProperties": [{"property": "hostKeys", "value": [KEY]}],
}  # fmt: skip
S3 = {
    "server": "bucket", "type": "s3", "format": "csv", "location": "s3://cases/out/**/cases_*.csv",
    "endpointUrl": "https://s3.example.org", "customProperties": [{"property": "region", "value": "eu-north-1"}],
}  # fmt: skip
API = {"server": "web", "type": "api", "location": "https://example.org/pub/cases.csv"}
QUERY = [{"property": "query", "value": "select ref from cases"}]
POSTGRES = {
    "server": "db", "type": "postgres", "host": "db.example.org", "port": 5433, "database": "cases",
    "schema": "public", "customProperties": QUERY,
}  # fmt: skip
FOLDER = {
    "server": "share", "type": "local", "format": "csv", "path": "out/cases_*.csv",
    "customProperties": [{"property": "pull", "value": True}, {"property": "settleSeconds", "value": 5}],
}  # fmt: skip


def with_servers(*servers: dict[str, Any]) -> dict[str, Any]:
    content = document([field("ref", primaryKey=True, physicalName='Ref "No"'), field("note")], feed="cases")
    return {**content, "servers": [*content["servers"], *servers]}


def loaded(tmp_path: Path, *servers: dict[str, Any]) -> tuple[PullServer, ...]:
    return load_contract(write_contract(tmp_path, with_servers(*servers))).pulls


def test_each_kind_of_server_is_read_with_the_standards_own_words(tmp_path: Path) -> None:
    sftp, s3, api, postgres, share = loaded(tmp_path, SFTP, S3, API, POSTGRES, FOLDER)
    assert (sftp.host, sftp.port, sftp.folder, sftp.pattern) == ("files.example.org", 2222, "/out/a", "cases_*.csv")
    assert (sftp.host_keys, sftp.settle_seconds, sftp.lists) == ((KEY,), 60, True)
    assert (s3.folder, s3.pattern, s3.endpoint) == ("cases/out", "**/cases_*.csv", "https://s3.example.org")
    assert (s3.region, s3.settle_seconds) == ("eu-north-1", 0)
    assert (api.folder, api.pattern, api.lists) == ("https://example.org/pub/", "cases.csv", False)
    assert (postgres.port, postgres.schema, postgres.file_name) == (5433, "public", "cases.csv")
    assert (share.pattern, share.settle_seconds) == ("out/cases_*.csv", 5)
    assert sftp.id == "partner/cases/remote"


def test_the_standards_own_schema_takes_them_too() -> None:
    schema = json.loads(odcs.OpenDataContractStandard.json_schema())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(with_servers(SFTP, S3, API, POSTGRES, FOLDER))] == []


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ({**SFTP, "type": "kafka"}, "server type `kafka` is not supported"),
        ({**SFTP, "path": "x"}, "a server of type sftp takes no `path`"),
        ({**SFTP, "server": None}, "needs a name under `server`"),
        ({**SFTP, "server": "My Server"}, "needs a name under `server`"),
        ({**SFTP, "location": "sftp://me:secret@files.example.org/a.csv"}, "come from the environment alone"),
        ({**SFTP, "location": "ftp://files.example.org/a.csv"}, "must be a URL such as sftp://"),
        ({**SFTP, "location": "sftp://files.example.org/out/"}, "must end in the name or pattern"),
        ({**SFTP, "location": "sftp://files.example.org/../a.csv"}, "must end in the name or pattern"),
        ({**SFTP, "location": "sftp://files.example.org:no/a.csv"}, "has a port that is not a number"),
        ({**SFTP, "customProperties": [{"property": "hostKeys", "value": ["abc"]}]}, "list of fingerprints"),
        ({**SFTP, "customProperties": [{"property": "password", "value": "x"}]}, "`password` is not known"),
        ({**SFTP, "customProperties": [{"property": "settleSeconds", "value": -1}]}, "settleSeconds is `-1`"),
        ({**SFTP, "format": "doc"}, "format is `doc`"),
        ({**SFTP, "format": "xml"}, "all servers of a feed have one format"),
        ({**API, "location": "http://example.org/cases.csv"}, "must begin with https://"),
        ({**S3, "endpointUrl": "http://s3.example.org"}, "must begin with https://"),
        ({**POSTGRES, "format": "csv"}, "a server of type postgres takes no `format`"),
        ({**POSTGRES, "customProperties": []}, "needs the customProperty `query`"),
        ({**POSTGRES, "customProperties": [{"property": "query", "value": "delete from cases"}]}, "one SELECT"),
        (
            {**POSTGRES, "customProperties": [*QUERY, {"property": "fileName", "value": "a/b.csv"}]},
            "fileName `a/b.csv`",
        ),
        ({**POSTGRES, "customProperties": [*QUERY, {"property": "fileName", "value": "a_{week}.csv"}]}, "{week}"),
        ({**POSTGRES, "host": None}, "needs host, port, database and schema"),
        ({**API, "location": "https://example.org/pub/cases"}, "format is `org/pub/cases`"),
        ({**FOLDER, "path": "/out/*.csv"}, "must be a pattern relative"),
        ({**FOLDER, "customProperties": [{"property": "pull", "value": "yes"}]}, "has `pull: true`"),
        ({**FOLDER, "customProperties": [{"property": "settleSeconds", "value": 5}]}, "belongs to a folder with"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, server: dict[str, Any], says: str) -> None:
    with pytest.raises(ContractError) as error:
        loaded(tmp_path, {key: value for key, value in server.items() if value is not None})
    assert says in str(error.value)
    lines = (tmp_path / "partner" / "cases.odcs.yaml").read_text().splitlines()
    line = int(str(error.value).split("cases.odcs.yaml:")[1].split(":")[0])
    assert 1 < line <= len(lines)
    assert line >= next(number for number, text in enumerate(lines, 1) if '"servers"' in text)


def test_a_servers_name_may_be_given_once(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="`remote` is given twice"):
        loaded(tmp_path, SFTP, {**API, "server": "remote"})


def test_plain_http_is_for_this_machine_itself(tmp_path: Path) -> None:
    [server] = loaded(tmp_path, {**API, "location": "http://127.0.0.1:8000/cases.csv"})
    assert server.folder == "http://127.0.0.1:8000/"


def test_the_query_is_ordered_by_the_partners_own_key_and_quoted(tmp_path: Path) -> None:
    contract = load_contract(write_contract(tmp_path, with_servers(POSTGRES)))
    assert statement(contract.pulls[0], contract) == (
        "copy (select * from (select ref from cases\n) as pulled "
        'order by "Ref ""No""", pulled::text collate "C") '
        "to stdout with (format csv, header true, encoding 'UTF8', delimiter ',', quote '\"')"
    )


def test_the_manual_names_every_variable_and_property() -> None:
    manual = (CONTRACTS_DIR.parent / "docs" / "runbooks" / "pulls.md").read_text(encoding="utf-8")
    for kind, names in VARIABLES.items():
        server = PullServer("partner", "cases", "remote", kind)
        assert set(variables(server)) == set(names)
        assert [name for name in names if f"`_{name}`" not in manual] == []
