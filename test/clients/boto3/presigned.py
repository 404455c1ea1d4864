"""Signs what stdin says with botocore's own signers, for whoever has the address, and sends it with
the standard library alone, which knows nothing of AWS.

stdin: {"make": "list" | "converse" | "generated", "payload": "signed" | "UNSIGNED-PAYLOAD",
        "region": "us-east-1", "service": "bedrock", "expires": 60, "send": {...}}
       `send` is the body that is sent, where it is not the one that was signed.
stdout: {"status": 200, "error": "x-amzn-ErrorType or null", "body": {...}}
"""

import hashlib
import json
import os
import sys
import urllib.error
import urllib.request

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

MODEL_ID = "us.anthropic.claude-sonnet-4-20250514-v1:0"
BODY = {"messages": [{"role": "user", "content": [{"text": "Grüße"}]}]}


def main() -> None:
    job = json.load(sys.stdin)
    body = json.dumps(BODY).encode()
    makers = {"list": listed, "converse": signed, "generated": generated}
    url, headers = makers[job["make"]](job, body)
    sent = json.dumps(job["send"]).encode() if "send" in job else body
    is_get = job["make"] == "list"
    request = urllib.request.Request(
        url,
        data=None if is_get else sent,
        headers=headers,
        method="GET" if is_get else "POST",
    )
    print(json.dumps(outcome(request)))


def listed(job: dict, _body: bytes) -> tuple[str, dict]:
    """What a client hands out of an operation without a body."""
    client = boto3.client("bedrock", region_name=job["region"])
    parameters = {"byProvider": "Mistral AI"}
    url = client.generate_presigned_url("list_foundation_models", parameters, job["expires"])
    return url, {}


def generated(job: dict, _body: bytes) -> tuple[str, dict]:
    """What a client hands out of Converse: botocore signs it without its body."""
    client = boto3.client("bedrock-runtime", region_name=job["region"])
    parameters = {"modelId": MODEL_ID, **BODY}
    url = client.generate_presigned_url("converse", parameters, job["expires"])
    return url, {"content-type": "application/json"}


def signed(job: dict, body: bytes) -> tuple[str, dict]:
    """An address of Converse for one body, or for any."""
    base = os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]
    url = f"{base}/model/{MODEL_ID.replace(':', '%3A')}/converse"
    payload = hashlib.sha256(body).hexdigest() if job["payload"] == "signed" else job["payload"]
    headers = {"content-type": "application/json", "x-amz-content-sha256": payload}
    request = AWSRequest("POST", url, headers=dict(headers))
    credentials = boto3.Session().get_credentials()
    signer = SigV4QueryAuth(credentials, job["service"], job["region"], expires=job["expires"])
    signer.add_auth(request)
    return request.url, headers


def outcome(request: urllib.request.Request) -> dict:
    try:
        with urllib.request.urlopen(request) as response:
            return {"status": response.status, "error": None, "body": json.load(response)}
    except urllib.error.HTTPError as error:
        name = error.headers["x-amzn-ErrorType"]
        return {"status": error.code, "error": name, "body": json.load(error)}


main()
