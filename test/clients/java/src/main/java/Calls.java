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

public final class Calls {
    private interface Caller {
        void call(boolean isStream, Input input, Outcome outcome) throws Exception;
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
        return (isStream, input, outcome) -> {
            if (isStream) throw new IllegalArgumentException("The blocking client has no streams.");
            outcome.answer(client.converse(input.converse()));
        };
    }

    private static Caller asynchronous() {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.create();
        return (isStream, input, outcome) -> {
            if (!isStream) {
                outcome.answer(client.converse(input.converse()).get());
                return;
            }
            ConverseStreamResponseHandler handler = ConverseStreamResponseHandler.builder()
                    .subscriber(outcome.listener())
                    .build();
            client.converseStream(input.converseStream(), handler).get();
        };
    }

    private static Outcome outcomeOf(Caller caller, JsonObject call) {
        Outcome outcome = new Outcome();
        boolean isStream = call.get("operation").getAsString().equals("converse_stream");
        try {
            caller.call(isStream, new Input(call.getAsJsonObject("input")), outcome);
        } catch (ExecutionException error) {
            outcome.fail(error.getCause());
        } catch (Exception error) {
            outcome.fail(error);
        }
        return outcome;
    }
}
