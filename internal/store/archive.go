package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// A backup is a compressed tar archive: manifest.json first, then the files that it lists,
// including the database.
const (
	archiveFormat = 1
	manifestName  = "manifest.json"
	maxManifest   = 1 << 20
)

// manifest describes the contents of a backup.
type manifest struct {
	Format  int                `json:"format"`
	Schema  int64              `json:"schema"`
	Created time.Time          `json:"created"`
	Files   map[string]fileSum `json:"files"`
}

// fileSum identifies a complete and unchanged file.
type fileSum struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// checkName refuses names that point outside the folder, and those that SQLite would
// mistake for parts of the database.
func checkName(name string) error {
	local := filepath.IsLocal(filepath.FromSlash(name)) && filepath.ToSlash(filepath.Clean(name)) == name
	if !local || name == "." || strings.ContainsAny(name, "\\:\x00") || name == manifestName || name == "archive" ||
		strings.HasPrefix(name, FileName) && name != FileName || strings.HasPrefix(name, stagePrefix) {
		return fault.New(fault.Invalid, "the file name %q is not allowed in a backup", name)
	}
	return nil
}

// reader returns the error of the context once that has ended.
type reader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func sumFile(ctx context.Context, path string) (sum fileSum, err error) {
	f, err := os.Open(path)
	if err != nil {
		return fileSum{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	n, err := io.Copy(h, reader{ctx, f})
	return fileSum{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

func copyFile(ctx context.Context, to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	_, err = writeNew(ctx, to, in)
	return err
}

// writeNew writes a new private file and syncs it to the disk.
func writeNew(ctx context.Context, path string, from io.Reader) (sum fileSum, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fileSum{}, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fileSum{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), reader{ctx, from})
	if err == nil {
		err = f.Sync()
	}
	return fileSum{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

// syncDir syncs the names in a folder to the disk.
func syncDir(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
