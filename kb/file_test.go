package kb_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

// fileAt returns a file of an article with this content.
func fileAt(t *testing.T, path, content string) kb.File {
	t.Helper()
	f, err := blob.New(path, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return kb.File{Path: path, Info: f.Info}
}

// TestPathsFind: a name in a text means the file that the tool it was written for would
// show, and never one outside the folder.
func TestPathsFind(t *testing.T) {
	paths := kb.NewPaths()
	for _, p := range []string{
		"docs/img/port.png", "docs/guide/img/port.png", "static/img/logo.png", "docs/.assets/a b.png", "Bilder/Größe.PNG",
		"docs/guide/vpn/map.png", ".hidden/key.png", "top.png", "docs/img/100%.png", "docs/img/%2e%2e.png",
	} {
		paths.Add(p)
	}
	tests := []struct{ from, name, want string }{
		{"docs/vpn.md", "img/port.png", "docs/img/port.png"},
		{"docs/vpn.md", "./img/port.png", "docs/img/port.png"},
		{"docs/guide/vpn.md", "img/port.png", "docs/guide/img/port.png"},
		{"docs/guide/vpn.md", "../img/port.png", "docs/img/port.png"},
		{"docs/guide/vpn.md", "map.png", "docs/guide/vpn/map.png"},
		{"docs/guide/vpn.md", "../../img/port.png", "docs/img/port.png"},
		{"docs/guide/vpn.md", "/img/port.png", "docs/guide/img/port.png"},
		{"vpn.md", "/docs/img/port.png", "docs/img/port.png"},
		{"vpn.md", "img/port.png", "docs/img/port.png"},
		{"docs/vpn.md", "/img/logo.png", "static/img/logo.png"},
		{"docs/vpn.md", "logo.png", "static/img/logo.png"},
		{"docs/vpn.md", "/top.png", "top.png"},
		{"docs/vpn.md", ".assets/a b.png", "docs/.assets/a b.png"},
		{"docs/vpn.md", "a b.png", ""},
		{"docs/vpn.md", "key.png", ""},
		{"docs/vpn.md", "bilder/gr\u00f6ße.png", "Bilder/Größe.PNG"},
		{"docs/vpn.md", "bilder/Gro\u0308ße.png", "Bilder/Größe.PNG"},
		{"docs/vpn.md", "../../../../etc/passwd", ""},
		{"docs/vpn.md", "../../../docs/img/port.png", "docs/img/port.png"},
		{"docs/vpn.md", "..", ""},
		{"docs/vpn.md", "/", ""},
		{"docs/vpn.md", "img/100%.png", "docs/img/100%.png"},
		{"docs/vpn.md", "img/%2e%2e.png", "docs/img/%2e%2e.png"},
		{"", "port.png", "docs/img/port.png"},
		{"", "ort.png", ""},
	}
	for _, tt := range tests {
		if got, ok := paths.Find(tt.from, tt.name); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q in %q is %q, want %q", tt.name, tt.from, got, tt.want)
		}
	}
}

// TestFindAmongFew: among the files of an article alone, a name means what it means in the
// whole folder.
func TestFindAmongFew(t *testing.T) {
	all := []string{
		"a/img/x.png", "a/b/img/x.png", "img/x.png", "a/b/c/x.png", "z/img/x.png", "a/x.png", "x.png", "A/IMG/X.png",
	}
	names := []string{"x.png", "img/x.png", "/img/x.png", "../img/x.png", "../x.png", "/x.png", "c/x.png", "IMG/x.png"}
	whole := kb.NewPaths()
	for _, p := range all {
		whole.Add(p)
	}
	for _, from := range []string{"a/b/page.md", "a/page.md", "page.md", "z/page.md", ""} {
		few := kb.NewPaths()
		want := map[string]string{}
		for _, name := range names {
			if p, ok := whole.Find(from, name); ok {
				want[name] = p
				few.Add(p)
			}
		}
		for _, name := range names {
			if got, _ := few.Find(from, name); got != want[name] {
				t.Errorf("%q in %q is %q among few, %q among all", name, from, got, want[name])
			}
		}
	}
}

