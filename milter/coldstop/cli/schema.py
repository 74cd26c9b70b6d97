"""`coldstop schema`: the JSON Schema of policies, for editors."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the policy language.

    Save it beside your policies and begin them with
    `# yaml-language-server: $schema=coldstop.schema.json`: the editor then completes keys
    and explains them.
    """
    from coldstop.policy.schema import schema_text

    typer.echo(schema_text())
