package layout

import (
	"fmt"
	"html/template"
	"io"
	"reflect"
	"time"
)

// maxDepth limits samples of recursive types.
const maxDepth = 12

// sample returns a T in which every list has an element, every pointer is set and
// every string is non-empty, so that executing a page with it reaches the parts that a
// zero T skips. flag is the value of every bool.
func sample[T any](flag bool) T {
	var v T
	fill(reflect.ValueOf(&v).Elem(), flag, 0)
	return v
}

func fill(v reflect.Value, flag bool, depth int) {
	if depth > maxDepth || !v.CanSet() {
		return
	}
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)))
		return
	case template.HTML:
		v.SetString("<p>text</p>")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(flag)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(.5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), flag, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), flag, depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), flag, depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), flag, depth+1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, flag, depth+1)
		fill(value, flag, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default: // other kinds do not occur in page structs
	}
}

// check executes the page with an empty T and with filled ones.
func (v View[T]) check() error {
	var zero T
	for _, attempt := range []struct {
		name    string
		frame   Frame
		content T
	}{
		{"empty", Frame{}, zero},
		{"full", sample[Frame](true), sample[T](true)},
		{"full with every flag off", sample[Frame](false), sample[T](false)},
	} {
		if err := v.Execute(io.Discard, attempt.frame, attempt.content); err != nil {
			return fmt.Errorf("%s: %w", attempt.name, err)
		}
	}
	return nil
}
