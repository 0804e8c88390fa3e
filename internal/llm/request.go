package llm

import (
	"math"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"github.com/deskbook/deskbook/summarize/ask"
)

// request converts a request to the endpoint's API.
func (c *Client) request(r ask.Request, schema bool) openai.ChatCompletionRequest {
	q := openai.ChatCompletionRequest{
		Model: c.config.Model,
		Messages: []openai.ChatCompletionMessage{
			{Role: openai.ChatMessageRoleSystem, Content: r.System},
			{Role: openai.ChatMessageRoleUser, Content: r.User},
		},
	}
	if r.Model != "" {
		q.Model = r.Model
	}
	if reasoning(q.Model) {
		q.MaxCompletionTokens = r.MaxTokens // these refuse the older field and a temperature
	} else {
		q.MaxTokens = r.MaxTokens //nolint:staticcheck // deprecated, but the only one that local servers know
		// The library leaves out a zero, and endpoints then use their default of one.
		q.Temperature = max(float32(r.Temperature), math.SmallestNonzeroFloat32)
	}
	if schema {
		q.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: r.Name, Schema: r.Schema, Strict: true},
		}
	}
	return q
}

// reasoning reports whether the name is that of a reasoning model.
func reasoning(model string) bool {
	for _, p := range []string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(model, p) {
			return true
		}
	}
	return false
}
