package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

const maxLine = 64 << 20 // bytes of one line of a set's files

// readLines visits the lines of a file that are not empty. Its errors are fault.Invalid
// and name file and line; that of a missing file wraps fs.ErrNotExist.
func readLines(path string, visit func(line []byte) error) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return invalid(path, 0, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	scan := bufio.NewScanner(f)
	scan.Buffer(make([]byte, 0, 64<<10), maxLine)
	for n := 1; scan.Scan(); n++ {
		if len(bytes.TrimSpace(scan.Bytes())) == 0 {
			continue
		}
		if err := visit(scan.Bytes()); err != nil {
			return invalid(path, n, err)
		}
	}
	if err := scan.Err(); err != nil {
		return invalid(path, 0, err)
	}
	return nil
}

// readRows visits the values of a file that holds one JSON value a line.
func readRows[Row any](path string, visit func(row Row) error) error {
	return readLines(path, func(line []byte) error {
		var row Row
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		return visit(row)
	})
}

// missing reports whether a file does not exist.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func invalid(path string, line int, err error) error {
	if line > 0 {
		return fault.Wrap(fault.Invalid, err, "%s:%d: %v", path, line, err)
	}
	cause := err
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		cause = p.Err
	}
	return fault.Wrap(fault.Invalid, err, "%s: %v", path, cause)
}

// timeLayouts are the forms in which sets write the time of a ticket.
var timeLayouts = []string{
	time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00", "02/Jan/06 15:04",
	time.DateTime, time.DateOnly,
}

func parseTime(text string) (time.Time, error) {
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("the time %q is in no known form", text)
}
