// The input of a native call: its body as bytes, and what goes in headers.

import com.google.gson.JsonObject;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamRequest;

final class NativeInput {
    private static final Set<String> KNOWN = Set.of("modelId", "body", "performanceConfigLatency");

    private final JsonObject json;

    /** Refuses what is not known here: a case that uses more would prove nothing. */
    NativeInput(JsonObject json) {
        if (!KNOWN.containsAll(json.keySet())) {
            throw new IllegalArgumentException("unknown members of a native input: " + json);
        }
        this.json = json;
    }

    InvokeModelRequest whole() {
        return InvokeModelRequest.builder()
                .modelId(json.get("modelId").getAsString())
                .body(body())
                .performanceConfigLatency(latency())
                .build();
    }

    InvokeModelWithResponseStreamRequest stream() {
        return InvokeModelWithResponseStreamRequest.builder()
                .modelId(json.get("modelId").getAsString())
                .body(body())
                .performanceConfigLatency(latency())
                .build();
    }

    private SdkBytes body() {
        return SdkBytes.fromUtf8String(json.get("body").toString());
    }

    private String latency() {
        if (!json.has("performanceConfigLatency")) return null;
        return json.get("performanceConfigLatency").getAsString();
    }
}
