package store

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// Backup writes the whole database, as it is at one moment, and the extra files (name in
// the backup, such as "service-model.yaml", to path) to a new file, while others continue
// to read and write. Extra files that do not exist are left out. The new file appears
// under its name only when it is complete and on the disk; an existing file is not
// overwritten.
func (s *Store) Backup(ctx context.Context, file string, extras map[string]string) (err error) {
	file, err = filepath.Abs(file)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(file); err == nil {
		return fault.New(fault.Conflict, "the file %s already exists and was not changed", file)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Unavailable, err, "the backup cannot be written")
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".deskbook-backup-*")
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the backup cannot be written")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	m, err := s.collect(ctx, work, extras)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	archive := filepath.Join(work, "archive")
	if err := pack(ctx, archive, work, m); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// A link, unlike a rename, fails if somebody else has created the file since.
	if err := os.Link(archive, file); err != nil {
		return fault.Wrap(fault.Conflict, err, "the backup cannot be saved as %s", file)
	}
	return syncDir(filepath.Dir(file))
}

// collect copies everything into the folder and lists the copies.
func (s *Store) collect(ctx context.Context, work string, extras map[string]string) (manifest, error) {
	m := manifest{Format: archiveFormat, Created: s.now().UTC(), Files: map[string]fileSum{}}
	if err := s.engine.snapshot(ctx, filepath.Join(work, FileName)); err != nil {
		return m, err
	}
	copied := []string{FileName}
	for name, path := range extras {
		if err := checkName(name); err != nil || name == FileName {
			return m, errors.Join(err, fault.New(fault.Invalid, "a backup cannot contain an extra file named %q", name))
		}
		err := copyFile(ctx, filepath.Join(work, filepath.FromSlash(name)), path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		copied = append(copied, name)
		if err != nil {
			return m, fault.Wrap(fault.Unavailable, err, "the file %s cannot be added to the backup", path)
		}
	}
	err := s.read().row(ctx, []any{&m.Schema}, "SELECT max(version_id) FROM "+versionTable)
	if err != nil {
		return m, err
	}
	for _, name := range copied {
		if m.Files[name], err = sumFile(ctx, filepath.Join(work, filepath.FromSlash(name))); err != nil {
			return m, err
		}
	}
	return m, nil
}

// pack writes the manifest and the files it lists as a compressed archive.
func pack(ctx context.Context, archive, work string, m manifest) (err error) {
	f, err := os.OpenFile(archive, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	zip, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return err
	}
	out := tar.NewWriter(zip)
	head, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := out.WriteHeader(header(manifestName, int64(len(head)), m.Created)); err != nil {
		return err
	}
	if _, err := out.Write(head); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		path := filepath.Join(work, filepath.FromSlash(name))
		if err := packFile(ctx, out, path, header(name, m.Files[name].Size, m.Created)); err != nil {
			return err
		}
	}
	return errors.Join(out.Close(), zip.Close(), f.Sync())
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at, Format: tar.FormatPAX}
}

func packFile(ctx context.Context, out *tar.Writer, path string, h *tar.Header) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := out.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(out, reader{ctx, f})
	return err
}
