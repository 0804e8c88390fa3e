// Package llm is the client for a language model at an OpenAI-compatible endpoint.
//
// Every call ends within its deadline, with a bounded reply or with an error that a person
// can read. The client follows no redirects, so that the key is only sent to the
// configured address; it reads a limited number of bytes; it retries once what is worth
// retrying, and stops calling an endpoint that keeps failing. No error contains the key.
// The reply is returned as the model wrote it: checking it is up to the caller.
//
// The package knows no SQL, no HTTP server and no domain; it implements ask.Model.
package llm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	openai "github.com/sashabaranov/go-openai"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Config says which model to call and within which limits. A zero limit means the default,
// given after the semicolon.
type Config struct {
	BaseURL string // up to and including /v1; set by the operator, so any host is trusted
	Model   string
	APIKey  string // "" for endpoints without one

	Timeout     time.Duration // of a request with its retry, if the request has none; 60 s
	FirstByte   time.Duration // until the header of the reply; three quarters of the request's time
	Idle        time.Duration // between two parts of the reply; three quarters of the request's time
	MaxBytes    int64         // of a reply; 4 MiB
	Concurrency int           // requests at a time; 2
	Queue       int           // requests that may wait; 8
	Failures    uint          // in a row, after which the endpoint is not called for a while; 5
	Rest        time.Duration // for which it is not called; 30 s
	RetryWait   time.Duration // before the second attempt, without a Retry-After; 500 ms
	MaxWait     time.Duration // the longest Retry-After to wait for; 5 s
	Reserve     time.Duration // of the caller's deadline, for answering without the model; 5 s
}

func (c Config) withDefaults() Config {
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&c.Timeout, 60*time.Second)
	set(&c.Rest, 30*time.Second)
	set(&c.RetryWait, 500*time.Millisecond)
	set(&c.MaxWait, 5*time.Second)
	set(&c.Reserve, 5*time.Second)
	if c.MaxBytes <= 0 {
		c.MaxBytes = 4 << 20
	}
	if c.Concurrency <= 0 {
		c.Concurrency = 2
	}
	if c.Queue <= 0 {
		c.Queue = 8
	}
	if c.Failures == 0 {
		c.Failures = 5
	}
	return c
}

// Client calls one model. It is safe for concurrent use.
type Client struct {
	config  Config
	api     *openai.Client
	http    *http.Client
	slots   chan struct{} // one for each request under way
	places  chan struct{} // one for each request under way or waiting
	breaker circuitbreaker.CircuitBreaker[any]
	plain   atomic.Bool // the endpoint has refused a JSON schema and is not sent one again
	whole   atomic.Bool // the endpoint has answered a request for a stream with a whole reply
}

// New returns a client; it makes no call. A base URL that is not an http or https URL, or
// a missing model name, is fault.Invalid.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Invalid, "the model's base URL must be an http or https URL")
	}
	if strings.TrimSpace(c.Model) == "" {
		return nil, fault.New(fault.Invalid, "the model's name is missing")
	}
	c = c.withDefaults()
	config := openai.DefaultConfig(c.APIKey)
	config.BaseURL = strings.TrimRight(c.BaseURL, "/")
	client := newHTTPClient(c)
	config.HTTPClient = client
	return &Client{
		config: c, api: openai.NewClientWithConfig(config), http: client, slots: make(chan struct{}, c.Concurrency),
		places: make(chan struct{}, c.Concurrency+c.Queue),
		breaker: circuitbreaker.NewBuilder[any]().
			WithFailureThreshold(c.Failures).WithSuccessThreshold(1).WithDelay(c.Rest).Build(),
	}, nil
}

// Close closes idle connections. Requests under way continue.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Complete sends a request and returns the reply. Every failure is fault.Unavailable with
// the reason, or the error of the context. It ends before the deadline of the context, so
// that a slow model costs only its own text and not the whole request.
func (c *Client) Complete(ctx context.Context, r ask.Request) (ask.Reply, error) {
	timeout := c.config.Timeout
	if r.Timeout > 0 {
		timeout = r.Timeout
	}
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline)-c.config.Reserve)
	}
	var reply ask.Reply
	err := c.guarded(ctx, timeout, func(ctx context.Context) (again time.Duration, err error) {
		reply, again, err = c.once(ctx, r)
		return again, err
	})
	return reply, err
}

