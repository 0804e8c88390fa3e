package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Times are stored as microseconds since 1970 in UTC, which sort and compare the same on
// every engine; the zero time is NULL. JSON columns contain text; nil is NULL.

// micros returns the column value of a time.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// stamp scans a time column.
type stamp struct{ to *time.Time }

func timeTo(t *time.Time) stamp { return stamp{to: t} }

// Scan implements sql.Scanner.
func (s stamp) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s.to = time.Time{}
	case int64:
		*s.to = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time column contains a %T", src)
	}
	return nil
}

// encode is a value that is stored as JSON text.
type encode struct{ v any }

func toJSON(v any) encode { return encode{v: v} }

// Value implements driver.Valuer. It fails for what JSON cannot represent, such as NaN.
func (e encode) Value() (driver.Value, error) {
	b, err := json.Marshal(e.v)
	if err != nil || bytes.Equal(b, []byte("null")) {
		return nil, err
	}
	return string(b), nil
}

// decode scans a JSON column into the value that to points to; NULL leaves it unchanged.
type decode struct{ to any }

func jsonTo(to any) decode { return decode{to: to} }

// Scan implements sql.Scanner.
func (d decode) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), d.to)
	case []byte:
		return json.Unmarshal(v, d.to)
	}
	return fmt.Errorf("a JSON column contains a %T", src)
}

// rawText returns the column value of JSON that is text already.
func rawText(raw json.RawMessage) any {
	if raw == nil {
		return nil
	}
	return string(raw)
}

// raw scans a JSON column as it is; NULL is nil.
type raw struct{ to *json.RawMessage }

func rawTo(to *json.RawMessage) raw { return raw{to: to} }

// Scan implements sql.Scanner.
func (r raw) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*r.to = nil
	case string:
		*r.to = json.RawMessage(v)
	case []byte:
		*r.to = slices.Clone(v)
	default:
		return fmt.Errorf("a JSON column contains a %T", src)
	}
	return nil
}
