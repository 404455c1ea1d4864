// What came of a call, as one line of JSON.

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

final class Outcome {
    private final StringBuilder text = new StringBuilder();
    private final List<ToolUse> toolUses = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private String stopReason;
    private TokenUsage usage;
    private Throwable error;
    private final List<JsonElement> chunks = new ArrayList<>();
    private JsonElement nativeAnswer;
    private Map<String, String> head;

    /** The input is JSON text: a document says itself so, and a stream's pieces are it. */
    private record ToolUse(String toolUseId, String name, StringBuilder input) {}

    void answer(ConverseResponse answer) {
        for (ContentBlock block : answer.output().message().content()) {
            if (block.text() != null) text.append(block.text());
            if (block.toolUse() == null) continue;
            StringBuilder input = new StringBuilder(block.toolUse().input().toString());
            toolUses.add(new ToolUse(block.toolUse().toolUseId(), block.toolUse().name(), input));
        }
        stopReason = answer.stopReasonAsString();
        usage = answer.usage();
    }

    void answer(InvokeModelResponse answer) {
        nativeAnswer = JsonParser.parseString(answer.body().asUtf8String());
        head(answer.contentType(), answer.performanceConfigLatencyAsString());
    }

    void head(InvokeModelWithResponseStreamResponse answer) {
        head(answer.contentType(), answer.performanceConfigLatencyAsString());
    }

    private void head(String contentType, String performanceConfigLatency) {
        head = new LinkedHashMap<>();
        head.put("contentType", contentType);
        head.put("performanceConfigLatency", performanceConfigLatency);
    }

    InvokeModelWithResponseStreamResponseHandler.Visitor chunkListener() {
        return InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
                .onChunk(part -> chunks.add(JsonParser.parseString(part.bytes().asUtf8String())))
                .build();
    }

    ConverseStreamResponseHandler.Visitor listener() {
        return ConverseStreamResponseHandler.Visitor.builder()
                .onMessageStart(event -> events.add("messageStart"))
                .onContentBlockStart(event -> {
                    events.add("contentBlockStart");
                    var start = event.start().toolUse();
                    toolUses.add(new ToolUse(start.toolUseId(), start.name(), new StringBuilder()));
                })
                .onContentBlockDelta(event -> {
                    events.add("contentBlockDelta");
                    hear(event.delta());
                })
                .onContentBlockStop(event -> events.add("contentBlockStop"))
                .onMessageStop(event -> {
                    events.add("messageStop");
                    stopReason = event.stopReasonAsString();
                })
                .onMetadata(event -> {
                    events.add("metadata");
                    usage = event.usage();
                })
                .build();
    }

    private void hear(ContentBlockDelta delta) {
        if (delta.text() != null) text.append(delta.text());
        if (delta.toolUse() == null) return;
        toolUses.get(toolUses.size() - 1).input().append(delta.toolUse().input());
    }

    void fail(Throwable error) {
        this.error = error;
    }

    String toJson() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("text", text);
        line.put("toolUses", toolUses.stream().map(Outcome::describe).toList());
        line.put("stopReason", stopReason);
        if (usage != null) line.put("usage", describe(usage));
        if (!events.isEmpty()) line.put("events", events);
        if (nativeAnswer != null) line.put("native", nativeAnswer);
        if (!chunks.isEmpty()) line.put("chunks", chunks);
        if (head != null) line.put("head", head);
        if (error != null) line.put("error", describe(error));
        // What is null is left out.
        return new Gson().toJson(line);
    }

    private static Map<String, Object> describe(ToolUse use) {
        JsonElement input = JsonParser.parseString(use.input().toString());
        return Map.of("toolUseId", use.toolUseId(), "name", use.name(), "input", input);
    }

    private static Map<String, Integer> describe(TokenUsage usage) {
        return Map.of(
                "inputTokens", usage.inputTokens(),
                "outputTokens", usage.outputTokens(),
                "totalTokens", usage.totalTokens());
    }

    private static Map<String, Object> describe(Throwable error) {
        Map<String, Object> told = new LinkedHashMap<>();
        boolean modeled = error instanceof BedrockRuntimeException
                && error.getClass() != BedrockRuntimeException.class;
        told.put("name", error.getClass().getSimpleName());
        told.put("message", error.toString());
        told.put("modeled", modeled);
        if (error instanceof AwsServiceException answered) {
            told.put("status", answered.statusCode());
            told.put("message", answered.awsErrorDetails().errorMessage());
            if (!modeled) told.put("name", answered.awsErrorDetails().errorCode());
        }
        return told;
    }
}