// guarded makes a call within the limits of the client, and repeats it once if its failure may be
// temporary: call returns how long to wait before that, negative where it does not help.
func (c *Client) guarded(
	ctx context.Context, timeout time.Duration, call func(context.Context) (again time.Duration, err error),
) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errDeadline)
	defer cancel()
	ctx = withBounds(ctx, c.config.boundsOf(timeout))
	select { // a slow model must not tie up the server's requests
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	default:
		return fault.New(fault.Unavailable, "too many requests are waiting for the model")
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return c.unavailable(ctx, context.Cause(ctx), "")
	}
	if !c.breaker.TryAcquirePermit() {
		return fault.New(fault.Unavailable, "the model keeps failing and is not called again for %s", c.config.Rest)
	}
	err := c.twice(ctx, call)
	switch {
	case err == nil:
		c.breaker.RecordSuccess()
	case errors.Is(context.Cause(ctx), context.Canceled):
		// The caller has gone, which says nothing about the endpoint. Impatient readers must
		// not make the client keep calling one that is down, so a trial is repeated later.
		if c.breaker.IsHalfOpen() {
			c.breaker.RecordFailure()
		}
	default:
		c.breaker.RecordFailure()
	}
	return err
}

// twice makes the call, and repeats it once if the failure may be temporary.
func (c *Client) twice(ctx context.Context, call func(context.Context) (time.Duration, error)) error {
	again, err := call(ctx)
	if err == nil || again < 0 {
		return err
	}
	timer := time.NewTimer(again)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return c.unavailable(ctx, context.Cause(ctx), "")
	}
	_, err = call(ctx)
	return err
}

// once makes one request. again is how long to wait before repeating it, negative when
// that does not help.
func (c *Client) once(
	ctx context.Context, r ask.Request,
) (reply ask.Reply, again time.Duration, err error) {
	notes := &notes{}
	ctx = withNotes(ctx, notes)
	schema := len(r.Schema) > 0 && !c.plain.Load()
	stream := r.Partial != nil && !c.whole.Load()
	if stream {
		reply, err = c.stream(ctx, c.request(r, schema), r.Partial)
	} else {
		reply, err = c.complete(ctx, c.request(r, schema))
	}
	reply.Begun = notes.begun()
	var explained *fault.Error
	switch {
	case err == nil:
		return reply, -1, nil
	case errors.As(err, &explained):
		return reply, -1, err
	case schema && (notes.status == http.StatusBadRequest || notes.status == http.StatusUnprocessableEntity):
		c.plain.Store(true) // most likely it does not support schemas; the prompt contains the schema as well
		return reply, 0, c.unavailable(ctx, err, notes.reason())
	case errors.Is(notes.failure, errWhole):
		c.whole.Store(true)
		return reply, 0, c.unavailable(ctx, err, notes.reason())
	}
	return reply, c.waitAfter(notes), c.unavailable(ctx, err, notes.reason())
}

// complete makes one request for a whole reply.
func (c *Client) complete(ctx context.Context, q openai.ChatCompletionRequest) (ask.Reply, error) {
	response, err := c.api.CreateChatCompletion(ctx, q)
	if err != nil {
		return ask.Reply{}, err
	}
	if len(response.Choices) == 0 {
		return ask.Reply{}, noChoices()
	}
	choice := response.Choices[0]
	reply := ask.Reply{
		Text: choice.Message.Content, Model: response.Model, Cut: choice.FinishReason == openai.FinishReasonLength,
		PromptTokens: response.Usage.PromptTokens, CompletionTokens: response.Usage.CompletionTokens,
	}
	return reply, judge(reply, choice.FinishReason)
}

func noChoices() error {
	return fault.New(fault.Unavailable, "the model's reply contained no text (no choices)")
}

// judge returns an error for a complete reply that cannot be used.
func judge(r ask.Reply, finish openai.FinishReason) error {
	switch {
	case finish == openai.FinishReasonContentFilter:
		return fault.New(fault.Unavailable, "the model's provider filtered the reply")
	case strings.TrimSpace(r.Text) == "":
		return fault.New(fault.Unavailable, "the model's reply was empty")
	}
	return nil
}

// waitAfter returns how long to wait before repeating a request: at a rate limit as long as
// the endpoint says, up to MaxWait; after a server error a short time; otherwise a negative
// value, for never.
func (c *Client) waitAfter(n *notes) time.Duration {
	switch {
	case n.status == http.StatusTooManyRequests && n.retryAfter > c.config.MaxWait:
		return -1
	case n.status == http.StatusTooManyRequests && n.retryAfter > 0:
		return n.retryAfter
	case n.status == http.StatusTooManyRequests, n.status >= 500:
		return c.config.RetryWait
	}
	return -1
}

// unavailable returns an error with the reason. Its cause, for the log, contains neither the
// key nor what the endpoint wrote.
func (c *Client) unavailable(ctx context.Context, cause error, reason string) error {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return fmt.Errorf("call the model: %w", context.Canceled)
	}
	if reason == "" {
		reason = reasonFor(ctx, cause)
	}
	return fault.Wrap(fault.Unavailable, c.withoutKey(cause), "%s", reason)
}