func TestRenderFiles(t *testing.T) {
	picture, manual := fileAt(t, "docs/img/blue port.png", png), fileAt(t, "docs/manual.pdf", "%PDF-1.7")
	video := fileAt(t, "docs/img/film.mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
	img := func(alt string) string {
		return `<img src="/files/` + picture.ID + `" alt="` + alt + `" loading="lazy">`
	}
	half := fileAt(t, "docs/img/50 %.png", png+"half")
	link := func(f kb.File, words string) string { return `<a href="/files/` + f.ID + `">` + words + `</a>` }
	tests := []struct{ markdown, want string }{
		{"![The *blue* port](<img/blue port.png>)", "<p>" + img("The blue port") + "</p>"},
		{"![](img/blue%20port.png \"title\")", "<p>" + img("") + "</p>"},
		{`![a"b<c](img\blue%20port.png)`, "<p>" + img("a&#34;b&lt;c") + "</p>"},
		{"![x][p]\n\n[p]: <img/blue port.png>", "<p>" + img("x") + "</p>"},
		{"![x](img/blue%20port.png?raw=true#wide)", "<p>" + img("x") + "</p>"},
		{"[![x](img/blue%20port.png)](https://example.org/)", `<p><a href="https://example.org/" ` +
			`rel="noopener nofollow ugc">` + img("x") + "</a></p>"},
		{"<img src=\"img/blue port.png\" alt=\"x\" onerror=\"alert(1)\">", img("x")},
		{"![[blue port.png]]", img("")},
		{"![x](<img/50 %.png>)", `<p><img src="/files/` + half.ID + `" alt="x" loading="lazy"></p>`},
		{"![x](img/50%20%.png)", `<p><img src="/files/` + half.ID + `" alt="x" loading="lazy"></p>`},
		{"[The manual](manual.pdf)", "<p>" + link(manual, "The manual") + "</p>"},
		{"[[manual.pdf]]", "<p>" + link(manual, "manual.pdf") + "</p>"},
		{"![The film](img/film.mp4)", "<p>" + link(video, "The film") + "</p>"},
		{"![](img/film.mp4)", "<p>" + link(video, "film.mp4") + "</p>"},
		{"![The red port](img/red.png)", "<p>The red port</p>"},
		{"![x](../../../etc/passwd) ![y](//example.org/y.png) ![z](data:image/png;base64,AA==)", "<p>x y z</p>"},
		{"![x](/files/" + picture.ID + ")", "<p>x</p>"},
	}
	for _, tt := range tests {
		a := kb.Article{
			ID: "a_1", Title: "Dock", Path: "docs/dock.md", Markdown: tt.markdown,
			Files: []kb.File{picture, manual, video, half},
		}
		a.Origin.Dialect = "obsidian"
		p, err := kb.Render(a, kb.Rendering{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(p.HTML); got != tt.want && got != "<p>"+tt.want+"</p>" {
			t.Errorf("%s\nbecomes %s\nwant    %s", tt.markdown, got, tt.want)
		}
		if len(p.Dead) > 0 {
			t.Errorf("%s has dead links %v", tt.markdown, p.Dead)
		}
	}
}

// TestUploadsAreTheirUploaders: a path brings a file only to the texts of who uploaded it.
func TestUploadsAreTheirUploaders(t *testing.T) {
	b := newBench()
	up, err := b.Upload(t.Context(), agent, "../../Blue port \u202e(1).PNG", strings.NewReader(png))
	if err != nil {
		t.Fatal(err)
	}
	name := "blue-port-1-" + up.ID[:12]
	if up.Path != "files/"+name+".png" || up.Markdown() != "!["+name+"](files/"+name+".png)" {
		t.Errorf("path %q, named by %q", up.Path, up.Markdown())
	}
	requester := access.Actor{ID: "u_r", Roles: []access.Role{access.Requester}}
	if _, err := b.Upload(t.Context(), requester, "x.png", strings.NewReader(png)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a reader uploads: %v", err)
	}
	if _, err := b.Upload(t.Context(), agent, "x.png", strings.NewReader("")); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty file: %v", err)
	}
	mine := b.article(t, kb.NewArticleInput{Title: "Mine", Markdown: up.Markdown()})
	if len(mine.Files) > 0 {
		t.Errorf("another's article has %v", mine.Files) // articles of the bench are the manager's
	}
	own, err := b.Create(t.Context(), agent, kb.NewArticleInput{Title: "Own", Markdown: up.Markdown()})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]kb.File{up}, own.Files); diff != "" {
		t.Error(diff)
	}
	// Others may edit the text around it, and lose it only with its name.
	edited, err := b.Update(t.Context(), manager, own.ID, 1, kb.Patch{Markdown: ptr("Words. " + up.Markdown())})
	if err != nil || len(edited.Files) != 1 {
		t.Errorf("edited: %v, %v", edited.Files, err)
	}
	if edited, err = b.Update(t.Context(), manager, own.ID, 2, kb.Patch{Markdown: ptr("Words.")}); err != nil ||
		len(edited.Files) != 0 {
		t.Errorf("without the name: %v, %v", edited.Files, err)
	}
	if edited, err = b.Restore(t.Context(), manager, own.ID, 2, 3); err != nil || len(edited.Files) != 1 {
		t.Errorf("restored: %v, %v", edited.Files, err)
	}
	f, err := b.File(t.Context(), agent, up.ID)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(f.Content); err != nil || !bytes.Equal(content, []byte(png)) {
		t.Errorf("%q, %v", content, err)
	}
	for _, id := range []string{"", "..", up.ID[:63], strings.ToUpper(up.ID)} {
		_, err := b.File(t.Context(), manager, id)
		wantKind(t, err, fault.NotFound)
	}
	_, err = b.File(t.Context(), access.Actor{}, up.ID)
	wantKind(t, err, fault.NotFound)
}

// TestManyFiles: what one article can name is bounded.
func TestManyFiles(t *testing.T) {
	var text strings.Builder
	var files []kb.File
	for i := range 3000 {
		fmt.Fprintf(&text, "![%d](img/%d.png)\n\n", i, i)
		files = append(files, kb.File{Path: fmt.Sprintf("img/%d.png", i), Info: fileAt(t, "x.png", png).Info})
	}
	b := newBench()
	a, err := b.WithFiles(t.Context(), agent, kb.Article{Title: "Many", Markdown: text.String(), Files: files})
	if err != nil || len(a.Files) != 500 {
		t.Errorf("%d files, %v", len(a.Files), err)
	}
}
