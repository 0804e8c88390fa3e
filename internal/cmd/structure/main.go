// Command structure prints how the code is built, package by package: lines, package-level
// names, lengths of functions, and the arrows between the files of a package.
//
//	go run ./internal/cmd/structure [FOLDER]
//
// Tests, testdata and nested modules are left out. An arrow leads from a file to another file of
// its package that declares a package-level name or a method it uses. It counts as a back arrow
// when it is part of a cycle: neither of its files can be understood without the other.
package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	packages, err := measure(root)
	if err == nil {
		err = write(os.Stdout, packages)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "structure:", err)
		os.Exit(1)
	}
}

// write prints one row per package and one for all of them.
func write(out io.Writer, packages []figures) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "package\tfiles\tlines\tnames\tfuncs\tp50\tp90\tp99\tmax\tarrows\tback\t")
	total := figures{name: "total"}
	for _, p := range packages {
		row(w, p)
		total.add(p)
	}
	row(w, total)
	return w.Flush()
}

func row(w io.Writer, p figures) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", p.name, p.files, p.lines, p.names,
		len(p.funcs), p.quantile(50), p.quantile(90), p.quantile(99), p.quantile(100), p.arrows, p.back)
}
