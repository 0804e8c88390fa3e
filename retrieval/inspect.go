package retrieval

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/util"
	bolt "go.etcd.io/bbolt"
)

// inspect reads all files of a closed index and reports the damage that it finds. Bleve
// reads them in goroutines of its own, where a damaged block ends the process.
func inspect(path string) (err error) {
	// A read beyond the end of a mapped file is a fault, a damaged page a panic.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errDamaged, p)
		}
	}()
	store := filepath.Join(path, "store")
	names, err := renewRoot(filepath.Join(store, "root.bolt"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := checkSegment(filepath.Join(store, name)); err != nil {
			return err
		}
	}
	return nil
}

// renewRoot replaces the Bolt file that lists the segments by a copy and returns the
// segments' file names. Copying reads everything that counts, and it drops what cannot be
// checked by reading: a wrong list of free pages damages the file with a later write.
func renewRoot(path string) (segments []string, err error) {
	wait, err := time.ParseDuration(lockTimeout)
	if err != nil {
		return nil, err
	}
	old, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: wait, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if err := old.View(func(tx *bolt.Tx) (err error) {
		segments, err = segmentNames(tx)
		return err
	}); err != nil {
		return nil, err
	}
	part := path + partSuffix
	if err := os.RemoveAll(part); err != nil {
		return nil, err
	}
	renewed, err := bolt.Open(part, 0o600, nil)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(bolt.Compact(renewed, old, 0), renewed.Close()); err != nil {
		return nil, err
	}
	return segments, os.Rename(part, path)
}

// segmentNames returns the names of the segment files that the index consists of.
func segmentNames(tx *bolt.Tx) ([]string, error) {
	info, err := os.Stat(tx.DB().Path())
	if err != nil {
		return nil, err
	}
	if info.Size() < tx.Size() {
		return nil, fmt.Errorf("%w: %s has %d of %d bytes", errDamaged, info.Name(), info.Size(), tx.Size())
	}
	found := map[string]bool{}
	var walk func(b *bolt.Bucket) error
	walk = func(b *bolt.Bucket) error {
		return b.ForEach(func(key, value []byte) error {
			if value == nil {
				return walk(b.Bucket(key))
			}
			if string(key) == string(util.BoltPathKey) {
				found[string(value)] = true
			}
			return nil
		})
	}
	err = tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return walk(b) })
	return slices.Sorted(maps.Keys(found)), err
}

// checkSegment compares a segment file with the CRC-32 of its content, which is its last
// four bytes.
func checkSegment(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const end = crc32.Size
	sum, last := crc32.NewIEEE(), make([]byte, end)
	if info.Size() >= end {
		if _, err := io.CopyN(sum, f, info.Size()-end); err != nil {
			return err
		}
		if _, err := io.ReadFull(f, last); err != nil {
			return err
		}
	}
	if info.Size() < end || binary.BigEndian.Uint32(last) != sum.Sum32() {
		return fmt.Errorf("%w: the checksum of %s is wrong", errDamaged, info.Name())
	}
	return nil
}
