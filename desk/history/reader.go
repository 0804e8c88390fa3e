package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line: a ticket with a long thread has a few megabytes.
const maxLine = 32 << 20

// errTooLong says that a line was skipped because it is longer than maxLine.
var errTooLong = fmt.Errorf("is longer than %d MB", maxLine>>20)

var byteOrderMark = []byte("\xef\xbb\xbf")

// lineReader reads lines that end in LF or CRLF. It skips a byte order mark and empty lines,
// and holds one line at a time.
type lineReader struct {
	in     *bufio.Reader
	number int   // of the last line read, from 1
	bytes  int64 // read so far
	buf    []byte
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(r, 256<<10)}
}

// next returns the next line that is not empty, valid until the call after it, io.EOF at the
// end, and errTooLong for a line that was skipped.
func (r *lineReader) next() ([]byte, error) {
	for {
		line, err := r.line()
		if r.number == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		line = bytes.TrimSpace(line)
		if errors.Is(err, errTooLong) || err == nil && len(line) > 0 {
			return line, err
		}
		if err != nil {
			return nil, err
		}
	}
}

func (r *lineReader) line() ([]byte, error) {
	r.buf = r.buf[:0]
	r.number++
	tooLong := false
	for {
		part, err := r.in.ReadSlice('\n')
		r.bytes += int64(len(part))
		if tooLong = tooLong || len(r.buf)+len(part) > maxLine; !tooLong {
			r.buf = append(r.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && (tooLong || len(r.buf) > 0), err == nil:
			if tooLong {
				return nil, errTooLong
			}
			return r.buf, nil
		default:
			return nil, err
		}
	}
}
