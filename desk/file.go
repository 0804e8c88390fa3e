package desk

import (
	"context"
	"io"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
)

// MaxFiles is how many files one message can have.
const MaxFiles = 10

// NewFile is a file to be attached to a message.
type NewFile struct {
	Name    string
	Content io.ReadSeeker
}

// FileStore stores files by their content.
type FileStore interface {
	// PutFiles stores the contents that are not there yet.
	PutFiles(ctx context.Context, files []blob.File) error
	// TicketFile returns a file that a message within the scope names, a public one unless
	// internal is set, under its name there; fault.NotFound otherwise.
	TicketFile(ctx context.Context, id string, scope Scope, internal bool) (blob.File, error)
}

// File returns a file with its content if the actor may read a message that names it.
func (s *Service) File(ctx context.Context, actor access.Actor, id string) (blob.File, error) {
	if !blob.ValidID(id) || !actor.Can(access.OpenTickets) {
		return blob.File{}, fault.New(fault.NotFound, "there is no such file")
	}
	return s.Files.TicketFile(ctx, id, readScope(actor), actor.ReadsAllTickets())
}

// store stores the contents of files for the message that is to name them.
func (s *Service) store(ctx context.Context, files []NewFile) ([]File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if len(files) > MaxFiles {
		return nil, fault.InvalidField("file", "a message can have at most %d files", MaxFiles)
	}
	contents, out := make([]blob.File, len(files)), make([]File, len(files))
	for i, f := range files {
		var err error
		if contents[i], err = blob.New(f.Name, f.Content); err != nil {
			return nil, err
		}
		out[i] = File{Name: contents[i].Name, Info: contents[i].Info}
	}
	return out, s.Files.PutFiles(ctx, contents)
}

// allFiles returns the files of all messages.
func (t Ticket) allFiles() []File {
	var out []File
	for _, m := range t.Messages {
		out = append(out, m.Files...)
	}
	return out
}
