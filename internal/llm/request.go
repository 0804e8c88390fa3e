package llm

import (
	"math"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"github.com/deskbook/deskbook/summarize/ask"
)

// request puts a prompt into the endpoint's terms.
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
		q.MaxCompletionTokens = r.MaxTokens // they refuse the older field, and a temperature
	} else {
		q.MaxTokens = r.MaxTokens // local servers know this one only
		// The library leaves out a zero, which endpoints take for their own default of one.
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

func reasoning(model string) bool {
	for _, p := range []string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(model, p) {
			return true
		}
	}
	return false
}
