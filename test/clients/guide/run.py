"""Runs one snippet of the guide as it stands, after the parts of earlier ones that it builds on.

run.py [--model-id ID] [--show EXPRESSION] [EARLIER...] SNIPPET

Of each earlier snippet the statements up to its `client = ...` are run, in the same namespace.
"""

import argparse
import ast
import pathlib

FIRST_MODEL = "anthropic.claude-sonnet-4-20250514"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model-id", default=FIRST_MODEL)
    parser.add_argument("--show", default=None)
    parser.add_argument("snippets", nargs="+", type=pathlib.Path)
    options = parser.parse_args()

    namespace = {"__name__": "__main__"}
    for path in options.snippets[:-1]:
        run(path, until_client(path.read_text()), namespace)
    last = options.snippets[-1]
    run(last, ast.parse(last.read_text().replace(FIRST_MODEL, options.model_id)), namespace)
    if options.show is not None:
        print(eval(options.show, namespace))


def until_client(source: str) -> ast.Module:
    module = ast.parse(source)
    for index, statement in enumerate(module.body):
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "client":
            return ast.Module(module.body[: index + 1], [])
    raise SystemExit("the earlier snippet creates no client")


def run(path: pathlib.Path, module: ast.Module, namespace: dict) -> None:
    exec(compile(module, str(path), "exec"), namespace)


main()
