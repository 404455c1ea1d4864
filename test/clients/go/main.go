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
		if each.Operation == "converse_stream" {
			made.note(stream(ctx, client, each.Input, made))
		} else {
			made.note(converse(ctx, client, each.Input, made))
		}
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

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
