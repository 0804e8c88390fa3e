package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// The index has one owner at a time: the running server, or a command while there is
// none. A file lock decides; the system releases it when its process ends.

const (
	lockFile   = "index.lock"
	serverFile = "server.json"
	lockWait   = 30 * time.Second
)

// serverInfo is what the running server writes down for commands on the same data, in a
// file that only the owner of the data folder can read.
type serverInfo struct {
	Address string `json:"address"` // http://HOST:PORT
	Secret  string `json:"secret"`
}

// holder says who has the index: this process, by its lock, or the server.
type holder struct {
	lock   *flock.Flock // nil when a server holds the index
	server serverInfo
}

// claimIndex takes the lock, or finds the server that holds it. It waits for another
// command to release the lock and for a server to finish starting.
func claimIndex(ctx context.Context, cfg *config) (holder, error) {
	if err := removeUnlessFile(cfg.path(lockFile)); err != nil {
		return holder{}, fmt.Errorf("lock the index: %w", err)
	}
	lock := flock.New(cfg.path(lockFile), flock.SetPermissions(0o600))
	deadline := time.Now().Add(lockWait)
	for {
		ok, err := lock.TryLock()
		if err != nil {
			return holder{}, fmt.Errorf("lock the index: %w", err)
		}
		if ok {
			return holder{lock: lock}, nil
		}
		if info, err := readServer(cfg); err == nil && newControlClient(info).ping(ctx) == nil {
			return holder{server: info}, nil
		}
		if time.Now().After(deadline) {
			return holder{}, fmt.Errorf("another process has the index in %s open and does not respond", cfg.data)
		}
		select {
		case <-ctx.Done():
			return holder{}, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func readServer(cfg *config) (serverInfo, error) {
	var info serverInfo
	b, err := os.ReadFile(cfg.path(serverFile))
	if err != nil {
		return info, err
	}
	return info, json.Unmarshal(b, &info)
}

// writeServer writes down the server's address and secret; the file is replaced as a
// whole.
func writeServer(cfg *config, info serverInfo) error {
	b, err := json.Marshal(info)
	if err != nil {
		return err
	}
	tmp := cfg.path(serverFile + ".tmp")
	if err := errors.Join(removeUnlessFile(tmp), removeUnlessFile(cfg.path(serverFile))); err != nil {
		return err
	}
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, cfg.path(serverFile))
}

// removeUnlessFile removes what stands in the place of a file of this program: an empty
// folder or a link. A folder with something in it is somebody's, and an error.
func removeUnlessFile(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() {
		return nil
	}
	return os.Remove(path)
}

func removeServer(cfg *config) error {
	if err := os.Remove(cfg.path(serverFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
