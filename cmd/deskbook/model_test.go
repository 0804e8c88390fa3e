package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// memory stores versions of the service model; down makes it fail.
type memory struct {
	model.Store
	list []model.Version
	down error
}

func (m *memory) LastModelVersion(context.Context) (model.Version, error) {
	if len(m.list) == 0 {
		return model.Version{}, fault.New(fault.NotFound, "none")
	}
	return m.list[len(m.list)-1], nil
}

func (m *memory) AddModelVersion(
	_ context.Context, v model.Version, _ int, _ *model.Proposal, _ func(model.Version) journal.Entry,
) (model.Version, error) {
	if m.down != nil {
		return v, m.down
	}
	v.Number = len(m.list) + 1
	m.list = append(m.list, v)
	return v, nil
}

// closed is a service model that differs from the shipped one: visitors may read nothing.
func closed() string {
	text := string(content.ServiceModel())
	return strings.NewReplacer("anonymous_search: true", "anonymous_search: false",
		"anonymous_reading: true", "anonymous_reading: false").Replace(text)
}

func replaceFile(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(path), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func openTestModel(t *testing.T, cfg *config, versions model.Store, log *slog.Logger) *modelFile {
	t.Helper()
	m, err := openModel(t.Context(), cfg, versions, log)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestModelVersions: each good text becomes a version, a bad one does not, and the last good
// one stays in force.
func TestModelVersions(t *testing.T) {
	cfg, versions := &config{data: t.TempDir()}, &memory{}
	m := openTestModel(t, cfg, versions, slog.New(slog.DiscardHandler))
	shipped := string(content.ServiceModel())
	for _, step := range []struct {
		text, reason string
		versions     int
	}{
		{shipped, "", 1},
		{closed(), "", 2},
		{strings.Replace(shipped, "publish_gate: off", "publish_gate: 7", 1), "publish_gate", 2},
		{closed(), "", 2},
		{"groups: [", "line", 2},
		{closed()[:len(closed())/2], "", 2},
		{closed() + "\n# the end\n", "", 3},
		{closed() + "\n", "ends early", 3},
		{closed() + "\n# the end", "", 4}, // a last line without its end is whole
		{shipped, "", 5},
	} {
		replaceFile(t, m.path, step.text)
		m.reload(t.Context())
		refused := step.versions == len(versions.list) && m.Current().Text != step.text
		if got := m.Refused(); (got != "") != refused || !strings.Contains(got, step.reason) {
			t.Errorf("refused with %q, want %q", got, step.reason)
		}
		last := versions.list[len(versions.list)-1]
		if len(versions.list) != step.versions || m.Current().Text != last.Text || last.Author != model.AuthorFile {
			t.Errorf("%d versions, want %d; in force is %.40q", len(versions.list), step.versions, m.Current().Text)
		}
	}
}

// TestModelFileLost loses the file in every way, while the server runs and while it does not:
// what the last good version closed stays closed, and the log says so.
func TestModelFileLost(t *testing.T) {
	for name, lose := range map[string]func(path string) error{
		"deleted":         os.Remove,
		"emptied":         func(path string) error { return os.Truncate(path, 0) },
		"blank":           func(path string) error { return os.WriteFile(path, []byte("\n \n# nothing\n"), 0o600) },
		"cut in half":     func(path string) error { return os.Truncate(path, int64(len(closed())/2)) },
		"without its end": func(path string) error { return os.Truncate(path, int64(len(closed())-5)) },
		"random":          func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte{0x80, 7}, 999), 0o600) },
		"a folder":        func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"a link to nowhere": func(path string) error {
			return errors.Join(os.Remove(path), os.Symlink(filepath.Join(filepath.Dir(path), "nowhere"), path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, versions := &config{data: t.TempDir()}, &memory{}
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, nil))
			replaceFile(t, cfg.path(modelFileName), closed())
			running := openTestModel(t, cfg, versions, logger)
			if err := lose(running.path); err != nil {
				t.Fatal(err)
			}
			check := func(m *modelFile) {
				t.Helper()
				if m.Model().AnonymousReading() || m.Current().Text != closed() || m.Refused() == "" || len(versions.list) != 1 {
					t.Errorf("reading is open: %v, refused: %q, %d versions",
						m.Model().AnonymousReading(), m.Refused(), len(versions.list))
				}
				if !strings.Contains(log.String(), "the last good version stays in force") {
					t.Errorf("the log is %s", &log)
				}
				log.Reset()
			}
			running.reload(t.Context())
			check(running)
			restarted := openTestModel(t, cfg, versions, logger)
			check(restarted)
			replaceFile(t, restarted.path, closed())
			restarted.reload(t.Context())
			if restarted.Refused() != "" || len(versions.list) != 1 {
				t.Errorf("put back, it is refused: %q; %d versions", restarted.Refused(), len(versions.list))
			}
		})
	}
}

// TestModelWithoutGoodVersion: a desk that never had a good model does not start with a bad
// one, and gets the shipped one where there is no file.
func TestModelWithoutGoodVersion(t *testing.T) {
	cfg := &config{data: t.TempDir()}
	replaceFile(t, cfg.path(modelFileName), "groups: [")
	if _, err := openModel(t.Context(), cfg, &memory{}, slog.New(slog.DiscardHandler)); !fault.Is(err, fault.Invalid) {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(cfg.path(modelFileName)); err != nil {
		t.Fatal(err)
	}
	if m := openTestModel(t, cfg, &memory{},
		slog.New(slog.DiscardHandler)); m.Current().Text != string(content.ServiceModel()) {
		t.Error("the shipped model is not in force")
	}
}

// TestModelStoreDown: what cannot be stored is not in force, and is tried again.
func TestModelStoreDown(t *testing.T) {
	cfg, versions := &config{data: t.TempDir()}, &memory{}
	m := openTestModel(t, cfg, versions, slog.New(slog.DiscardHandler))
	replaceFile(t, m.path, closed())
	versions.down = errors.New("no space")
	m.reload(t.Context())
	if m.Current().Text == closed() || m.Refused() == "" || m.stamp() == m.seen {
		t.Errorf("refused: %q", m.Refused())
	}
	versions.down = nil
	m.reload(t.Context())
	if m.Current().Text != closed() || m.Refused() != "" || m.stamp() != m.seen {
		t.Errorf("refused: %q", m.Refused())
	}
}
