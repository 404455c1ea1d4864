// What came of a call, as one line of JSON.
package main

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"
)

type outcome struct {
	Text       string    `json:"text"`
	ToolUses   []toolUse `json:"toolUses"`
	StopReason string    `json:"stopReason,omitempty"`
	Usage      *usage    `json:"usage,omitempty"`
	Events     []string  `json:"events,omitempty"`
	Error      *failure  `json:"error,omitempty"`
	// Of a native call: the answer, or the chunks of its stream.
	Native json.RawMessage   `json:"native,omitempty"`
	Chunks []json.RawMessage `json:"chunks,omitempty"`
	Head   *head             `json:"head,omitempty"`
	pieces string
}

type head struct {
	ContentType              string `json:"contentType,omitempty"`
	PerformanceConfigLatency string `json:"performanceConfigLatency,omitempty"`
	ServiceTier              string `json:"serviceTier,omitempty"`
}

type toolUse struct {
	ToolUseId string          `json:"toolUseId"`
	Name      string          `json:"name"`
	Input     json.RawMessage `json:"input"`
}

type usage struct {
	InputTokens  int32 `json:"inputTokens"`
	OutputTokens int32 `json:"outputTokens"`
	TotalTokens  int32 `json:"totalTokens"`
}

type failure struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Status  int    `json:"status,omitempty"`
	Modeled bool   `json:"modeled"`
}

func (made *outcome) add(block types.ContentBlock) {
	switch block := block.(type) {
	case *types.ContentBlockMemberText:
		made.Text += block.Value
	case *types.ContentBlockMemberToolUse:
		text, err := block.Value.Input.MarshalSmithyDocument()
		check(err)
		id, name := aws.ToString(block.Value.ToolUseId), aws.ToString(block.Value.Name)
		made.ToolUses = append(made.ToolUses, toolUse{id, name, text})
	}
}

func (made *outcome) hear(event types.ConverseStreamOutput) {
	switch event := event.(type) {
	case *types.ConverseStreamOutputMemberMessageStart:
		made.Events = append(made.Events, "messageStart")
	case *types.ConverseStreamOutputMemberContentBlockStart:
		made.Events = append(made.Events, "contentBlockStart")
		if start, ok := event.Value.Start.(*types.ContentBlockStartMemberToolUse); ok {
			id, name := aws.ToString(start.Value.ToolUseId), aws.ToString(start.Value.Name)
			made.ToolUses = append(made.ToolUses, toolUse{ToolUseId: id, Name: name})
		}
	case *types.ConverseStreamOutputMemberContentBlockDelta:
		made.Events = append(made.Events, "contentBlockDelta")
		switch delta := event.Value.Delta.(type) {
		case *types.ContentBlockDeltaMemberText:
			made.Text += delta.Value
		case *types.ContentBlockDeltaMemberToolUse:
			made.pieces += aws.ToString(delta.Value.Input)
		}
	case *types.ConverseStreamOutputMemberContentBlockStop:
		made.Events = append(made.Events, "contentBlockStop")
		if made.pieces != "" {
			made.ToolUses[len(made.ToolUses)-1].Input = json.RawMessage(made.pieces)
			made.pieces = ""
		}
	case *types.ConverseStreamOutputMemberMessageStop:
		made.Events = append(made.Events, "messageStop")
		made.StopReason = string(event.Value.StopReason)
	case *types.ConverseStreamOutputMemberMetadata:
		made.Events = append(made.Events, "metadata")
		made.Usage = toUsage(event.Value.Usage)
	}
}

func (made *outcome) note(err error) {
	if err == nil {
		return
	}
	made.Error = &failure{Name: reflect.TypeOf(err).String(), Message: err.Error()}
	var known smithy.APIError
	if !errors.As(err, &known) {
		return
	}
	made.Error.Name, made.Error.Message = known.ErrorCode(), known.ErrorMessage()
	// A modeled exception is of a type of its own, named as it is.
	kind := reflect.TypeOf(known).Elem()
	if strings.HasSuffix(kind.PkgPath(), "/bedrockruntime/types") {
		made.Error.Name, made.Error.Modeled = kind.Name(), true
	}
	var response *transport.ResponseError
	if errors.As(err, &response) {
		made.Error.Status = response.HTTPStatusCode()
	}
}

func toUsage(counts *types.TokenUsage) *usage {
	return &usage{*counts.InputTokens, *counts.OutputTokens, *counts.TotalTokens}
}
