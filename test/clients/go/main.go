// Makes the calls that stdin lists, with one unmodified client of the AWS SDK for Go, and prints
// what came of each: the protocol of test/clients/job.ts.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
)

type job struct {
	Calls []call `json:"calls"`
	// Whether each call opens a connection of its own.
	Fresh bool `json:"fresh"`
	// Whether the signatures leave the body out.
	Unsigned bool `json:"unsigned"`
}

type call struct {
	Operation string `json:"operation"`
	Input     input  `json:"input"`
}

type operation func(context.Context, *bedrockruntime.Client, input, *outcome) error

var operations = map[string]operation{
	"converse":                          converse,
	"converse_stream":                   stream,
	"invoke_model":                      invoke,
	"invoke_model_with_response_stream": invokeStream,
}

func main() {
	var given job
	check(json.NewDecoder(os.Stdin).Decode(&given))
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	check(err)
	if given.Unsigned {
		swap := v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware
		settings.APIOptions = append(settings.APIOptions, swap, v4.AddContentSHA256HeaderMiddleware)
	}
	client := bedrockruntime.NewFromConfig(settings)
	lines := json.NewEncoder(os.Stdout)
	for _, each := range given.Calls {
		if given.Fresh {
			settings.HTTPClient = transport.NewBuildableClient()
			client = bedrockruntime.NewFromConfig(settings)
		}
		made := &outcome{ToolUses: []toolUse{}}
		ask := operations[each.Operation]
		made.note(ask(ctx, client, each.Input, made))
		check(lines.Encode(made))
	}
}

func converse(ctx context.Context, client *bedrockruntime.Client, in input, made *outcome) error {
	answer, err := client.Converse(ctx, &bedrockruntime.ConverseInput{
		ModelId:         aws.String(in.ModelId),
		Messages:        in.messages(),
		System:          in.system(),
		InferenceConfig: in.inferenceConfig(),
		ToolConfig:      in.toolConfig(),
	})
	if err != nil {
		return err
	}
	made.StopReason = string(answer.StopReason)
	made.Usage = toUsage(answer.Usage)
	message := answer.Output.(*types.ConverseOutputMemberMessage).Value
	for _, block := range message.Content {
		made.add(block)
	}
	return nil
}

func stream(ctx context.Context, client *bedrockruntime.Client, in input, made *outcome) error {
	answer, err := client.ConverseStream(ctx, &bedrockruntime.ConverseStreamInput{
		ModelId:         aws.String(in.ModelId),
		Messages:        in.messages(),
		System:          in.system(),
		InferenceConfig: in.inferenceConfig(),
		ToolConfig:      in.toolConfig(),
	})
	if err != nil {
		return err
	}
	events := answer.GetStream()
	defer events.Close()
	for event := range events.Events() {
		made.hear(event)
	}
	return events.Err()
}

func invoke(ctx context.Context, client *bedrockruntime.Client, in input, made *outcome) error {
	answer, err := client.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{
		ModelId:                  aws.String(in.ModelId),
		Body:                     in.Body,
		PerformanceConfigLatency: types.PerformanceConfigLatency(in.PerformanceConfigLatency),
		ServiceTier:              types.ServiceTierType(in.ServiceTier),
	})
	if err != nil {
		return err
	}
	made.Native = answer.Body
	latency, tier := string(answer.PerformanceConfigLatency), string(answer.ServiceTier)
	made.Head = &head{aws.ToString(answer.ContentType), latency, tier}
	return nil
}

func invokeStream(
	ctx context.Context, client *bedrockruntime.Client, in input, made *outcome,
) error {
	given := &bedrockruntime.InvokeModelWithResponseStreamInput{
		ModelId:                  aws.String(in.ModelId),
		Body:                     in.Body,
		PerformanceConfigLatency: types.PerformanceConfigLatency(in.PerformanceConfigLatency),
		ServiceTier:              types.ServiceTierType(in.ServiceTier),
	}
	answer, err := client.InvokeModelWithResponseStream(ctx, given)
	if err != nil {
		return err
	}
	latency, tier := string(answer.PerformanceConfigLatency), string(answer.ServiceTier)
	made.Head = &head{aws.ToString(answer.ContentType), latency, tier}
	events := answer.GetStream()
	defer events.Close()
	for event := range events.Events() {
		if chunk, ok := event.(*types.ResponseStreamMemberChunk); ok {
			made.Chunks = append(made.Chunks, chunk.Value.Bytes)
		}
	}
	return events.Err()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
