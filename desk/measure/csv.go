package measure

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// WriteReport writes the measures of a report as CSV. Nothing is written before all of it is
// there.
func WriteReport(w io.Writer, r Report) error {
	lines := [][]string{{"name", "value", "unit", "n", "median", "p90", "provisional", "version", "definition"}}
	for _, v := range r.Values {
		line := []string{v.Name, "", string(v.Unit), strconv.Itoa(v.N), "", ""}
		if v.Known {
			line[1] = number(v.Value)
		}
		if v.Known && v.Unit == Seconds {
			line[4], line[5] = number(v.Median), number(v.P90)
		}
		lines = append(lines, append(line, strconv.FormatBool(v.Provisional), strconv.Itoa(v.Version), v.Definition))
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// WriteRows writes rows as CSV as each calls its argument with them. If it fails before it has
// done so with many, nothing is written.
func WriteRows(w io.Writer, each func(fn func(Row) bool) error) error {
	out := csv.NewWriter(w)
	err := out.Write([]string{"id", "counts", "value", "at", "target", "reason", "provisional", "age_seconds"})
	if err != nil {
		return err
	}
	err = each(func(r Row) bool {
		age := ""
		if r.Age > 0 {
			age = number(r.Age)
		}
		return out.Write([]string{
			r.Ticket, strconv.FormatBool(r.Counts), number(r.Value), r.At.Time().Format(time.RFC3339Nano), plain(r.Target),
			r.Reason, strconv.FormatBool(r.Provisional), age,
		}) == nil
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Page returns the first rows that each calls its argument with, at least limit if there are that
// many, and the cursor of the rows after them, "" if there are none. The rows of a ticket stay
// together.
func Page(limit int, each func(fn func(Row) bool) error) (rows []Row, next string, err error) {
	err = each(func(r Row) bool {
		if n := len(rows); n >= limit && r.Ticket != rows[n-1].Ticket {
			next = rows[n-1].Cursor()
			return false
		}
		rows = append(rows, r)
		return true
	})
	return rows, next, err
}
