package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/fault"
)

const (
	maxBody  = 1 << 20 // bytes of any request body
	maxDepth = 32      // nesting of a JSON body
)

// decode parses the JSON body into v, a pointer to a struct. It rejects other content
// types, malformed JSON (reporting the position), deep nesting, trailing data and
// unknown fields: a misspelt optional field would otherwise be silently ignored.
func decode(c echo.Context, v any) error {
	body, err := readBody(c)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return fault.New(fault.Invalid, "The request requires a JSON body.")
	}
	return decodeBytes(body, v)
}

// decodeOptional is like decode, but accepts an empty body.
func decodeOptional(c echo.Context, v any) error {
	body, err := readBody(c)
	if err != nil || len(bytes.TrimSpace(body)) == 0 {
		return err
	}
	return decodeBytes(body, v)
}

// bodyKey is the context key of the request body, which idempotency hashes.
const bodyKey = "deskbook.body"

func readBody(c echo.Context) ([]byte, error) {
	r := c.Request()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c.Set(bodyKey, body)
	if len(body) == 0 {
		return body, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if r.Header.Get(echo.HeaderContentType) != "" &&
		(err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json")) {
		return nil, httpError(http.StatusUnsupportedMediaType, "Send the body as application/json.")
	}
	return body, nil
}

func decodeBytes(body []byte, v any) error {
	if !utf8.Valid(body) {
		return fault.New(fault.Invalid, "The JSON body is not valid UTF-8.")
	}
	if err := checkDepth(body); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return jsonError(body, err)
	}
	if fields == nil {
		return fault.New(fault.Invalid, "The JSON body must be an object.")
	}
	if err := checkKnown(fields, reflect.TypeOf(v).Elem()); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return jsonError(body, err)
	}
	return nil
}

// checkDepth limits nesting before the body reaches a recursive parser, and rejects null, which
// no field of a request takes: where it means anything, it is that the field is omitted.
func checkDepth(body []byte) error {
	depth, inString, escaped := 0, false, false
	for i, b := range body {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = b == '\\', b != '"'
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				line, col := position(body, i)
				return fault.New(fault.Invalid, "The JSON body is nested deeper than %d levels (line %d, column %d).",
					maxDepth, line, col)
			}
		case b == '}' || b == ']':
			depth--
		case depth > 0 && bytes.HasPrefix(body[i:], []byte("null")):
			line, col := position(body, i)
			return fault.New(fault.Invalid, "The JSON body has null on line %d, column %d. Omit the field instead.", line, col)
		}
	}
	return nil
}

func checkKnown(fields map[string]json.RawMessage, t reflect.Type) error {
	known := make(map[string]bool)
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = name != ""
	}
	var bad []fault.Field
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !known[name] {
			bad = append(bad, fault.Field{Field: name, Message: "is not a field of this request"})
		}
	}
	return fault.InvalidFields(bad)
}

// jsonError reports what is wrong with the body, and where.
func jsonError(body []byte, err error) error {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax):
		line, col := position(body, int(syntax.Offset)-1)
		return fault.New(fault.Invalid, "The body is not valid JSON at line %d, column %d: %s.", line, col, syntax.Error())
	case errors.As(err, &kind) && kind.Field != "":
		return fault.InvalidField(kind.Field, "must be %s, not %s", kindName(kind.Type), kind.Value)
	case errors.As(err, &kind):
		return fault.New(fault.Invalid, "The JSON body must be an object, not %s.", kind.Value)
	default:
		return fault.New(fault.Invalid, "The body is not valid JSON: %s.", err.Error())
	}
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	default:
		return "a whole number"
	}
}

// position returns the 1-based line and column of a byte offset in the body.
func position(body []byte, offset int) (line, col int) {
	offset = max(0, min(offset, len(body)))
	before := body[:offset]
	line = bytes.Count(before, []byte{'\n'}) + 1
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// page is the paging of a list request.
type page struct {
	Limit  int
	Cursor string
}

const (
	defaultLimit = 20
	maxLimit     = 100
	maxQuery     = 2000 // runes of a query parameter
)

// paging parses the parameters limit and cursor.
func paging(c echo.Context) (page, error) {
	p := page{Limit: defaultLimit, Cursor: c.QueryParam("cursor")}
	if len(p.Cursor) > maxQuery {
		return page{}, fault.InvalidField("cursor", "was not issued by this server")
	}
	limit := c.QueryParam("limit")
	if limit == "" {
		return p, nil
	}
	n, err := strconv.Atoi(limit)
	if err != nil || n < 1 || n > maxLimit {
		return page{}, fault.InvalidField("limit", "must be a number from 1 to %d", maxLimit)
	}
	p.Limit = n
	return p, nil
}

// boolParam parses an optional boolean query parameter.
func boolParam(c echo.Context, name string) (bool, error) {
	switch c.QueryParam(name) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	default:
		return false, fault.InvalidField(name, "must be true or false")
	}
}

// intParam parses the value of a whole-number parameter with a minimum; "" is 0.
func intParam(name, value string, minimum int) (int, error) {
	if value == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < minimum || n > 1<<31-1 {
		return 0, fault.InvalidField(name, "must be a whole number of at least %d", minimum)
	}
	return n, nil
}

// textParam returns a query parameter after checking its encoding and length.
func textParam(c echo.Context, name string) (string, error) {
	v := c.QueryParam(name)
	if !utf8.ValidString(v) || utf8.RuneCountInString(v) > maxQuery {
		return "", fault.InvalidField(name, "must be valid text of at most %d characters", maxQuery)
	}
	return v, nil
}

// choice returns the value of a query parameter that must be one of those allowed, "" if the
// request does not have it.
func choice[T ~string](c echo.Context, name string, allowed ...T) (T, error) {
	if !c.QueryParams().Has(name) {
		return "", nil
	}
	return oneOf(name, c.QueryParam(name), allowed...)
}

// oneOf returns the allowed value that a parameter has.
func oneOf[T ~string](name, value string, allowed ...T) (T, error) {
	for _, a := range allowed {
		if string(a) == value {
			return a, nil
		}
	}
	return "", fault.InvalidField(name, "must be one of %s", strings.Trim(fmt.Sprint(allowed), "[]"))
}
