package llm

import (
	"context"
	"errors"
	"io"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"github.com/deskbook/deskbook/summarize/ask"
)

// stream makes one request and hands on the reply while it is written. A stream that
// ends without saying why the model stopped was cut, whatever the connection says:
// the client library reports it as success.
func (c *Client) stream(ctx context.Context, q openai.ChatCompletionRequest, partial func(string)) (reply ask.Reply, _ error) {
	// Endpoints that know no schema are as likely not to know this.
	if q.ResponseFormat != nil {
		q.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	s, err := c.api.CreateChatCompletionStream(ctx, q)
	if err != nil {
		return reply, err
	}
	defer s.Close() //nolint:errcheck // it was read, and to close it tells nothing new
	var (
		text   strings.Builder
		finish openai.FinishReason
		some   bool
	)
	for {
		part, err := s.Recv()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			reply.Text = text.String()
			return reply, err
		}
		if part.Model != "" {
			reply.Model = part.Model
		}
		if u := part.Usage; u != nil {
			reply.PromptTokens, reply.CompletionTokens = u.PromptTokens, u.CompletionTokens
		}
		if len(part.Choices) == 0 {
			continue // the last part may hold the usage only
		}
		some = true
		choice := part.Choices[0]
		if choice.FinishReason != "" {
			finish = choice.FinishReason
		}
		if piece := choice.Delta.Content; piece != "" {
			text.WriteString(piece)
			partial(piece)
		}
	}
	reply.Text = text.String()
	switch {
	case !some:
		return reply, noChoices()
	case finish == "":
		return reply, errCut
	}
	reply.Cut = finish == openai.FinishReasonLength
	return reply, judge(reply, finish)
}
