package store_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// The environment variables of the kill tests: the number of runs and their seed. If
// killTarget is set, the test binary is a process that writes to that database or, with
// killBackup, restores that backup into that folder.
const (
	killRuns   = "DESKBOOK_KILL_RUNS"
	killSeed   = "DESKBOOK_KILL_SEED"
	killTarget = "DESKBOOK_KILL_TARGET"
	killBackup = "DESKBOOK_KILL_BACKUP"
)

func TestMain(m *testing.M) {
	target := os.Getenv(killTarget)
	if target == "" {
		os.Exit(m.Run())
	}
	fmt.Println("started")
	var err error
	if file := os.Getenv(killBackup); file != "" {
		err = store.Restore(bg, file, target)
	} else {
		err = writeForever(target, os.Getenv(killSeed))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1)
}

// killedEarly starts a process, kills it at a random time after it has started its work,
// and fails the test when it reported an error.
func killedEarly(t *testing.T, random *rand.Rand, within time.Duration, env ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	must(t, err)
	<-time.After(time.Duration(random.Int64N(int64(within))))
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // killed: it fails, unless it had finished
	if stderr.Len() > 0 {
		t.Errorf("the process reports: %s", stderr.String())
	}
}

// TestKillWhileOpening kills a process that creates a new database: the next one can use
// it, whatever that point was.
func TestKillWhileOpening(t *testing.T) {
	random := rand.New(rand.NewPCG(uint64(intEnv(t, killSeed, 1)), 1))
	for i := range intEnv(t, killRuns, 10) {
		path := filepath.Join(t.TempDir(), store.FileName)
		killedEarly(t, random, 25*time.Millisecond, killTarget+"="+path, fmt.Sprintf("%s=%d", killSeed, i))
		survived(t, path, nil)
		if t.Failed() {
			t.Fatalf("run %d", i)
		}
	}
}

// TestKillWhileRestoring kills a process that restores a backup: either everything is
// restored, or the restore can be repeated; a part never looks complete.
func TestKillWhileRestoring(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", store.FileName)
	s := openAt(t, path)
	for range 50 {
		_, err := addTicket(bg, s, strings.Repeat("long text ", 5000))
		must(t, err)
	}
	random := rand.New(rand.NewPCG(uint64(intEnv(t, killSeed, 1)), 2))
	noise := make([]byte, 1<<20) // does not compress, so that unpacking takes a while
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	model, file := filepath.Join(dir, "model.yaml"), filepath.Join(dir, "backup")
	must(t, os.WriteFile(model, noise, 0o600))
	must(t, s.Backup(bg, file, map[string]string{"model.yaml": model}))
	complete := 0
	for i := range intEnv(t, killRuns, 10) {
		target := filepath.Join(t.TempDir(), "data")
		killedEarly(t, random, 60*time.Millisecond, killTarget+"="+target, killBackup+"="+file)
		if _, err := os.Stat(filepath.Join(target, store.FileName)); err == nil {
			complete++
		} else {
			must(t, store.Restore(bg, file, target))
		}
		if _, err := os.Stat(filepath.Join(target, "model.yaml")); err != nil {
			t.Errorf("run %d: %v", i, err)
		}
		restored := openAt(t, filepath.Join(target, store.FileName))
		counts, err := restored.CountTickets(bg, desk.Scope{All: true})
		if err != nil || counts.Total != 50 {
			t.Errorf("run %d: %d tickets (%v)", i, counts.Total, err)
		}
	}
	t.Logf("%d restores were complete before the kill", complete)
}

// TestKill starts one or two processes that make all kinds of writes and report each that
// is acknowledged, kills them with SIGKILL after a random number of writes and a random
// delay, and then checks that every acknowledged write is present and that no write is
// incomplete. All runs use the same database.
func TestKill(t *testing.T) {
	runs, seed := intEnv(t, killRuns, 10), intEnv(t, killSeed, 1)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	var acknowledged []string
	for i := range runs {
		found := killed(t, path, i, random)
		if t.Failed() {
			t.Fatalf("run %d of seed %d", i, seed)
		}
		acknowledged = append(acknowledged, found...)
		survived(t, path, found)
		if t.Failed() {
			t.Fatalf("after run %d of seed %d", i, seed)
		}
	}
	survived(t, path, acknowledged)
	t.Logf("%d runs, %d acknowledged writes, all present", runs, len(acknowledged))
}

