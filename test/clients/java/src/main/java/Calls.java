// Makes the calls that stdin lists, with one unmodified client of the AWS SDK for Java, and prints
// what came of each: the protocol of test/clients/job.ts. Its one argument is which client:
// `blocking`, over Apache's, or `asynchronous`, over Netty's.

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;

public final class Calls {
    private interface Caller {
        void call(String operation, JsonObject input, Outcome outcome) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        InputStreamReader stdin = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        JsonObject job = JsonParser.parseReader(stdin).getAsJsonObject();
        PrintStream lines = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Caller caller = arguments[0].equals("blocking") ? blocking() : asynchronous();
        for (JsonElement call : job.getAsJsonArray("calls")) {
            lines.println(outcomeOf(caller, call.getAsJsonObject()).toJson());
        }
        // Closing the asynchronous client would wait for two quiet seconds.
        System.exit(0);
    }

    private static Caller blocking() {
        BedrockRuntimeClient client = BedrockRuntimeClient.create();
        return (operation, input, outcome) -> {
            switch (operation) {
                case "converse" -> outcome.answer(client.converse(new Input(input).converse()));
                case "invoke_model" ->
                    outcome.answer(client.invokeModel(new NativeInput(input).whole()));
                default -> throw new IllegalArgumentException("The blocking client has no streams.");
            }
        };
    }

    private static Caller asynchronous() {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.create();
        return (operation, input, outcome) -> {
            switch (operation) {
                case "converse" ->
                    outcome.answer(client.converse(new Input(input).converse()).get());
                case "converse_stream" -> {
                    ConverseStreamResponseHandler handler = ConverseStreamResponseHandler.builder()
                            .subscriber(outcome.listener())
                            .build();
                    client.converseStream(new Input(input).converseStream(), handler).get();
                }
                case "invoke_model" ->
                    outcome.answer(client.invokeModel(new NativeInput(input).whole()).get());
                default -> {
                    InvokeModelWithResponseStreamResponseHandler handler =
                            InvokeModelWithResponseStreamResponseHandler.builder()
                                    .onResponse(outcome::head)
                                    .subscriber(outcome.chunkListener())
                                    .build();
                    var request = new NativeInput(input).stream();
                    client.invokeModelWithResponseStream(request, handler).get();
                }
            }
        };
    }

    private static Outcome outcomeOf(Caller caller, JsonObject call) {
        Outcome outcome = new Outcome();
        String operation = call.get("operation").getAsString();
        try {
            caller.call(operation, call.getAsJsonObject("input"), outcome);
        } catch (ExecutionException error) {
            outcome.fail(error.getCause());
        } catch (Exception error) {
            outcome.fail(error);
        }
        return outcome;
    }
}
