// The input of a call: what the cases use of the API's own JSON, as the SDK's types.

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;

final class Input {
    private static final Set<String> KNOWN =
            Set.of("modelId", "messages", "system", "inferenceConfig", "toolConfig");

    private final JsonObject json;

    /** Refuses what is not known here: a case that uses more would prove nothing. */
    Input(JsonObject json) {
        if (!KNOWN.containsAll(json.keySet())) {
            throw new IllegalArgumentException("unknown members of an input: " + json);
        }
        this.json = json;
    }

    ConverseRequest converse() {
        return ConverseRequest.builder()
                .modelId(text(json, "modelId"))
                .messages(messages())
                .system(system())
                .inferenceConfig(inferenceConfig())
                .toolConfig(toolConfig())
                .build();
    }

    ConverseStreamRequest converseStream() {
        return ConverseStreamRequest.builder()
                .modelId(text(json, "modelId"))
                .messages(messages())
                .system(system())
                .inferenceConfig(inferenceConfig())
                .toolConfig(toolConfig())
                .build();
    }

    private List<Message> messages() {
        return list(json, "messages").stream()
                .map(message -> Message.builder()
                        .role(text(message, "role"))
                        .content(list(message, "content").stream().map(Input::block).toList())
                        .build())
                .toList();
    }

    private static ContentBlock block(JsonObject json) {
        if (json.has("toolUse")) {
            JsonObject use = json.getAsJsonObject("toolUse");
            return ContentBlock.fromToolUse(built -> built
                    .toolUseId(text(use, "toolUseId"))
                    .name(text(use, "name"))
                    .input(document(use.get("input"))));
        }
        if (json.has("toolResult")) {
            JsonObject result = json.getAsJsonObject("toolResult");
            List<ToolResultContentBlock> content = list(result, "content").stream()
                    .map(part -> document(part.get("json")))
                    .map(ToolResultContentBlock::fromJson)
                    .toList();
            return ContentBlock.fromToolResult(built ->
                    built.toolUseId(text(result, "toolUseId")).content(content));
        }
        return ContentBlock.fromText(text(json, "text"));
    }

    private List<SystemContentBlock> system() {
        if (!json.has("system")) return null;
        return list(json, "system").stream()
                .map(block -> SystemContentBlock.fromText(text(block, "text")))
                .toList();
    }

    private InferenceConfiguration inferenceConfig() {
        return Optional.ofNullable(json.getAsJsonObject("inferenceConfig"))
                .map(given -> InferenceConfiguration.builder()
                        .maxTokens(Optional.ofNullable(given.get("maxTokens"))
                                .map(JsonElement::getAsInt)
                                .orElse(null))
                        .temperature(Optional.ofNullable(given.get("temperature"))
                                .map(JsonElement::getAsFloat)
                                .orElse(null))
                        .build())
                .orElse(null);
    }

    private ToolConfiguration toolConfig() {
        return Optional.ofNullable(json.getAsJsonObject("toolConfig"))
                .map(given -> list(given, "tools").stream().map(Input::tool).toList())
                .map(tools -> ToolConfiguration.builder().tools(tools).build())
                .orElse(null);
    }

    private static Tool tool(JsonObject json) {
        JsonObject spec = json.getAsJsonObject("toolSpec");
        JsonElement schema = spec.getAsJsonObject("inputSchema").get("json");
        return Tool.fromToolSpec(built -> built
                .name(text(spec, "name"))
                .inputSchema(ToolInputSchema.fromJson(document(schema))));
    }

    private static Document document(JsonElement json) {
        if (json instanceof JsonObject members) {
            return Document.fromMap(members.entrySet().stream().collect(
                    Collectors.toMap(Map.Entry::getKey, each -> document(each.getValue()))));
        }
        if (json.isJsonArray()) {
            return Document.fromList(
                    json.getAsJsonArray().asList().stream().map(Input::document).toList());
        }
        if (json.isJsonNull()) return Document.fromNull();
        JsonPrimitive value = json.getAsJsonPrimitive();
        if (value.isBoolean()) return Document.fromBoolean(value.getAsBoolean());
        if (value.isNumber()) return Document.fromNumber(value.getAsString());
        return Document.fromString(value.getAsString());
    }

    private static List<JsonObject> list(JsonObject json, String name) {
        return json.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static String text(JsonObject json, String name) {
        return json.get(name).getAsString();
    }
}
