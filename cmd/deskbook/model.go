package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

const (
	modelFileName = "service-model.yaml"
	reasonChanged = "the file was changed"
)

// modelVersions stores the service models that were in force.
type modelVersions interface {
	LastModelVersion(ctx context.Context) (model.Version, error)
	AddModelVersion(
		ctx context.Context, v model.Version, entry func(model.Version) journal.Entry,
	) (model.Version, error)
}

// modelFile is the service model in force: the file in the data folder, read again whenever
// it changes. Each good text becomes a version in the store. A file that is bad, missing or
// cannot be read is refused and reported; the last good version stays in force.
type modelFile struct {
	path     string
	versions modelVersions
	log      *slog.Logger
	onLoad   func(*model.Service)
	current  atomic.Pointer[loadedModel]
	refused  atomic.Pointer[string] // why the current file is not in force, nil when it is
	seen     modelStamp             // the file as it was last read
}

type loadedModel struct {
	model *model.Service
	model.Version
}

// modelStamp tells whether a file changed. It is zero for one that is missing.
type modelStamp struct {
	at   time.Time
	size int64
	mode fs.FileMode
}

// openModel returns the service model in force. A desk that never had one gets the shipped
// one, unless there is a file. Without a last good version a bad file is an error.
func openModel(ctx context.Context, cfg *config, versions modelVersions, log *slog.Logger) (*modelFile, error) {
	m := &modelFile{path: cfg.path(modelFileName), versions: versions, log: log, onLoad: func(*model.Service) {}}
	last, err := versions.LastModelVersion(ctx)
	if fault.Is(err, fault.NotFound) {
		if err := m.ship(); err != nil {
			return nil, fmt.Errorf("write the service model: %w", err)
		}
		m.seen = m.stamp()
		return m, m.load(ctx, "the file at the first start")
	}
	if err != nil {
		return nil, fmt.Errorf("service model: %w", err)
	}
	parsed, err := model.Parse([]byte(last.Text))
	if err != nil { // an older or newer program knew another form
		m.seen = m.stamp()
		return m, m.load(ctx, reasonChanged)
	}
	m.current.Store(&loadedModel{parsed, last})
	m.reload(ctx)
	return m, nil
}

// ship writes the shipped service model, unless there is a file.
func (m *modelFile) ship() error {
	f, err := os.OpenFile(m.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content.ServiceModel())
	return errors.Join(err, f.Close())
}

// load puts the file in force and stores it as a version if it differs from the last one.
func (m *modelFile) load(ctx context.Context, reason string) error {
	text, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Invalid, err, "The file %s is missing; put it back.", modelFileName)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "The file %s cannot be read.", modelFileName)
	}
	parsed, err := model.Parse(text)
	if err != nil {
		return fmt.Errorf("service model %s: %w", m.path, err)
	}
	last := m.current.Load()
	if last != nil && cutShort(text, []byte(last.Text)) {
		return fault.New(fault.Invalid, "The file %s ends early: it is the beginning of the last good version. "+
			"Write the rest, or, if that is to go, raise the version at the top too.", modelFileName)
	}
	if last == nil || last.Text != string(text) {
		v := model.Version{Text: string(text), Author: model.AuthorFile, Reason: reason, At: time.Now().UTC()}
		if v, err = m.versions.AddModelVersion(ctx, v, versionEntry); err != nil {
			return fmt.Errorf("store the service model: %w", err)
		}
		m.current.Store(&loadedModel{parsed, v})
		m.onLoad(parsed)
	}
	m.refused.Store(nil)
	return nil
}

// cutShort reports whether a text is another one without its end.
func cutShort(text, whole []byte) bool {
	rest, ok := bytes.CutPrefix(whole, text)
	return ok && len(bytes.TrimSpace(rest)) > 0
}

// versionEntry records a new version of the service model.
func versionEntry(v model.Version) journal.Entry {
	return journal.Entry{Events: []journal.Event{{
		At: v.At, Actor: access.SystemID, Object: journal.Model, ID: strconv.Itoa(v.Number), Verb: "changed",
		Data: journal.Data(map[string]string{"author": v.Author, "reason": v.Reason}),
	}}}
}

// Model returns the service model in force.
func (m *modelFile) Model() *model.Service { return m.current.Load().model }

// Text returns the text of the service model in force.
func (m *modelFile) Text() string { return m.current.Load().Text }

// Refused returns why the current file is not in force, "" when it is.
func (m *modelFile) Refused() string {
	if reason := m.refused.Load(); reason != nil {
		return *reason
	}
	return ""
}

// watch reads the file again whenever it changes, until ctx ends.
func (m *modelFile) watch(ctx context.Context) error {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if m.stamp() != m.seen {
			m.reload(ctx)
		}
	}
}

func (m *modelFile) stamp() modelStamp {
	info, err := os.Stat(m.path)
	if err != nil {
		return modelStamp{}
	}
	return modelStamp{info.ModTime(), info.Size(), info.Mode()}
}

// reload puts the current file in force, or records why it is refused.
func (m *modelFile) reload(ctx context.Context) {
	m.seen = m.stamp()
	before := m.current.Load()
	if err := m.load(ctx, reasonChanged); err != nil {
		if !fault.Is(err, fault.Invalid) {
			m.seen = modelStamp{size: -1} // the file may be good: read it again soon
		}
		reason := publicReason(err)
		m.refused.Store(&reason)
		m.log.ErrorContext(ctx, "the service model in the data folder was refused; the last good version stays in force",
			"path", m.path, "error", err, "version", before.Number, "since", before.At)
		return
	}
	if now := m.current.Load(); now != before {
		m.log.InfoContext(ctx, "a new service model is in force", "path", m.path, "version", now.Number)
	}
}
