package sense

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"go.etcd.io/bbolt"
)

// formerIndex returns the index of the encoder before, nil where there is none.
func (x *Index) formerIndex() *Index {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.former
}

// followFormer lets the index of the encoder before follow the truth until the own vectors are
// whole; call done at the end.
func (x *Index) followFormer(ctx context.Context) (done func()) {
	former := x.formerIndex()
	if former == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	former.replaced = cancel
	var all sync.WaitGroup
	all.Go(func() {
		if err := former.Follow(ctx); err != nil {
			x.log.Error("the former vectors do not follow", "reason", err.Error())
		}
	})
	return func() {
		cancel()
		all.Wait()
	}
}

// Kept returns where the encoders are found whose vectors a file holds, by their ID. A file that
// cannot be read, or is missing, has none.
func Kept(path string) map[string]string {
	out := map[string]string{}
	if _, err := os.Stat(path); err != nil {
		return out
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: fileWait, ReadOnly: true})
	if err != nil {
		return out
	}
	err = db.View(func(tx *bbolt.Tx) error {
		names := tx.Bucket(namesBucket)
		if names == nil {
			return nil
		}
		return names.ForEach(func(id, name []byte) error {
			out[string(id)] = string(name)
			return nil
		})
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return map[string]string{}
	}
	return out
}

// name keeps where the encoder of a model is found.
func (f *file) name(where string) error {
	err := f.db.Update(func(tx *bbolt.Tx) error {
		names, err := tx.CreateBucketIfNotExists(namesBucket)
		if err != nil {
			return err
		}
		return names.Put(f.model, []byte(where))
	})
	if err != nil {
		return fmt.Errorf("open vectors: %w", err)
	}
	return nil
}

// namesBucket holds where encoders are found, by their ID.
var namesBucket = []byte("\x00names")
