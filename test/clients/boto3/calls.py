"""Makes the calls that stdin lists, with one unmodified boto3 client, and prints what came of each.

stdin: {"service": "bedrock-runtime", "calls": [{"operation": "converse", "input": {...}}, ...]}
       with "unsigned": true its signatures leave the body out
stdout: one line of JSON a call, {"output": ...}, {"events": [...]} or {"error": {...}}; of a native
       call {"native": ...} or {"chunks": [...]} with {"head": {...}}
"""

import json
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

HEAD = ("contentType", "performanceConfigLatency", "serviceTier")


def main() -> None:
    job = json.load(sys.stdin)
    client = boto3.client(job["service"], region_name="us-east-1")
    if job.get("unsigned"):
        client.meta.events.register("before-call", leave_body_out)
    for call in job["calls"]:
        print(json.dumps(outcome(client, call), default=str), flush=True)


def outcome(client, call: dict) -> dict:
    result = {}
    try:
        response = getattr(client, call["operation"])(**parameters(call))
        metadata = response.pop("ResponseMetadata")
        result["attempts"] = metadata["RetryAttempts"] + 1
        result["requestId"] = metadata["RequestId"]
        result["servedBy"] = metadata["HTTPHeaders"].get("x-openconverse-served-by")
        if call["operation"].startswith("invoke_model"):
            result["head"] = {name: response[name] for name in HEAD if name in response}
            read_native(response["body"], result)
        elif "stream" in response:
            result["events"] = []
            for event in response["stream"]:
                result["events"].append(event)
        else:
            result["output"] = response
    except ClientError as error:
        result["error"] = client_error(client, error)
    except (BotoCoreError, HTTPError) as error:
        # A stream that breaks off is an error of the library below.
        result["error"] = {"class": type(error).__name__, "message": str(error)}
    return result


def parameters(call: dict) -> dict:
    given = dict(call["input"])
    if call["operation"].startswith("invoke_model"):
        given["body"] = json.dumps(given["body"])
    return given


def read_native(body, result: dict) -> None:
    if hasattr(body, "read"):
        result["native"] = json.loads(body.read())
        return
    result["chunks"] = []
    for event in body:
        result["chunks"].append(json.loads(event["chunk"]["bytes"]))


def leave_body_out(context: dict, **_rest) -> None:
    """What botocore does for the operations that are marked so."""
    context["payload_signing_enabled"] = False


def client_error(client, error: ClientError) -> dict:
    code = error.response["Error"].get("Code", "")
    modeled = getattr(client.exceptions, code, None) if code[:1].isupper() else None
    return {
        "class": type(error).__name__,
        "code": code,
        "message": error.response["Error"].get("Message", ""),
        "status": error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
        "modeled": modeled is not None and isinstance(error, modeled),
    }


main()
