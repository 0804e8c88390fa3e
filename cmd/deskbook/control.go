package main

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval"
)

// While a server is running, commands that need the index send requests to it under
// /internal/, with the secret that it wrote into the data folder. Anyone who can read
// that file could read the database as well.

const controlPrefix = "/internal/"

// index is what commands need of the index, which this process or the server has open.
type index interface {
	CatchUp(ctx context.Context) error
	Verify(ctx context.Context) (retrieval.VerifyReport, error)
	Rebuild(ctx context.Context) error
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
	Suggest(ctx context.Context, r desk.SuggestRequest) (desk.Suggestions, error)
}

// controlHandler serves the index to commands; all other requests go to next.
func controlHandler(secret string, idx index, next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	serve := func(name string, do func(ctx context.Context, body io.Reader) (any, error)) {
		mux.HandleFunc("POST "+controlPrefix+name, func(w http.ResponseWriter, r *http.Request) {
			got := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			if subtle.ConstantTimeCompare([]byte(got), []byte(secret)) != 1 {
				next.ServeHTTP(w, r) // which does not know this address: 404
				return
			}
			v, err := do(r.Context(), r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(v); err != nil {
				return // the client is gone
			}
		})
	}
	serve("ping", func(context.Context, io.Reader) (any, error) { return struct{}{}, nil })
	serve("catchup", func(ctx context.Context, _ io.Reader) (any, error) { return struct{}{}, idx.CatchUp(ctx) })
	serve("rebuild", func(ctx context.Context, _ io.Reader) (any, error) { return struct{}{}, idx.Rebuild(ctx) })
	serve("verify", func(ctx context.Context, _ io.Reader) (any, error) { return idx.Verify(ctx) })
	serve("search", func(ctx context.Context, body io.Reader) (any, error) {
		var q retrieval.Query
		if err := json.NewDecoder(body).Decode(&q); err != nil {
			return nil, err
		}
		return idx.Search(ctx, q)
	})
	serve("suggest", func(ctx context.Context, body io.Reader) (any, error) {
		var q desk.SuggestRequest
		if err := json.NewDecoder(body).Decode(&q); err != nil {
			return nil, err
		}
		return idx.Suggest(ctx, q)
	})
	return mux
}

// controlClient is the index of a running server.
type controlClient struct {
	info serverInfo
	http *http.Client
}

func newControlClient(info serverInfo) *controlClient {
	return &controlClient{info: info, http: &http.Client{Timeout: 10 * time.Minute}}
}

func (c *controlClient) call(ctx context.Context, name string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.info.Address+controlPrefix+name, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.info.Secret)
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("call the running server: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		msg, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return fmt.Errorf("the running server answered %s: %s", resp.Status, bytes.TrimSpace(msg))
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func (c *controlClient) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return c.call(ctx, "ping", nil, &struct{}{})
}

// CatchUp waits until the server's index holds every change.
func (c *controlClient) CatchUp(ctx context.Context) error {
	return c.call(ctx, "catchup", nil, &struct{}{})
}

// Rebuild makes the server rebuild its index.
func (c *controlClient) Rebuild(ctx context.Context) error {
	return c.call(ctx, "rebuild", nil, &struct{}{})
}

// Verify makes the server compare its index with the store.
func (c *controlClient) Verify(ctx context.Context) (r retrieval.VerifyReport, err error) {
	err = c.call(ctx, "verify", nil, &r)
	return r, err
}

// Search searches the server's index.
func (c *controlClient) Search(ctx context.Context, q retrieval.Query) (r retrieval.Results, err error) {
	err = c.call(ctx, "search", q, &r)
	return r, err
}

// Suggest returns the server's suggestions.
func (c *controlClient) Suggest(ctx context.Context, q desk.SuggestRequest) (s desk.Suggestions, err error) {
	err = c.call(ctx, "suggest", q, &s)
	return s, err
}
