package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/rerank"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// app holds the parts that all commands on a data folder share. The index is not one of
// them: withIndex finds out who has it open.
type app struct {
	cfg      *config
	log      *slog.Logger
	store    *store.Store
	articles *kb.Service
	users    *auth.Service
}

// open opens the data folder, and creates it if it is missing.
func open(ctx context.Context, cmd *cobra.Command, cfg *config) (*app, error) {
	log, err := cfg.logger(cmd)
	if err != nil {
		return nil, err
	}
	// Otherwise a typo would create a new, empty database file of that name.
	if cfg.storeURL != "" && cfg.storeURL != "sqlite" && !strings.Contains(cfg.storeURL, "://") {
		return nil, usageError{fmt.Errorf("--store must be sqlite or a postgres:// URL, not %q", cfg.storeURL)}
	}
	left, err := cfg.remains()
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	st, err := store.Open(ctx, cfg.storeURL, store.Options{Dir: cfg.data, MustExist: len(left) > 0})
	if errors.Is(err, store.ErrNoDatabase) {
		return nil, fmt.Errorf("%s belongs to a desk (it has %s), but %w.\n"+
			"Put its database back, restore a backup into a new folder (deskbook restore FILE --data NEW), "+
			"or name an empty folder to begin a new desk", cfg.data, strings.Join(left, ", "), err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return &app{
		cfg: cfg, log: log, store: st,
		articles: kb.NewService(st, time.Now, kb.WithRedactor(evidence.Redactions)),
		users:    auth.NewService(st, time.Now),
	}, nil
}

// folders imports and exports folders of articles.
func (a *app) folders() *folder.Service { return folder.New(a.articles, a.store, time.Now) }

func (a *app) close() error { return a.store.Close() }

// with opens the data folder for a command and closes it afterwards.
func with(
	cfg *config, do func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a, err := open(cmd.Context(), cmd, cfg)
		if err != nil {
			return err
		}
		return errors.Join(do(cmd.Context(), cmd, a, args), a.close())
	}
}

// withIndex calls use with the index, opened here or in the running server.
func (a *app) withIndex(ctx context.Context, use func(index) error) error {
	words := func(ctx context.Context) (*retrieval.Engine, error) { return a.openEngine(ctx, nil) }
	return a.withIndexOf(ctx, words, use)
}

// withIndexOf is withIndex with the function that opens the index here.
func (a *app) withIndexOf(
	ctx context.Context, open func(context.Context) (*retrieval.Engine, error), use func(index) error,
) error {
	h, err := claimIndex(ctx, a.cfg)
	if err != nil {
		return err
	}
	if h.lock == nil {
		return use(newControlClient(h.server))
	}
	e, err := open(ctx)
	if err != nil {
		return errors.Join(err, h.lock.Unlock())
	}
	return errors.Join(use(e), e.Close(), h.lock.Unlock())
}

// openEngine opens the index in this process, which must hold its lock. Without meaning, words
// alone count.
func (a *app) openEngine(ctx context.Context, meaning *sense.Index) (*retrieval.Engine, error) {
	o := retrieval.Options{Dir: a.cfg.path(indexFolder), Source: a.store, Log: a.log, Now: time.Now}
	if meaning != nil {
		o.Meaning = meaning
	}
	if err := a.setReader(&o, rerank.DefaultBudget); err != nil {
		return nil, err
	}
	e, err := retrieval.Open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	if err := a.newLearning(e).Load(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("load the ranker's weights: %w", err), e.Close())
	}
	return e, nil
}

// catchUp brings the index up to date, wherever it is open. What resolved tickets teach is in
// no file, so that a command need not read them.
func (a *app) catchUp(ctx context.Context) error {
	plain := func(ctx context.Context) (*retrieval.Engine, error) {
		return retrieval.Open(ctx, retrieval.Options{
			Dir: a.cfg.path(indexFolder), Source: a.store, Log: a.log, Now: time.Now, NoLearning: true,
		})
	}
	return a.withIndexOf(ctx, plain, func(idx index) error { return idx.CatchUp(ctx) })
}

// operator returns the actor of the command line: whoever can read the data folder.
func operator() access.Actor {
	return access.Actor{ID: "operator", Name: "Operator", Roles: access.Roles()}
}
