package kb_test

import (
	"bytes"
	"context"
	"io"
	"slices"

	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// shelf is the part of a kb.Store that holds files.
type shelf struct {
	contents map[string]stored
	uploads  []kb.Upload
}

type stored struct {
	blob.File
	data []byte
}

func (m *memory) PutFiles(_ context.Context, files []blob.File) error {
	for _, f := range files {
		data, err := io.ReadAll(f.Content)
		if err != nil {
			return err
		}
		m.files.contents[f.ID] = stored{f, data}
	}
	return nil
}

func (m *memory) ArticleFile(_ context.Context, id string, sight kb.FileSight) (blob.File, error) {
	found := func(files []kb.File) bool {
		return slices.ContainsFunc(files, func(f kb.File) bool { return f.ID == id })
	}
	seen := false
	for _, revisions := range m.articles {
		for _, a := range revisions {
			seen = seen || found(a.Files) && sight.Visibility.Allows(a) && sight.Visibility.Allows(revisions[len(revisions)-1])
		}
	}
	for _, d := range m.drafts {
		seen = seen || sight.Drafts && found(d.Files)
	}
	for _, u := range m.files.uploads {
		seen = seen || u.Author == sight.Uploader && u.ID == id
	}
	if !seen {
		return blob.File{}, fault.New(fault.NotFound, "no file %s", id)
	}
	f := m.files.contents[id]
	f.Content = bytes.NewReader(f.data)
	return f.File, nil
}

func (m *memory) SaveUpload(ctx context.Context, u kb.Upload, f blob.File) error {
	m.files.uploads = append(m.files.uploads, u)
	return m.PutFiles(ctx, []blob.File{f})
}

func (m *memory) Uploads(_ context.Context, author string, paths []string) ([]kb.File, error) {
	var out []kb.File
	for _, u := range m.files.uploads {
		if u.Author == author && slices.Contains(paths, u.Path) {
			out = append(out, u.File)
		}
	}
	return out, nil
}
