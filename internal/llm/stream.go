package llm

import (
	"context"
	"errors"
	"io"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"github.com/deskbook/deskbook/summarize/ask"
)

// stream makes one request and passes the reply on while it is being written. A stream
// that ends without a finish reason was cut, although the client library reports success.
func (c *Client) stream(
	ctx context.Context, q openai.ChatCompletionRequest, partial func(string),
) (reply ask.Reply, _ error) {
	// Endpoints that do not support schemas probably do not support this either.
	if q.ResponseFormat != nil {
		q.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	s, err := c.api.CreateChatCompletionStream(ctx, q)
	if err != nil {
		return reply, err
	}
	defer s.Close() //nolint:errcheck // it has been read to its end, or failed already
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
			continue // the last part may contain only the usage
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
