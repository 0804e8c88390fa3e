package llm

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	openai "github.com/sashabaranov/go-openai"
)

// reason returns what the endpoint's status means, "" when the exchange failed in another
// way.
func (n *notes) reason() string {
	switch {
	case n.failure != nil:
		return ""
	case n.status == http.StatusUnauthorized, n.status == http.StatusForbidden:
		return fmt.Sprintf("the model's provider refused the key (%d)", n.status)
	case n.status == http.StatusTooManyRequests:
		return "the model's provider limits the request rate (429)"
	case n.status == http.StatusNotFound:
		return "the model or its address does not exist (404)"
	case n.status >= 500:
		return fmt.Sprintf("the model's provider failed (%d)", n.status)
	case n.status >= 400:
		return fmt.Sprintf("the model's provider refused the request (%d)", n.status)
	}
	return ""
}

// reasonFor describes a failed exchange.
func reasonFor(ctx context.Context, err error) string {
	var (
		dns      *net.DNSError
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		verify   *tls.CertificateVerificationError
		syntax   *json.SyntaxError
		mismatch *json.UnmarshalTypeError
		reported *openai.APIError
	)
	switch {
	case errors.Is(err, errFirstByte):
		return "the model did not begin to answer in time"
	case errors.Is(err, errIdle):
		return "the model's reply stalled"
	case errors.Is(err, errTooLarge):
		return "the model's reply was too large"
	case errors.Is(err, errRedirect):
		return "the model's address redirects to another one, which is not followed"
	case errors.Is(err, errNotJSON):
		return "the model's address answered with a page instead of JSON"
	case errors.Is(err, errDeadline), errors.Is(context.Cause(ctx), errDeadline),
		errors.Is(err, context.DeadlineExceeded):
		return "the model did not answer in time"
	case errors.As(err, &dns):
		return "the model's host name could not be found"
	case errors.As(err, &verify), errors.As(err, &unknown), errors.As(err, &host),
		errors.As(err, &invalid), errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "no secure connection to the model's address could be established"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the model's address refused the connection"
	case errors.As(err, &reported):
		return "the model's provider reported an error"
	case errors.Is(err, errWhole):
		return "the model's address does not stream"
	case errors.Is(err, errCut), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		errors.Is(err, syscall.ECONNRESET):
		return "the connection to the model was cut"
	case errors.As(err, &syntax), errors.As(err, &mismatch), errors.Is(err, openai.ErrTooManyEmptyStreamMessages):
		return "the model's address answered with malformed JSON"
	}
	return "the model could not be reached"
}

// withoutKey returns the cause without what the endpoint wrote, because the error texts of
// providers repeat the key.
func (c *Client) withoutKey(cause error) error {
	if cause == nil {
		return nil
	}
	var netErr *net.OpError
	text := fmt.Sprintf("%T", cause)
	if errors.As(cause, &netErr) || ownFailure(cause) != nil || errors.Is(cause, errDeadline) {
		text = cause.Error()
	}
	if c.config.APIKey != "" {
		text = strings.ReplaceAll(text, c.config.APIKey, "[key]")
	}
	return errors.New(text)
}
