// Package llm is the client of a language model behind any OpenAI-compatible
// address.
//
// It promises that a call ends: within its deadline, with a bounded reply, or with
// an error of a kind and a sentence that a person can read. It follows no redirect,
// so the key goes to the configured address only; it reads no more than a stated
// number of bytes; it retries once what is worth retrying and stops asking an
// endpoint that keeps failing. The key is in no error. What the model wrote is
// returned as it came: to judge it is the caller's work.
//
// It never imports SQL, the HTTP server or the domain; it implements
// summarize.Model.
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

// Config says which model to call and within which bounds. Zero bounds take their
// defaults.
type Config struct {
	BaseURL string // up to and including /v1; set by the operator, so any host is trusted
	Model   string
	APIKey  string // "" for endpoints that want none

	Timeout     time.Duration // of one request with its retry, where the request says none; 60 s
	FirstByte   time.Duration // until the reply's header; three quarters of the request's time
	Idle        time.Duration // between two parts of the reply; three quarters of the request's time
	MaxBytes    int64         // of a reply; 4 MiB
	Concurrency int           // requests at a time; 2
	Queue       int           // requests that may wait for their turn; 8
	Failures    uint          // in a row, after which the endpoint is left alone; 5
	Rest        time.Duration // for which it is left alone; 30 s
	RetryWait   time.Duration // before the second attempt when the endpoint names none; 500 ms
	MaxWait     time.Duration // the longest Retry-After that is waited for; 5 s
	Reserve     time.Duration // of the caller's own deadline, left to answer without the model; 5 s
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
	slots   chan struct{} // of requests under way
	places  chan struct{} // of those and of the ones that wait
	breaker circuitbreaker.CircuitBreaker[any]
	plain   atomic.Bool // the endpoint refused a JSON schema once: it gets none any more
	whole   atomic.Bool // the endpoint answered a request for a stream with a whole reply
}

// New makes a client. A base URL that is no http or https address, or a missing
// model name, is fault.Invalid. It makes no call.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Invalid, "the model's base URL must be an http or https address")
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

// Close drops idle connections. Requests under way go on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Complete sends one request and gives the reply. Every failure is
// fault.Unavailable with the reason, or the context's own error. It ends before the
// context's deadline, so that a model that dawdles costs its words only and not the
// whole request.
func (c *Client) Complete(ctx context.Context, r ask.Request) (ask.Reply, error) {
	timeout := c.config.Timeout
	if r.Timeout > 0 {
		timeout = r.Timeout
	}
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline)-c.config.Reserve)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errDeadline)
	defer cancel()
	ctx = withBounds(ctx, c.config.boundsOf(timeout))
	select { // a slow model must not collect the server's readers
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	default:
		return ask.Reply{}, fault.New(fault.Unavailable, "the model has too much to do right now")
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return ask.Reply{}, c.unavailable(ctx, context.Cause(ctx), "")
	}
	if !c.breaker.TryAcquirePermit() {
		return ask.Reply{}, fault.New(fault.Unavailable, "the model keeps failing and is left alone for %s", c.config.Rest)
	}
	reply, err := c.twice(ctx, r)
	switch {
	case err == nil:
		c.breaker.RecordSuccess()
	case errors.Is(context.Cause(ctx), context.Canceled):
		// The caller left, which says nothing about the endpoint: impatient readers must
		// not keep asking one that is down. A trial that taught nothing is repeated later.
		if c.breaker.IsHalfOpen() {
			c.breaker.RecordFailure()
		}
	default:
		c.breaker.RecordFailure()
	}
	return reply, err
}

// twice makes the request, and once more when the failure may pass.
func (c *Client) twice(ctx context.Context, r ask.Request) (ask.Reply, error) {
	reply, again, err := c.once(ctx, r)
	if err == nil || again < 0 {
		return reply, err
	}
	timer := time.NewTimer(again)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ask.Reply{}, c.unavailable(ctx, context.Cause(ctx), "")
	}
	reply, _, err = c.once(ctx, r)
	return reply, err
}

// once makes one request. again is how long to wait before another one, negative
// when that is of no use.
func (c *Client) once(ctx context.Context, r ask.Request) (reply ask.Reply, again time.Duration, err error) {
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
	var told *fault.Error
	switch {
	case err == nil:
		return reply, -1, nil
	case errors.As(err, &told):
		return reply, -1, err
	case schema && (notes.status == http.StatusBadRequest || notes.status == http.StatusUnprocessableEntity):
		c.plain.Store(true) // most likely it knows no response format: the prompt holds the schema too
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
	return fault.New(fault.Unavailable, "the model's reply held no text (no choices)")
}

// judge refuses a reply that has ended and is none.
func judge(r ask.Reply, finish openai.FinishReason) error {
	switch {
	case finish == openai.FinishReasonContentFilter:
		return fault.New(fault.Unavailable, "the model's provider filtered the reply")
	case strings.TrimSpace(r.Text) == "":
		return fault.New(fault.Unavailable, "the model's reply was empty")
	}
	return nil
}

// waitAfter says how long to wait before asking again: for a limit as long as the
// endpoint wants, if that is bearable; for its own errors shortly; otherwise never.
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

// unavailable gives an error that names the reason. The cause is kept for the log
// without the key and without what the endpoint wrote.
func (c *Client) unavailable(ctx context.Context, cause error, reason string) error {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return fmt.Errorf("call the model: %w", context.Canceled)
	}
	if reason == "" {
		reason = reasonFor(ctx, cause)
	}
	return fault.Wrap(fault.Unavailable, c.withoutKey(cause), "%s", reason)
}
