package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMeasure(t *testing.T) {
	got, err := measure(filepath.Join("testdata", "tree"))
	if err != nil {
		t.Fatal(err)
	}
	want := []figures{
		{name: "door", files: 1, lines: 3, names: 1, funcs: []int{1}},
		// order.go and price.go use each other; till.go only uses order.go.
		{name: "shop", files: 3, lines: 33, names: 8, funcs: []int{7, 1, 1, 4, 1}, arrows: 3, back: 2},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figures{})); diff != "" {
		t.Errorf("measure (-want +got):\n%s", diff)
	}
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	err := write(&out, []figures{
		{name: "a", files: 1, lines: 10, names: 2, funcs: []int{4, 2}},
		{name: "b", files: 2, lines: 30, names: 3, funcs: []int{9}, arrows: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `` +
		"  package  files  lines  names  funcs  p50  p90  p99  max  arrows  back\n" +
		"        a      1     10      2      2    2    4    4    4       0     0\n" +
		"        b      2     30      3      1    9    9    9    9       1     0\n" +
		"    total      3     40      5      3    4    9    9    9       1     0\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("write (-want +got):\n%s", diff)
	}
}

func TestMeasureNothing(t *testing.T) {
	if _, err := measure(filepath.Join("testdata", "missing")); err == nil {
		t.Error("a folder that does not exist is measured")
	}
}
