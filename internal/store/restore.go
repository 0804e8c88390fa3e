package store

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
)

// stagePrefix begins the name of the folder in which a restore is prepared.
const stagePrefix = ".deskbook-restore-"

// Remains reports whether a file of this name in a data folder belongs to a database that
// was there, or to a restore that was cut short.
func Remains(name string) bool {
	return strings.HasPrefix(name, FileName+"-") || strings.HasPrefix(name, stagePrefix)
}

// Restore brings back a backup into an empty or missing folder. Everything is
// unpacked and checked aside first; the database takes its place last, so that a
// restore that was cut short is never taken for a whole one and can be repeated.
func Restore(ctx context.Context, file, dir string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return fault.Wrap(fault.NotFound, err, "the backup %s cannot be read", file)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, statErr := os.Lstat(dir)
	created := errors.Is(statErr, fs.ErrNotExist)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the folder %s cannot be created", dir)
	}
	defer func() {
		if err != nil && created {
			// This removes the folder only if it is empty.
			_ = os.Remove(dir)
		}
	}()
	if err := clearTarget(dir); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(dir, stagePrefix+"*")
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the folder %s cannot be written", dir)
	}
	defer func() { err = errors.Join(os.RemoveAll(stage), err) }()
	m, err := unpack(ctx, f, stage)
	if err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	if err := checkDatabase(ctx, filepath.Join(stage, FileName), m.Schema); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	return moveInto(dir, stage, m)
}

// clearTarget removes what an interrupted restore left in the folder and returns an error
// when there is anything else in it.
func clearTarget(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the folder %s cannot be read", dir)
	}
	staged := func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), stagePrefix) }
	database := func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), FileName) }
	if len(entries) > 0 && (!slices.ContainsFunc(entries, staged) || slices.ContainsFunc(entries, database)) {
		return fault.New(fault.Conflict, "the folder %s is not empty; restore into a new one", dir)
	}
	for _, e := range entries {
		if staged(e) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// damaged returns the error for a file that is not a backup or not complete.
func damaged(cause error, format string, args ...any) error {
	return fault.Wrap(fault.Invalid, cause, "the backup is damaged or not a backup: "+format, args...)
}

var errShape = errors.New("unexpected content")

// unpack writes the files of the archive into the stage and checks each against the
// manifest.
func unpack(ctx context.Context, from io.Reader, stage string) (manifest, error) {
	zip, err := gzip.NewReader(from)
	if err != nil {
		return manifest{}, damaged(err, "it is not a compressed archive")
	}
	in := tar.NewReader(zip)
	m, err := readManifest(in)
	if err != nil {
		return m, err
	}
	missing := maps.Clone(m.Files)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, damaged(err, "it ends early")
		}
		want, ok := missing[h.Name]
		if !ok || h.Typeflag != tar.TypeReg || h.Size != want.Size {
			return m, damaged(errShape, "%q is not what the manifest lists", h.Name)
		}
		delete(missing, h.Name)
		got, err := writeNew(ctx, filepath.Join(stage, filepath.FromSlash(h.Name)), in)
		var disk *fs.PathError
		switch {
		case err != nil && (ctx.Err() != nil || errors.As(err, &disk)):
			return m, fmt.Errorf("unpack %s: %w", h.Name, err)
		case err != nil:
			return m, damaged(err, "%q cannot be unpacked", h.Name)
		}
		if got != want {
			return m, damaged(errShape, "the checksum of %q does not match", h.Name)
		}
	}
	if len(missing) > 0 {
		return m, damaged(errShape, "%q is missing", slices.Sorted(maps.Keys(missing))[0])
	}
	if _, err := io.Copy(io.Discard, zip); err != nil {
		return m, damaged(err, "the checksum of the archive does not match")
	}
	return m, nil
}

// readManifest reads the first entry and refuses backups that this program cannot restore.
func readManifest(in *tar.Reader) (manifest, error) {
	var m manifest
	h, err := in.Next()
	if err != nil || h.Name != manifestName || h.Typeflag != tar.TypeReg || h.Size > maxManifest {
		return m, damaged(errors.Join(err, errShape), "it does not begin with a manifest")
	}
	if err := json.NewDecoder(in).Decode(&m); err != nil {
		return m, damaged(err, "the manifest cannot be read")
	}
	if m.Format != archiveFormat {
		return m, fault.New(fault.Invalid,
			"the backup has format %d; this program reads only format %d", m.Format, archiveFormat)
	}
	if err := refuseNewer(m.Schema); err != nil {
		return m, err
	}
	if _, ok := m.Files[FileName]; !ok {
		return m, damaged(errShape, "it contains no database")
	}
	for name := range m.Files {
		if err := checkName(name); err != nil {
			return m, err
		}
	}
	return m, nil
}

// checkDatabase runs SQLite's own check on the unpacked file, without creating any files
// next to it, and checks that its schema is that of the manifest.
func checkDatabase(ctx context.Context, path string, schema int64) (err error) {
	e, err := newSQLite(path)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", e.url(url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	c := conn{q: db, engine: e}
	if err := e.check(ctx, c); err != nil {
		return err
	}
	found, err := schemaOf(ctx, c)
	if err != nil {
		return err
	}
	if found != schema {
		return damaged(errShape, "the database has schema %d, the manifest says %d", found, schema)
	}
	return nil
}

// moveInto moves everything from the stage into the folder, the database last.
func moveInto(dir, stage string, m manifest) error {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(m.Files)), func(n string) bool { return n == FileName })
	for _, name := range append(names, FileName) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(stage, filepath.FromSlash(name)), to); err != nil {
			return err
		}
		if err := syncDir(filepath.Dir(to)); err != nil {
			return err
		}
	}
	return nil
}
