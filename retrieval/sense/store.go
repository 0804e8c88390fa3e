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

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
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
}

// fileWait is how long another process may hold the file.
const fileWait = 2 * time.Second

// openFile opens the cache, or replaces one that is damaged.
func openFile(path, model, name string, log *slog.Logger) (*file, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	f, err := tryFile(path, model, name)
	if err == nil || errors.Is(err, bolterrors.ErrTimeout) || errors.Is(err, os.ErrPermission) {
		return f, err
	}
	log.Warn("the file of vectors is damaged; it is deleted, and they are computed again", "reason", err.Error())
	if err := os.RemoveAll(path); err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	return tryFile(path, model, name)
}

func tryFile(path, model, name string) (*file, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: fileWait, NoFreelistSync: true})
	if err != nil {
		return nil, fmt.Errorf("open vectors: %w", err)
	}
	f := &file{db: db, model: []byte(model)}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(f.model)
		return err
	})
	if err == nil && name != "" {
		err = f.name(name)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open vectors: %w", err), db.Close())
	}
	return f, nil
}

// of returns the vectors of another model in the same file, which may have none.
func (f *file) of(model string) *file { return &file{db: f.db, model: []byte(model)} }

// get returns the vectors of these texts; those that are missing are empty.
func (f *file) get(keys []key) ([]small, error) {
	out := make([]small, len(keys))
	err := f.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(f.model)
		for i, k := range keys {
			if b != nil {
				out[i] = decode(b.Get(k[:]))
			}
		}
		return nil
	})
	return out, wrap(err, "read vectors")
}

// put stores vectors.
func (f *file) put(keys []key, vectors []small) error {
	err := f.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(f.model)
		if err != nil {
			return err
		}
		for i, k := range keys {
			if err := b.Put(k[:], encode(vectors[i])); err != nil {
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
			if string(name) != string(f.model) && string(name) != string(namesBucket) {
				others = append(others, append([]byte{}, name...))
			}
			return nil
		})
		names := tx.Bucket(namesBucket)
		for _, name := range others {
			err = errors.Join(err, tx.DeleteBucket(name))
			if names != nil {
				err = errors.Join(err, names.Delete(name))
			}
		}
		return err
	})
	return wrap(err, "delete the vectors of other models")
}

// keepOnly deletes the vectors of this model but these.
func (f *file) keepOnly(used map[key]bool) error {
	err := f.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(f.model)
		var gone [][]byte
		err := b.ForEach(func(k, _ []byte) error {
			if len(k) != len(key{}) || !used[key(k)] {
				gone = append(gone, k)
			}
			return nil
		})
		for _, k := range gone {
			err = errors.Join(err, b.Delete(k))
		}
		return err
	})
	return wrap(err, "delete vectors of what is gone")
}

func (f *file) close() error { return f.db.Close() }

// encode writes the scale and the numbers.
func encode(v small) []byte {
	out := make([]byte, 4, 4+len(v.n))
	binary.LittleEndian.PutUint32(out, math.Float32bits(v.scale))
	for _, x := range v.n {
		out = append(out, byte(x))
	}
	return out
}

func decode(raw []byte) small {
	if len(raw) <= 4 || (len(raw)-4)%nn.Granularity != 0 {
		return small{}
	}
	v := small{scale: math.Float32frombits(binary.LittleEndian.Uint32(raw)), n: make([]int8, len(raw)-4)}
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
