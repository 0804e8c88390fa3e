package layout

import (
	"context"
	"io"
	"strings"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/kb"
)

// FileInput is the field of a form that takes files for a message.
type FileInput struct {
	ID      string
	Chosen  int // files that have to be chosen again
	Problem Problem
}

// Most returns how many files the field takes.
func (FileInput) Most() int { return desk.MaxFiles }

// Megabytes returns how large each may be.
func (FileInput) Megabytes() int { return blob.MaxSize >> 20 }

// Together returns how many megabytes the server reads of one form.
func (f FileInput) Together() int { return 2 * f.Megabytes() }

// Uploader stores files for texts that are not saved yet.
type Uploader interface {
	// Upload stores a file for a text that the actor is writing.
	Upload(ctx context.Context, actor access.Actor, name string, content io.ReadSeeker) (kb.File, error)
}

// AppendFiles uploads the files that were chosen for a text and returns the text with each
// named at its end.
func AppendFiles(
	ctx context.Context, u Uploader, actor access.Actor, markdown string, files []route.FormFile,
) (string, error) {
	for _, file := range files {
		up, err := u.Upload(ctx, actor, file.Name, file)
		if err != nil {
			return markdown, err
		}
		markdown = strings.TrimRight(markdown, "\n ") + "\n\n" + up.Markdown() + "\n"
	}
	return markdown, nil
}
