# Says of each request, a line of JSON with its shape, what botocore's own validator finds in it.
import json
import sys

import botocore.session
from botocore.validate import ParamValidator

model = botocore.session.get_session().get_service_model("bedrock-runtime")
validator = ParamValidator()
for line in sys.stdin:
    request = json.loads(line)
    report = validator.validate(request["value"], model.shape_for(request["shape"]))
    print(json.dumps({"report": report.generate_report()}))
