package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// figures are the measures of one package, or of several together.
type figures struct {
	name   string // folder below the root
	files  int
	lines  int
	names  int   // package-level constants, variables, types and functions
	funcs  []int // lines of each function and method
	arrows int
	back   int
}

func (f *figures) add(o figures) {
	f.files += o.files
	f.lines += o.lines
	f.names += o.names
	f.funcs = append(f.funcs, o.funcs...)
	f.arrows += o.arrows
	f.back += o.back
}

// quantile returns the smallest length that percent of the functions do not exceed, 0 without
// functions.
func (f *figures) quantile(percent int) int {
	if len(f.funcs) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f.funcs))
	return sorted[(len(sorted)*percent+99)/100-1]
}

// measure returns the figures of every package in and below root, by folder.
func measure(root string) ([]figures, error) {
	folders := make(map[string][]string)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && leftOut(name) {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			folders[filepath.Dir(name)] = append(folders[filepath.Dir(name)], name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []figures
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		p, err := measurePackage(folders[folder])
		if err != nil {
			return nil, err
		}
		if p.name, err = filepath.Rel(root, folder); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// leftOut reports whether a folder does not belong to the module's packages.
func leftOut(folder string) bool {
	base := filepath.Base(folder)
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || err == nil
}

// measurePackage returns the figures of the package whose files are named.
func measurePackage(names []string) (figures, error) {
	p := figures{files: len(names)}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return p, err
		}
		f, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			return p, err
		}
		files = append(files, f)
		p.lines += bytes.Count(src, []byte("\n"))
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				p.funcs = append(p.funcs, fset.Position(fn.End()).Line-fset.Position(fn.Pos()).Line+1)
			}
		}
	}
	// Imports are not loaded, so the checker reports errors; it still resolves the package's own names.
	uses := make(map[*ast.Ident]types.Object)
	config := types.Config{Importer: empty{}, Error: func(error) {}}
	pkg, _ := config.Check(names[0], fset, files, &types.Info{Uses: uses})
	p.names = len(pkg.Scope().Names())
	arrows := make(graph)
	for ident, object := range uses {
		_, method := object.(*types.Func)
		if object.Pkg() == pkg && (method || object.Parent() == pkg.Scope()) {
			arrows.add(fset.Position(ident.Pos()).Filename, fset.Position(object.Pos()).Filename)
		}
	}
	p.arrows, p.back = arrows.count()
	return p, nil
}

// empty imports every package as one without names.
type empty struct{}

func (empty) Import(name string) (*types.Package, error) {
	p := types.NewPackage(name, path.Base(name))
	p.MarkComplete()
	return p, nil
}

// graph holds, for each file, the other files it uses.
type graph map[string]map[string]bool

func (g graph) add(from, to string) {
	if from == to {
		return
	}
	if g[from] == nil {
		g[from] = make(map[string]bool)
	}
	g[from][to] = true
}

// count returns the number of arrows and how many of them are part of a cycle.
func (g graph) count() (arrows, back int) {
	for from, tos := range g {
		for to := range tos {
			arrows++
			if g.reaches(to, from, make(map[string]bool)) {
				back++
			}
		}
	}
	return arrows, back
}

func (g graph) reaches(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	for next := range g[from] {
		if !seen[next] && g.reaches(next, to, seen) {
			return true
		}
	}
	return false
}
