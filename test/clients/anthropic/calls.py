"""Makes the calls that stdin lists, with one unmodified AnthropicBedrock client, and prints what came
of each: the protocol of job.ts.

stdin: {"calls": [{"kind": "create", "input": {...}}, ...]}
stdout: one line of JSON a call, {"message": ...}, {"events": [...]} or {"error": {...}}
"""

import inspect
import json
import sys

from anthropic import AnthropicBedrock, APIError, APIStatusError
from httpx2 import HTTPError


def main() -> None:
    client = AnthropicBedrock()
    for call in json.load(sys.stdin)["calls"]:
        print(json.dumps(outcome(client, call["kind"], call["input"])), flush=True)


def outcome(client: AnthropicBedrock, kind: str, given: dict) -> dict:
    result = {}
    messages = client.beta.messages if kind == "beta" else client.messages
    named = parameters(messages.create, given)
    try:
        if kind == "events":
            result["events"] = []
            for event in messages.create(**named, stream=True):
                result["events"].append(plain(event))
        elif kind != "accumulate":
            result["message"] = plain(messages.create(**named))
        else:
            with messages.stream(**named) as stream:
                result["text"] = "".join(stream.text_stream)
                result["message"] = plain(stream.get_final_message())
    except APIError as error:
        result["error"] = describe(error)
    except HTTPError as error:
        # A stream that breaks off is an error of the library below.
        result["error"] = {"class": type(error).__name__, "message": str(error)}
    return result


def parameters(method, given: dict) -> dict:
    """What the SDK has no parameter for any more goes as its documentation says, beside them."""
    known = inspect.signature(method).parameters
    extra = {name: value for name, value in given.items() if name not in known}
    return {**{name: given[name] for name in given if name in known}, "extra_body": extra}


def plain(model) -> dict:
    return model.to_dict(mode="json")


def describe(error: APIError) -> dict:
    body = error.body if isinstance(error.body, dict) else {}
    told = {"class": type(error).__name__, "message": error.message, "body": body}
    if isinstance(error, APIStatusError):
        told["status"] = error.status_code
    return told


main()
