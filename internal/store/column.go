package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Times are stored as microseconds since 1970 in UTC, which sort and compare alike
// on every engine; the zero time is NULL. JSON columns hold text, nil is NULL.

// micros gives the column value of a time.
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
		return fmt.Errorf("time column holds a %T", src)
	}
	return nil
}

// encode marks a value to be stored as JSON text.
type encode struct{ v any }

func toJSON(v any) encode { return encode{v: v} }

// Value implements driver.Valuer. It fails on what JSON cannot hold, such as NaN.
func (e encode) Value() (driver.Value, error) {
	b, err := json.Marshal(e.v)
	if err != nil || bytes.Equal(b, []byte("null")) {
		return nil, err
	}
	return string(b), nil
}

// decode scans a JSON column into what the pointer names; NULL leaves it alone.
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
	return fmt.Errorf("JSON column holds a %T", src)
}
