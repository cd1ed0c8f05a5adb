"""Commands about keys: enrol, list, revoke, show.

Here: their options and what they print. Not here: what a key is good for (submissions/partner_keys.py).
"""

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import app, output, print_json, site_of
from orchestration.cli.cycle import JSON_OPTION

keys_app = typer.Typer(no_args_is_help=True, help="Whose signatures count, and this installation's own key.")
app.add_typer(keys_app, name="keys")

BY_OPTION = typer.Option(help="Who decides this; default: the user who runs the command.")


@keys_app.command()
def enrol(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner, such as customs_service.")],
    key_file: Annotated[Path, typer.Argument(help="His public key, as in an OpenSSH .pub file.")],
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today.")] = None,
    last: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day; open.")] = None,
    by: Annotated[str | None, BY_OPTION] = None,
) -> None:
    """Let a partner's signatures count. Make sure by another way than the file's that the key is his."""
    from orchestration.errors import EntrepotError, UsageError
    from orchestration.submissions.partner_keys import enrol as enrol_key

    site = site_of(context)
    if partner not in site.contracts.partners:
        raise UsageError(
            f"There is no partner {partner}; those with a contract are {', '.join(site.contracts.partners)}."
        )
    try:
        text = key_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EntrepotError(f"{key_file} cannot be read: {error}. Name the partner's .pub file.") from None
    key = enrol_key(site.register, partner, text, key_file.name, by or getpass.getuser(), _day(first), _day(last))
    print(f"{key.fingerprint} of {key.partner} counts from {key.valid_from} until {key.valid_until or 'revoked'}.")


@keys_app.command("list")
def list_keys(context: typer.Context, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List the partners' keys and how each stands today."""
    from dataclasses import asdict

    from rich import box
    from rich.table import Table

    from orchestration.submissions.partner_keys import enrolled

    register = site_of(context).register
    found = [(key, key.fault_at(register.clock())) for key in enrolled(register)]
    if as_json:
        print_json([asdict(key) | {"valid": not fault} for key, fault in found])
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("partner", "fingerprint", "type", "from", "until", "enrolled by", "today"):
        table.add_column(column, overflow="fold")
    for key, fault in found:
        kind = key.public_key.split(" ", 1)[0]
        days = (str(key.valid_from), str(key.valid_until or ""))
        table.add_row(key.partner, key.fingerprint, kind, *days, key.enrolled_by, fault or "valid")
    output().print(table)


@keys_app.command()
def revoke(
    context: typer.Context,
    fingerprint: Annotated[str, typer.Argument(help="As `entrepot keys list` prints it: SHA256:…")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: Annotated[str | None, BY_OPTION] = None,
) -> None:
    """From now on signatures of this key do not count; what was received before stays signed."""
    from orchestration.submissions.partner_keys import revoke as revoke_key

    key = revoke_key(site_of(context).register, fingerprint, by or getpass.getuser(), reason)
    print(f"{key.fingerprint} of {key.partner} was revoked at {key.revoked_at} UTC: {key.revoke_reason}")


@keys_app.command()
def show(context: typer.Context) -> None:
    """Print this installation's own public key: with it partners check their receipts."""
    from orchestration.submissions.receipts import public_key

    print(public_key(site_of(context).home))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
