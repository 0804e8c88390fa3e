package eval

import (
	"path/filepath"
	"strings"

	"github.com/deskbook/deskbook/retrieval/triage"
)

// topicRow is a ticket of triage-topic.jsonl.
type topicRow struct {
	Text    string `json:"text"`
	Topic   string `json:"topic"`
	Created string `json:"created"`
}

// LoadExamples reads a labelled set: triage-topic.jsonl where the folder has it, otherwise
// the tickets of corpus.jsonl with their priority. field says which it was. Tickets
// without a label are left out, the others are in order of time.
func LoadExamples(dir string) (field string, list []triage.Example, err error) {
	add := func(subject, body, label, created string) error {
		at, err := parseTime(created)
		if err == nil && label != "" {
			list = append(list, triage.NewExample(subject, body, label, at))
		}
		return err
	}
	field = "topic"
	err = readRows(filepath.Join(dir, "triage-topic.jsonl"), func(row topicRow) error {
		subject, body, _ := strings.Cut(row.Text, "\n\n")
		return add(subject, body, row.Topic, row.Created)
	})
	if missing(err) {
		field = "priority"
		err = readRows(filepath.Join(dir, corpusFile), func(row ticketRow) error {
			return add(row.Title, row.Text, row.Metadata.Priority, row.Metadata.Created)
		})
	}
	return field, triage.SortByTime(list), err
}
