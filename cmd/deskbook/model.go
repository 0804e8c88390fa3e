package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
)

const (
	modelFileName = "service-model.yaml"
	reasonChanged = "the file was changed"
)

// modelFile connects the service model in force with the file in the data folder, which is
// read again whenever it changes. Each good text becomes a version in the store. A file that
// is bad, missing or cannot be read is refused and reported; the last good version stays in
// force. A version that was made in the product is written to the file.
type modelFile struct {
	*model.Registry
	path    string
	log     *slog.Logger
	refused atomic.Pointer[string] // why the current file is not in force, nil when it is
	seen    modelStamp             // the file as it was last read or written
}

// modelStamp tells whether a file changed. It is zero for one that is missing.
type modelStamp struct {
	at   time.Time
	size int64
	mode fs.FileMode
}

// openModel returns the service model in force. A desk that never had one gets the shipped
// one, unless there is a file. Without a last good version a bad file is an error.
func openModel(ctx context.Context, cfg *config, versions model.Store, log *slog.Logger) (*modelFile, error) {
	m := &modelFile{Registry: model.NewRegistry(versions, time.Now), path: cfg.path(modelFileName), log: log}
	err := m.Load(ctx)
	switch {
	case fault.Is(err, fault.NotFound):
		if err := m.ship(); err != nil {
			return nil, fmt.Errorf("write the service model: %w", err)
		}
		m.seen = m.stamp()
		return m, m.load(ctx, "the file at the first start")
	case fault.Is(err, fault.Invalid): // an older or newer program knew another form
		m.seen = m.stamp()
		return m, m.load(ctx, reasonChanged)
	case err != nil:
		return nil, fmt.Errorf("service model: %w", err)
	}
	outdated, err := m.outdated(ctx)
	if err != nil {
		return nil, err
	}
	if outdated {
		m.write(ctx)
	} else {
		m.reload(ctx)
	}
	return m, nil
}

// outdated reports whether the file has the text of an earlier version, and the one in force
// was made in the product: it ended before the file was written.
func (m *modelFile) outdated(ctx context.Context) (bool, error) {
	now := m.Current()
	text, err := os.ReadFile(m.path)
	if now.Author == model.AuthorFile || err != nil {
		return false, nil //nolint:nilerr // reload reports a file that cannot be read
	}
	earlier, err := m.Versions(ctx, now.Number, 20)
	return slices.ContainsFunc(earlier, func(v model.Version) bool { return v.Text == string(text) }), err
}

// write writes the service model in force to the file.
func (m *modelFile) write(ctx context.Context) {
	err := os.WriteFile(m.path, []byte(m.Current().Text), 0o600)
	m.seen = m.stamp()
	if err != nil {
		m.log.ErrorContext(ctx, "the service model in force could not be written to the data folder; "+
			"it stays in force", "path", m.path, "error", err)
		return
	}
	m.refused.Store(nil)
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
	if _, err := model.Parse(text); err != nil {
		return fmt.Errorf("service model %s: %w", m.path, err)
	}
	if m.Loaded() && cutShort(text, []byte(m.Current().Text)) {
		return fault.New(fault.Invalid, "The file %s ends early: it is the beginning of the last good version. "+
			"Write the rest, or, if that is to go, raise the version at the top too.", modelFileName)
	}
	if !m.Loaded() || m.Current().Text != string(text) {
		if _, err = m.AddFile(ctx, text, reason); err != nil {
			return fmt.Errorf("store the service model: %w", err)
		}
	}
	m.refused.Store(nil)
	return nil
}

// cutShort reports whether a text is another one without its end.
func cutShort(text, whole []byte) bool {
	rest, ok := bytes.CutPrefix(whole, text)
	return ok && len(bytes.TrimSpace(rest)) > 0
}

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
	written := m.Current().Number // to the file, or read from it
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := m.Load(ctx); err != nil { // another process may have made a version
			m.log.ErrorContext(ctx, "the newest service model could not be loaded; the last one stays in force", "error", err)
		}
		switch now := m.Current(); {
		case m.stamp() != m.seen:
			m.reload(ctx)
		case now.Author != model.AuthorFile && now.Number != written:
			m.write(ctx)
			written = now.Number
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
	before := m.Current()
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
	if now := m.Current(); now.Number != before.Number {
		m.log.InfoContext(ctx, "a new service model is in force", "path", m.path, "version", now.Number)
	}
}