func intEnv(t *testing.T, name string, def int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	must(t, err)
	return n
}

// killed starts the writers of one run, kills them and returns what they acknowledged.
func killed(t *testing.T, path string, run int, random *rand.Rand) []string {
	t.Helper()
	var (
		mu    sync.Mutex
		acks  []string
		wg    sync.WaitGroup
		procs []*exec.Cmd
	)
	enough := make(chan struct{}, 1)
	quota := 1 + random.IntN(120)
	for p := range 1 + random.IntN(2) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), killTarget+"="+path, fmt.Sprintf("%s=%d-%d", killSeed, run, p))
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		procs = append(procs, cmd)
		wg.Go(func() {
			// What was written to the pipe before the kill was acknowledged; an incomplete
			// line was not.
			for lines := bufio.NewReader(out); ; {
				line, err := lines.ReadString('\n')
				if err != nil {
					break
				}
				if line == "started\n" {
					continue
				}
				mu.Lock()
				if acks = append(acks, strings.TrimSpace(line)); len(acks) == quota {
					enough <- struct{}{}
				}
				mu.Unlock()
			}
			_ = cmd.Wait() // killed: it always fails
			if stderr.Len() > 0 {
				t.Errorf("the writer reports: %s", stderr.String())
			}
		})
	}
	over := make(chan struct{})
	go func() { wg.Wait(); close(over) }()
	select {
	case <-enough:
	case <-over: // only after an error, which is reported above
		t.Error("the writers stopped by themselves")
	}
	for _, cmd := range procs {
		<-time.After(time.Duration(random.IntN(4000)) * time.Microsecond)
		_ = cmd.Process.Kill()
	}
	<-over
	return acks
}

// survived checks that each acknowledged write is present and that no write is incomplete.
func survived(t *testing.T, path string, acknowledged []string) {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{})
	must(t, err)
	for _, line := range acknowledged {
		if err := present(t, s, line); err != nil {
			t.Errorf("%s was acknowledged: %v", line, err)
		}
	}
	must(t, s.Close())
	db := rawDB(t, path)
	completeWrites(t, db)
	must(t, db.Close())
}

// present returns an error when an acknowledged write is missing. Its line consists of the
// kind, the id and a number.
func present(t *testing.T, s *store.Store, line string) error {
	ctx := t.Context()
	ack := strings.Fields(line)
	if len(ack) != 3 {
		return fmt.Errorf("unknown acknowledgement %q", line)
	}
	n, err := strconv.Atoi(ack[2])
	if err != nil {
		return err
	}
	switch ack[0] {
	case "ticket":
		x, err := s.Ticket(ctx, ack[1], desk.Scope{All: true})
		if err == nil && (len(x.Messages) < n || x.Version < n) {
			err = fmt.Errorf("it has %d messages and the version %d", len(x.Messages), x.Version)
		}
		return err
	case "article":
		vis := kb.Visibility{Audiences: publicArticles, Confidences: []kb.Confidence{kb.Validated}}
		_, err := s.ArticleRevision(ctx, ack[1], n, vis)
		return err
	case "draft":
		d, err := s.Draft(ctx, ack[1])
		if err == nil && d.Version < n {
			err = fmt.Errorf("it has the version %d", d.Version)
		}
		return err
	case "session":
		_, _, err := s.SessionUser(ctx, ack[1], time.Unix(1, 0))
		return err
	case "job":
		counts, err := s.JobCounts(ctx)
		if err == nil && counts["done"] == 0 {
			err = errors.New("no job is done")
		}
		return err
	case "backup":
		dir := filepath.Join(t.TempDir(), "restored")
		return store.Restore(ctx, ack[1], dir)
	case "file":
		author, id, _ := strings.Cut(ack[1], "/")
		f, err := s.ArticleFile(ctx, id, kb.FileSight{Uploader: author})
		if err != nil {
			return err
		}
		got, err := blob.New(f.Name, f.Content)
		if err == nil && got.Info != f.Info {
			err = fmt.Errorf("its content is %v", got.Info)
		}
		return err
	case "sign-out":
		_, _, err := s.SessionUser(ctx, ack[1], time.Unix(1, 0))
		if err == nil {
			return errors.New("the session still exists")
		}
		return nil
	}
	return fmt.Errorf("unknown acknowledgement %q", line)
}
