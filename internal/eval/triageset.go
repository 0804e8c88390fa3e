package eval

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/retrieval/triage"
)

// createdLayouts are the forms in which sets write the time of a ticket.
var createdLayouts = []string{"2006-01-02 15:04:05 -0700", time.RFC3339, "2006-01-02 15:04:05-07:00", "02/Jan/06 15:04"}

// LoadExamples reads a labelled set: triage-topic.jsonl (id, text, topic, created) where
// the folder has it, otherwise the tickets of corpus.jsonl with their metadata.priority
// and metadata.created. field says which it was.
func LoadExamples(dir string) (field string, list []triage.Example, err error) {
	list, err = readLines(filepath.Join(dir, "triage-topic.jsonl"), func(line []byte) (triage.Example, error) {
		var in struct{ Text, Topic, Created string }
		if err := json.Unmarshal(line, &in); err != nil {
			return triage.Example{}, err
		}
		at, err := created(in.Created)
		subject, body, _ := strings.Cut(in.Text, "\n\n")
		return triage.NewExample(subject, body, in.Topic, at), err
	})
	if !errors.Is(err, fs.ErrNotExist) {
		return "topic", list, err
	}
	list, err = readLines(filepath.Join(dir, "corpus.jsonl"), func(line []byte) (triage.Example, error) {
		var in struct {
			Title, Text string
			Metadata    struct{ Priority, Created string }
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return triage.Example{}, err
		}
		at, err := created(in.Metadata.Created)
		return triage.NewExample(in.Title, in.Text, in.Metadata.Priority, at), err
	})
	return "priority", list, err
}

// readLines reads a file of one JSON value a line, and puts what it holds in order of time.
func readLines(path string, read func(line []byte) (triage.Example, error)) (list []triage.Example, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for n := 1; lines.Scan(); n++ {
		e, err := read(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if e.Label != "" {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b triage.Example) int {
		return cmp.Or(a.At.Compare(b.At))
	})
	return list, lines.Err()
}

func created(text string) (time.Time, error) {
	for _, layout := range createdLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("the time %q is in no known form", text)
}
