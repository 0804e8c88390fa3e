package desk

import (
	"context"
	"io"
	"slices"
	"time"

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
	// KeepFiles stores the contents of a form that its author has not finished, by their
	// [File.Kept] paths.
	KeepFiles(ctx context.Context, author string, at time.Time, files []blob.File) error
	// KeptFiles returns those of an author's files that have one of the paths, by path.
	KeptFiles(ctx context.Context, author string, paths []string) (map[string]File, error)
}

// Kept returns the path by which a form that is sent again names the file. It opens nothing
// to anybody but who sent the file.
func (f File) Kept() string { return "ticket/" + f.ID + "/" + f.Name }

// File returns a file with its content if the actor may read a message that names it.
func (s *Service) File(ctx context.Context, actor access.Actor, id string) (blob.File, error) {
	if !blob.ValidID(id) || !actor.Can(access.OpenTickets) {
		return blob.File{}, fault.New(fault.NotFound, "there is no such file")
	}
	return s.Files.TicketFile(ctx, id, readScope(actor), actor.ReadsAllTickets())
}

// KeepFiles stores the files of a form that its author has not finished, so that the form can
// name them when it is sent again, and returns them behind those that it named already. They
// are kept for a day.
func (s *Service) KeepFiles(
	ctx context.Context, actor access.Actor, files []NewFile, kept []string,
) ([]File, error) {
	if !actor.Can(access.OpenTickets) {
		return nil, fault.New(fault.Forbidden, "sign in to open a ticket")
	}
	before, err := s.keptFiles(ctx, actor, kept, len(files))
	if err != nil {
		return nil, err
	}
	contents, out, err := readFiles(files)
	if err != nil || len(contents) == 0 {
		return before, err
	}
	if err := s.Files.KeepFiles(ctx, actor.ID, s.Now(), contents); err != nil {
		return nil, err
	}
	return append(before, out...), nil
}

// keptFiles returns the files that a form names and its author has sent before, in their
// order. more is how many files come with the form.
func (s *Service) keptFiles(ctx context.Context, actor access.Actor, paths []string, more int) ([]File, error) {
	if len(paths)+more > MaxFiles {
		return nil, tooMany()
	}
	if len(paths) == 0 {
		return nil, nil
	}
	found, err := s.Files.KeptFiles(ctx, actor.ID, paths)
	if err != nil {
		return nil, err
	}
	var out []File
	for _, path := range paths {
		f, ok := found[path]
		if !ok {
			return nil, fault.InvalidField("file", "is no longer kept here; please choose it again")
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, nil
}

func tooMany() error {
	return fault.InvalidField("file", "a message can have at most %d files", MaxFiles)
}

// store stores the contents of files for the message that is to name them.
func (s *Service) store(ctx context.Context, files []NewFile) ([]File, error) {
	contents, out, err := readFiles(files)
	if err != nil || len(contents) == 0 {
		return nil, err
	}
	return out, s.Files.PutFiles(ctx, contents)
}

// readFiles checks files and returns their contents, and how a message names them.
func readFiles(files []NewFile) ([]blob.File, []File, error) {
	if len(files) > MaxFiles {
		return nil, nil, tooMany()
	}
	contents, out := make([]blob.File, len(files)), make([]File, len(files))
	for i, f := range files {
		var err error
		if contents[i], err = blob.New(f.Name, f.Content); err != nil {
			return nil, nil, err
		}
		out[i] = File{Name: contents[i].Name, Info: contents[i].Info}
	}
	return contents, out, nil
}

// allFiles returns the files of all messages.
func (t Ticket) allFiles() []File {
	var out []File
	for _, m := range t.Messages {
		out = append(out, m.Files...)
	}
	return out
}
