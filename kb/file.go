package kb

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/plain"
)

// maxFiles is how many files one article may have.
const maxFiles = 500

// File is a picture or attachment that an article's text names.
type File struct {
	// Path is below the imported folder and slash separated; the text names it relative to
	// the folder of the article.
	Path string `json:"path"`
	blob.Info
}

// FileSight is where a reader may have seen a file: in articles and revisions within the
// visibility, in drafts, and among their own uploads.
type FileSight struct {
	Visibility Visibility
	Drafts     bool
	Uploader   string // user id, "" for none
}

// Upload is a file for a text that its author has not saved yet.
type Upload struct {
	Author string // user id
	File          // its path is relative to the article
	At     time.Time
}

// FileStore holds files by their content.
type FileStore interface {
	// PutFiles stores the contents that are not there yet.
	PutFiles(ctx context.Context, files []blob.File) error
	// ArticleFile returns a file that something within the sight names, under the name that
	// it has there; fault.NotFound otherwise.
	ArticleFile(ctx context.Context, id string, sight FileSight) (blob.File, error)
	// SaveUpload stores a file together with its upload.
	SaveUpload(ctx context.Context, u Upload, f blob.File) error
	// Uploads returns those of an author's uploads that have one of the paths.
	Uploads(ctx context.Context, author string, paths []string) ([]File, error)
}

// File returns a file with its content if the actor may see a revision, a draft or an
// upload that names it. Its id alone opens nothing.
func (s *Service) File(ctx context.Context, actor access.Actor, id string) (blob.File, error) {
	if !blob.ValidID(id) {
		return blob.File{}, fault.New(fault.NotFound, "there is no such file")
	}
	f, err := s.store.ArticleFile(ctx, id, FileSight{
		Visibility: visible(actor), Drafts: mayReadDrafts(actor) == nil, Uploader: actor.ID,
	})
	if err != nil {
		return blob.File{}, fmt.Errorf("file %s: %w", id, err)
	}
	return f, nil
}

// Upload stores a file for a text that the actor is writing. The text names it by the
// path that is returned, relative to the article; what is saved by the same person with
// that path has the file.
func (s *Service) Upload(ctx context.Context, actor access.Actor, name string, content io.ReadSeeker) (File, error) {
	if err := require(actor, access.WriteArticles, "upload files"); err != nil {
		return File{}, err
	}
	f, err := blob.New(name, content)
	if err != nil {
		return File{}, fmt.Errorf("upload: %w", err)
	}
	up := Upload{Author: actor.ID, File: File{Path: uploadPath(f), Info: f.Info}, At: s.Clock()}
	if err := s.store.SaveUpload(ctx, up, f); err != nil {
		return File{}, fmt.Errorf("upload: %w", err)
	}
	return up.File, nil
}

// PutFiles stores the contents of files that imported articles are to name.
func (s *Service) PutFiles(ctx context.Context, files []blob.File) error {
	return s.store.PutFiles(ctx, files)
}

// uploadFolder is where exported files are that were uploaded here.
const uploadFolder = "files"

// uploadPath returns a path that no other content has.
func uploadPath(f blob.File) string {
	stem, ext := blob.Stem(f.Name)
	words := []rune(plain.Slugify(stem))
	return uploadFolder + "/" + cmp.Or(string(words[:min(len(words), 60)]), "file") + "-" + f.ID[:12] + ext
}

// Markdown returns what a text contains to show the file, or to link to it if it is no
// picture.
func (f File) Markdown() string {
	words, _ := blob.Stem(path.Base(f.Path))
	if f.Picture() {
		return "![" + words + "](" + f.Path + ")"
	}
	return "[" + words + "](" + f.Path + ")"
}

// namedFiles returns the files that the text of an article names: of those known, the
// first known one at each path, and of the actor's uploads.
func (s *Service) namedFiles(ctx context.Context, actor access.Actor, a Article, known ...[]File) ([]File, error) {
	var all []File
	for _, list := range known {
		for _, f := range list {
			if !slices.ContainsFunc(all, func(o File) bool { return o.Path == f.Path }) {
				all = append(all, f)
			}
		}
	}
	names := namedPaths(a.Document())
	if len(names) == 0 {
		return nil, nil
	}
	places := newFilePlaces(all)
	var out []File
	var unknown []string
	for _, name := range names {
		if f, ok := places.file(a.Path, name); ok {
			out = append(out, f)
		} else {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 && actor.Known() {
		uploads, err := s.store.Uploads(ctx, actor.ID, unknown)
		if err != nil {
			return nil, err
		}
		for _, f := range uploads {
			f.Path = path.Join(path.Dir(a.Path), f.Path)
			out = append(out, f)
		}
	}
	return SortFiles(out), nil
}

// WithFiles returns a text that the actor is writing with the files that it names.
func (s *Service) WithFiles(ctx context.Context, actor access.Actor, a Article) (Article, error) {
	var err error
	if a.Files, err = s.namedFiles(ctx, actor, a, a.Files); err != nil {
		return Article{}, fmt.Errorf("files of article %s: %w", a.ID, err)
	}
	return a, nil
}

// draftFiles returns the files that the text of a draft names: of its own, of the revision
// that it edits, and of the actor's uploads.
func (s *Service) draftFiles(ctx context.Context, actor access.Actor, d Draft) ([]File, error) {
	var base Article
	if d.Decision == EditArticle {
		var err error
		base, err = s.store.ArticleRevision(ctx, d.ArticleID, d.BaseRevision, draftSight(actor))
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	own := base.Files
	base.Markdown = d.Markdown
	return s.namedFiles(ctx, actor, base, d.Files, own)
}

// SortFiles returns the files in order of path, each path once: maxFiles at most.
func SortFiles(files []File) []File {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	files = slices.CompactFunc(files, func(a, b File) bool { return a.Path == b.Path })
	return files[:min(len(files), maxFiles)]
}

// FilesDigest returns the digest of a list of files, "" for none.
func FilesDigest(files []File) string {
	if len(files) == 0 {
		return ""
	}
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%q %s\n", f.Path, f.ID)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
