package sense

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// key identifies a text: it is the first half of the SHA-256 of its kind and bytes.
type key [16]byte

// The kinds of text: models may treat a question differently from a passage.
const (
	passageKind = "passage\x00"
	queryKind   = "query\x00"
)

func keyOf(kind, text string) key {
	sum := sha256.Sum256([]byte(kind + text))
	return key(sum[:16])
}

// file stores vectors by text, those of each model in a bucket of its own. It is a cache: what
// cannot be read counts as missing.
type file struct {
	db    *bbolt.DB
	model []byte
	size  int // of a vector
}

// fileWait is how long another process may hold the file.
const fileWait = 2 * time.Second

// openFile opens the cache, or replaces one that is damaged.
func openFile(path, model string, size int, log *slog.Logger) (*file, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	f, err := tryFile(path, model, size)
	if err == nil || errors.Is(err, bolterrors.ErrTimeout) || errors.Is(err, os.ErrPermission) {
		return f, err
	}
	log.Warn("the file of vectors is damaged; it is deleted, and they are computed again", "reason", err.Error())
	if err := os.RemoveAll(path); err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	return tryFile(path, model, size)
}

func tryFile(path, model string, size int) (*file, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: fileWait, NoFreelistSync: true})
	if err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	f := &file{db: db, model: []byte(model), size: size}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(f.model)
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open vectors: %w", err), db.Close())
	}
	return f, nil
}

// get returns the vectors of these texts; those that are missing are empty.
func (f *file) get(keys []key) ([]small, error) {
	out := make([]small, len(keys))
	err := f.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(f.model)
		for i, k := range keys {
			out[i] = f.decode(b.Get(k[:]))
		}
		return nil
	})
	return out, wrap(err, "read vectors")
}

// put stores vectors.
func (f *file) put(keys []key, vectors []small) error {
	err := f.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(f.model)
		for i, k := range keys {
			if err := b.Put(k[:], f.encode(vectors[i])); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap(err, "store vectors")
}

// dropOthers deletes the vectors of other models.
func (f *file) dropOthers() error {
	err := f.db.Update(func(tx *bbolt.Tx) error {
		var others [][]byte
		err := tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			if string(name) != string(f.model) {
				others = append(others, append([]byte{}, name...))
			}
			return nil
		})
		for _, name := range others {
			err = errors.Join(err, tx.DeleteBucket(name))
		}
		return err
	})
	return wrap(err, "delete the vectors of other models")
}

func (f *file) close() error { return f.db.Close() }

// encode writes the scale and the numbers.
func (f *file) encode(v small) []byte {
	out := make([]byte, 4, 4+len(v.n))
	binary.LittleEndian.PutUint32(out, math.Float32bits(v.scale))
	for _, x := range v.n {
		out = append(out, byte(x))
	}
	return out
}

func (f *file) decode(raw []byte) small {
	if len(raw) != 4+f.size {
		return small{}
	}
	v := small{scale: math.Float32frombits(binary.LittleEndian.Uint32(raw)), n: make([]int8, f.size)}
	for i, x := range raw[4:] {
		v.n[i] = int8(x)
	}
	return v
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
