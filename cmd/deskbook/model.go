package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
)

const modelFileName = "service-model.yaml"

// modelFile is the service model in force: the file in the data folder, read again
// whenever it changes. A bad file is refused and reported; the last good one stays in
// force.
type modelFile struct {
	path    string
	log     *slog.Logger
	onLoad  func(*desk.ServiceModel)
	current atomic.Pointer[loadedModel]
	refused atomic.Pointer[string] // why the current file is not in force, nil when it is
}

type loadedModel struct {
	model *desk.ServiceModel
	text  []byte
	stamp time.Time
}

// openModel reads the service model. A data folder without one gets the shipped one.
func openModel(cfg *config, log *slog.Logger) (*modelFile, error) {
	m := &modelFile{path: cfg.path(modelFileName), log: log, onLoad: func(*desk.ServiceModel) {}}
	f, err := os.OpenFile(m.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		_, err = f.Write(content.ServiceModel())
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("write the service model: %w", err)
		}
	case !errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("write the service model: %w", err)
	}
	return m, m.load()
}

func (m *modelFile) load() error {
	info, err := os.Stat(m.path)
	if err != nil {
		return fmt.Errorf("service model: %w", err)
	}
	text, err := os.ReadFile(m.path)
	if err != nil {
		return fmt.Errorf("service model: %w", err)
	}
	model, err := desk.ParseModel(text)
	if err != nil {
		return fmt.Errorf("service model %s: %w", m.path, err)
	}
	m.current.Store(&loadedModel{model: model, text: text, stamp: info.ModTime()})
	m.refused.Store(nil)
	m.onLoad(model)
	return nil
}

// Model returns the service model in force.
func (m *modelFile) Model() *desk.ServiceModel { return m.current.Load().model }

// Text returns the text of the service model in force.
func (m *modelFile) Text() string { return string(m.current.Load().text) }

// Refused returns why the current file is not in force, "" when it is.
func (m *modelFile) Refused() string {
	if reason := m.refused.Load(); reason != nil {
		return *reason
	}
	return ""
}

// watch reads the file again whenever its modification time changes, until ctx ends.
func (m *modelFile) watch(ctx context.Context) error {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	seen := m.current.Load().stamp
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		info, err := os.Stat(m.path)
		if err != nil || info.ModTime().Equal(seen) {
			continue
		}
		seen = info.ModTime()
		m.reload(ctx)
	}
}

// reload puts the current file in force, or records why it is refused.
func (m *modelFile) reload(ctx context.Context) {
	if err := m.load(); err != nil {
		reason := publicReason(err)
		m.refused.Store(&reason)
		m.log.ErrorContext(ctx, "the service model was refused; the last good one stays in force", "error", err)
		return
	}
	m.log.InfoContext(ctx, "a new service model is in force", "path", m.path)
}
