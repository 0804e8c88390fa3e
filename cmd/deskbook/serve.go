package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/folder"
)

// Time limits of requests, and of those under way when the server is stopped.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	writeTimeout      = 3 * time.Minute
	idleTimeout       = 2 * time.Minute
	shutdownTimeout   = 15 * time.Second
	// cancelAfter is how long requests may continue while the server stops. After that
	// they are cancelled, which leaves time to record those that wait for a language model.
	cancelAfter    = 5 * time.Second
	maxHeaderBytes = 32 << 10
)

func newServe(cfg *config) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages and the API",
		Args:  exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			return serve(ctx, cmd, a, addr)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 means any free one")
	f.StringVar(&cfg.llmURL, "llm-base-url", "",
		"OpenAI-compatible endpoint, e.g. http://127.0.0.1:11434/v1; without one, all text is extractive")
	f.StringVar(&cfg.llmModel, "llm-model", "", "language model to use, as the endpoint names it")
	f.StringVar(&cfg.llmKeyFile, "llm-api-key-file", "",
		"file that contains the endpoint's key (or set DESKBOOK_LLM_API_KEY)")
	f.StringVar(&cfg.vectors, "vectors", "", vectorsUsage)
	cfg.embeddings.flags(f)
	f.StringVar(&cfg.reranker, "reranker", "", rerankerUsage)
	f.StringSliceVar(&cfg.trustedProxies, "trusted-proxies", nil,
		"networks of proxies whose X-Forwarded-For headers are trusted, e.g. 10.0.0.0/8")
	return cmd
}

// serve runs the server until ctx ends.
func serve(ctx context.Context, cmd *cobra.Command, a *app, addr string) error {
	h, err := claimIndex(ctx, a.cfg)
	if err != nil {
		return err
	}
	if h.lock == nil {
		return fmt.Errorf("a server is already running on %s: %s", a.cfg.data, h.server.Address)
	}
	s, err := a.newServer(ctx)
	if err != nil {
		return errors.Join(err, h.lock.Unlock())
	}
	err = s.run(ctx, cmd, addr)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // stopped during the start
	}
	return errors.Join(err, s.close(), removeServer(a.cfg), h.lock.Unlock())
}

// run serves until ctx ends or a part fails. Until the index is up to date, which takes a
// while where it has to be rebuilt, it answers what needs no search, and 503 to the rest.
func (s *server) run(ctx context.Context, cmd *cobra.Command, addr string) error {
	if err := s.loadContent(ctx); err != nil {
		return err
	}
	if err := s.triage.Load(ctx); err != nil {
		return fmt.Errorf("load the triage classifiers: %w", err)
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	info := serverInfo{Address: "http://" + ln.Addr().String(), Secret: rand.Text()}
	requests, cancelRequests := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelRequests()
	srv := &http.Server{
		Handler:           controlHandler(info.Secret, s.engine, s.handler),
		BaseContext:       func(net.Listener) context.Context { return requests },
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
		defer cancel()
		defer time.AfterFunc(cancelAfter, cancelRequests).Stop()
		return srv.Shutdown(end)
	})
	group.Go(func() error {
		if err := writeServer(s.cfg, info); err != nil {
			return fmt.Errorf("write the server's address: %w", err)
		}
		if err := s.engine.CatchUp(ctx); err != nil {
			return fmt.Errorf("bring the index up to date: %w", err)
		}
		for _, work := range s.background() {
			group.Go(func() error { return work(ctx) })
		}
		return s.announce(ctx, cmd, info.Address)
	})
	return group.Wait()
}

// background lists the work that goes on while the server runs. It needs the index.
func (s *server) background() []func(context.Context) error {
	work := []func(context.Context) error{
		s.engine.Follow, s.worker.Run, s.trainer.Run, s.gaps.Run, s.model.watch,
		s.followRanker, s.followTriage, s.trainTriage, s.followEvents, s.watchMeasures, s.forgetModelCalls,
		s.followPatterns, s.sweepFiles, s.ringAlarms, s.keepRetention,
	}
	if s.meaning != nil {
		work = append(work, s.meaning.Follow)
	}
	return work
}

// announce prints the server's address and, where there is no admin, the link to create one.
func (s *server) announce(ctx context.Context, cmd *cobra.Command, address string) error {
	fmt.Fprintf(cmd.OutOrStdout(), "listening on %s\n", address)
	path, err := s.users.NewSetupLink(ctx)
	if fault.Is(err, fault.Conflict) {
		return nil // there is an admin
	}
	if err != nil {
		return fmt.Errorf("create the setup link: %w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "create the first admin here (one-time link, valid for a day): %s%s\n",
		address, path)
	return nil
}

// loadContent imports the shipped articles into a store that has none.
func (s *server) loadContent(ctx context.Context) error {
	page, err := s.store.ImportIndex(ctx)
	if err != nil || len(page) > 0 {
		return err
	}
	report, err := s.folders().Import(ctx, content.ArticlesFS(), folder.Options{Source: "shipped"})
	if err != nil {
		return fmt.Errorf("load the shipped articles: %w", err)
	}
	if len(report.Rejected) > 0 {
		r := report.Rejected[0]
		return fmt.Errorf("shipped article %s:%d: %s", r.File, r.Line, r.Reason)
	}
	s.log.InfoContext(ctx, "loaded the shipped articles", "created", report.Created)
	return nil
}
