// The input of a call: what the cases use of the API's own JSON, as the SDK's types.
package main

import (
	"bytes"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
)

type input struct {
	ModelId  string `json:"modelId"`
	Messages []struct {
		Role    string  `json:"role"`
		Content []block `json:"content"`
	} `json:"messages"`
	System          []block `json:"system"`
	InferenceConfig *struct {
		MaxTokens   *int32   `json:"maxTokens"`
		Temperature *float32 `json:"temperature"`
	} `json:"inferenceConfig"`
	ToolConfig *struct {
		Tools []struct {
			ToolSpec struct {
				Name        string `json:"name"`
				InputSchema struct {
					Json any `json:"json"`
				} `json:"inputSchema"`
			} `json:"toolSpec"`
		} `json:"tools"`
	} `json:"toolConfig"`
	// What a native call has.
	Body                     json.RawMessage `json:"body"`
	PerformanceConfigLatency string          `json:"performanceConfigLatency"`
	ServiceTier              string          `json:"serviceTier"`
}

type block struct {
	Text    *string `json:"text"`
	ToolUse *struct {
		ToolUseId string `json:"toolUseId"`
		Name      string `json:"name"`
		Input     any    `json:"input"`
	} `json:"toolUse"`
	ToolResult *struct {
		ToolUseId string `json:"toolUseId"`
		Content   []struct {
			Json any `json:"json"`
		} `json:"content"`
	} `json:"toolResult"`
}

// UnmarshalJSON refuses what is not known here: a case that uses more would prove nothing.
func (in *input) UnmarshalJSON(text []byte) error {
	type plain input
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(in))
}

func (in input) messages() []types.Message {
	messages := []types.Message{}
	for _, message := range in.Messages {
		content := []types.ContentBlock{}
		for _, each := range message.Content {
			content = append(content, each.content())
		}
		role := types.ConversationRole(message.Role)
		messages = append(messages, types.Message{Role: role, Content: content})
	}
	return messages
}

func (each block) content() types.ContentBlock {
	if use := each.ToolUse; use != nil {
		return &types.ContentBlockMemberToolUse{Value: types.ToolUseBlock{
			ToolUseId: aws.String(use.ToolUseId),
			Name:      aws.String(use.Name),
			Input:     document.NewLazyDocument(use.Input),
		}}
	}
	if result := each.ToolResult; result != nil {
		content := []types.ToolResultContentBlock{}
		for _, each := range result.Content {
			value := document.NewLazyDocument(each.Json)
			content = append(content, &types.ToolResultContentBlockMemberJson{Value: value})
		}
		return &types.ContentBlockMemberToolResult{Value: types.ToolResultBlock{
			ToolUseId: aws.String(result.ToolUseId),
			Content:   content,
		}}
	}
	return &types.ContentBlockMemberText{Value: *each.Text}
}

func (in input) system() []types.SystemContentBlock {
	var system []types.SystemContentBlock
	for _, each := range in.System {
		system = append(system, &types.SystemContentBlockMemberText{Value: *each.Text})
	}
	return system
}

func (in input) inferenceConfig() *types.InferenceConfiguration {
	given := in.InferenceConfig
	if given == nil {
		return nil
	}
	return &types.InferenceConfiguration{
		MaxTokens:   given.MaxTokens,
		Temperature: given.Temperature,
	}
}

func (in input) toolConfig() *types.ToolConfiguration {
	if in.ToolConfig == nil {
		return nil
	}
	tools := []types.Tool{}
	for _, tool := range in.ToolConfig.Tools {
		schema := document.NewLazyDocument(tool.ToolSpec.InputSchema.Json)
		tools = append(tools, &types.ToolMemberToolSpec{Value: types.ToolSpecification{
			Name:        aws.String(tool.ToolSpec.Name),
			InputSchema: &types.ToolInputSchemaMemberJson{Value: schema},
		}})
	}
	return &types.ToolConfiguration{Tools: tools}
}
