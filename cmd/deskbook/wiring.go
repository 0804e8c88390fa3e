package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// app is the parts that every command on a data folder shares. The index is not
// among them: openIndex finds out who has it.
type app struct {
	cfg      *config
	log      *slog.Logger
	store    *store.Store
	articles *kb.Service
	users    *auth.Service
}

// open opens the data folder, which it makes when missing.
func open(ctx context.Context, cmd *cobra.Command, cfg *config) (*app, error) {
	log, err := cfg.logger(cmd)
	if err != nil {
		return nil, err
	}
	// A mistyped word would else name a new, empty database file.
	if cfg.storeURL != "" && cfg.storeURL != "sqlite" && !strings.Contains(cfg.storeURL, "://") {
		return nil, usageError{fmt.Errorf("--store must be sqlite or a postgres:// address, not %q", cfg.storeURL)}
	}
	if err := os.MkdirAll(cfg.data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	st, err := store.Open(ctx, cfg.storeURL, store.Options{Dir: cfg.data})
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return &app{
		cfg: cfg, log: log, store: st,
		articles: kb.NewService(st, time.Now, kb.WithRedactor(evidence.Redactions)),
		users:    auth.NewService(st, time.Now),
	}, nil
}

func (a *app) close() error { return a.store.Close() }

// with opens the data folder for one command and closes it after.
func with(cfg *config, do func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a, err := open(cmd.Context(), cmd, cfg)
		if err != nil {
			return err
		}
		return errors.Join(do(cmd.Context(), cmd, a, args), a.close())
	}
}

// openIndex gives the index: opened here, or that of the running server. done must
// be called when it is no longer needed.
func (a *app) openIndex(ctx context.Context) (idx index, done func() error, err error) {
	h, err := claimIndex(ctx, a.cfg)
	if err != nil {
		return nil, nil, err
	}
	if h.lock == nil {
		return newControlClient(h.server), func() error { return nil }, nil
	}
	e, err := a.openEngine(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, h.lock.Unlock())
	}
	return e, func() error { return errors.Join(e.Close(), h.lock.Unlock()) }, nil
}

// openEngine opens the index in this process, which must hold its lock.
func (a *app) openEngine(ctx context.Context) (*retrieval.Engine, error) {
	e, err := retrieval.Open(ctx, retrieval.Options{
		Dir: a.cfg.path("index"), Source: a.store, Log: a.log, Now: time.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	if err := a.newLearning(e, e.Floor).Load(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("load the weights in force: %w", err), e.Close())
	}
	return e, nil
}

// catchUp makes sure that the index, wherever it is open, holds every change.
func (a *app) catchUp(ctx context.Context) error {
	idx, done, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	return errors.Join(idx.CatchUp(ctx), done())
}

// operator is who acts from the command line: whoever can read the data folder.
func operator() access.Actor {
	return access.Actor{ID: "operator", Name: "Operator", Roles: access.Roles()}
}
