package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/kb"
)

// partSize is how many bytes of a file are in one row.
const partSize = 256 << 10

// PutFiles stores the contents that are not there yet, all or none.
func (s *Store) PutFiles(ctx context.Context, files []blob.File) error {
	return s.update(ctx, func(c conn) error { return s.putFiles(ctx, c, files...) })
}

func (s *Store) putFiles(ctx context.Context, c conn, files ...blob.File) error {
	for _, f := range files {
		_, err := c.exec(ctx, insertInto("blob", "id, type, size, stored_at")+
			" ON CONFLICT (id) DO UPDATE SET stored_at = excluded.stored_at", f.ID, f.Type, f.Size, s.now().UnixMicro())
		if err != nil {
			return err
		}
		var stored int
		err = c.row(ctx, []any{&stored}, "SELECT count(*) FROM blob_part WHERE blob = ? AND n = 0", f.ID)
		if err == nil && stored == 0 {
			err = putParts(ctx, c, f)
		}
		if err != nil {
			return fmt.Errorf("store the file %s: %w", f.Name, err)
		}
	}
	return nil
}

// putParts writes the content of a file that is being stored.
func putParts(ctx context.Context, c conn, f blob.File) error {
	part, written := make([]byte, partSize), int64(0)
	for n := 0; ; n++ {
		size, err := io.ReadFull(f.Content, part)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if _, err := c.exec(ctx, insertInto("blob_part", "blob, n, data"), f.ID, n, part[:size]); err != nil {
			return err
		}
		written += int64(size)
	}
	if written != f.Size {
		return fmt.Errorf("%d bytes were read of %d", written, f.Size)
	}
	return nil
}

// ArticleFile returns a file that an article, a draft or an upload within the sight names.
func (s *Store) ArticleFile(ctx context.Context, id string, sight kb.FileSight) (blob.File, error) {
	var shown where
	shown.and("f.blob = ?", id)
	visible(&shown, "a", sight.Visibility)
	visible(&shown, "r", sight.Visibility)
	query := `SELECT f.path FROM article_file f JOIN article a ON a.id = f.article_id
		JOIN article_revision r ON r.article_id = f.article_id AND r.revision = f.revision` + shown.String()
	args := shown.args
	if sight.Drafts {
		query += " UNION ALL SELECT f.path FROM draft_file f WHERE f.blob = ?"
		args = append(args, id)
	}
	if sight.Uploader != "" {
		query += " UNION ALL SELECT f.path FROM upload f WHERE f.blob = ? AND f.author = ?"
		args = append(args, id, sight.Uploader)
	}
	return s.file(ctx, id, query, args)
}

// TicketFile returns a file that a message within the scope names: a public one, or an
// internal one as well.
func (s *Store) TicketFile(ctx context.Context, id string, scope desk.Scope, internal bool) (blob.File, error) {
	var w where
	w.and("f.blob = ?", id)
	within(&w, scope)
	if !internal {
		w.and("m.visibility = ?", desk.PublicReply)
	}
	return s.file(ctx, id, `SELECT f.name AS path FROM ticket_file f JOIN ticket t ON t.number = f.ticket
		JOIN ticket_message m ON m.ticket = f.ticket AND m.n = f.message`+w.String(), w.args)
}

// file returns the file under the first of the names that the query finds, NotFound
// without one.
func (s *Store) file(ctx context.Context, id, names string, args []any) (blob.File, error) {
	f := blob.File{Info: blob.Info{ID: id}}
	err := s.read().row(ctx, []any{&f.Type, &f.Size, &f.Name},
		"SELECT b.type, b.size, n.path FROM ("+names+" ORDER BY 1 LIMIT 1) n CROSS JOIN blob b WHERE b.id = ?",
		append(args, id)...)
	if err != nil {
		return blob.File{}, missing(err, "file %q", id)
	}
	f.Name = blob.CleanName(f.Name)
	f.Content = &content{ctx: ctx, s: s, id: id, size: f.Size, at: -1}
	return f, nil
}

// content reads a file part by part; a part is read when it is needed.
type content struct {
	ctx  context.Context
	s    *Store
	id   string
	size int64
	pos  int64
	at   int64 // number of the part that is held, -1 for none
	part []byte
}

// Read implements io.Reader.
func (r *content) Read(p []byte) (int, error) {
	if r.pos >= r.size {
		return 0, io.EOF
	}
	if n := r.pos / partSize; n != r.at {
		err := r.s.read().row(r.ctx, []any{&r.part}, "SELECT data FROM blob_part WHERE blob = ? AND n = ?", r.id, n)
		if err != nil {
			return 0, fmt.Errorf("part %d of file %s: %w", n, r.id, err)
		}
		r.at = n
	}
	from := r.pos % partSize
	if from >= int64(len(r.part)) {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, r.part[from:])
	r.pos += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (r *content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning of a file")
	}
	r.pos = offset
	return offset, nil
}

// SaveUpload stores a file together with its upload.
func (s *Store) SaveUpload(ctx context.Context, u kb.Upload, f blob.File) error {
	return s.update(ctx, func(c conn) error {
		return s.putUpload(ctx, c, u.Author, u.Path, u.At, f)
	})
}

// putUpload stores a file under the path by which its author is to name it.
func (s *Store) putUpload(ctx context.Context, c conn, author, path string, at time.Time, f blob.File) error {
	if err := s.putFiles(ctx, c, f); err != nil {
		return err
	}
	_, err := c.exec(ctx, insertInto("upload", "author, path, blob, at")+
		" ON CONFLICT (author, path) DO UPDATE SET (blob, at) = (excluded.blob, excluded.at)",
		author, path, f.ID, micros(at))
	return err
}

// KeepFiles stores the files of a form as uploads of its author.
func (s *Store) KeepFiles(ctx context.Context, author string, at time.Time, files []blob.File) error {
	return s.update(ctx, func(c conn) error {
		for _, f := range files {
			path := desk.File{Name: f.Name, Info: f.Info}.Kept()
			if err := s.putUpload(ctx, c, author, path, at, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeptFiles returns those of an author's kept files that have one of the paths.
func (s *Store) KeptFiles(ctx context.Context, author string, paths []string) (map[string]desk.File, error) {
	uploads, err := s.Uploads(ctx, author, paths)
	if err != nil {
		return nil, err
	}
	out := map[string]desk.File{}
	for _, u := range uploads {
		f := desk.File{Name: strings.TrimPrefix(u.Path, desk.File{Info: u.Info}.Kept()), Info: u.Info}
		if f.Kept() == u.Path {
			out[u.Path] = f
		}
	}
	return out, nil
}

// Uploads returns those of an author's uploads that have one of the paths.
func (s *Store) Uploads(ctx context.Context, author string, paths []string) ([]kb.File, error) {
	var w where
	w.and("u.author = ?", author)
	among(&w, "u.path", paths)
	return list(ctx, s.read(), func(r scanner) (f kb.File, err error) {
		return f, r.Scan(&f.Path, &f.ID, &f.Type, &f.Size)
	}, "SELECT u.path, b.id, b.type, b.size FROM upload u JOIN blob b ON b.id = u.blob"+w.String()+" ORDER BY u.path",
		w.args...)
}

// SweepFiles removes the uploads and the files that were last stored before that time and
// that nothing names, and returns how many files it removed. A file is stored before the
// write that names it, so the time must leave room for that.
func (s *Store) SweepFiles(ctx context.Context, before time.Time) (int64, error) {
	var removed int64
	err := s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM upload WHERE at < ?", before.UnixMicro()); err != nil {
			return err
		}
		var err error
		removed, err = c.exec(ctx, `DELETE FROM blob WHERE stored_at < ?
			AND NOT EXISTS (SELECT 1 FROM article_file f WHERE f.blob = blob.id)
			AND NOT EXISTS (SELECT 1 FROM draft_file f WHERE f.blob = blob.id)
			AND NOT EXISTS (SELECT 1 FROM ticket_file f WHERE f.blob = blob.id)
			AND NOT EXISTS (SELECT 1 FROM upload f WHERE f.blob = blob.id)`, before.UnixMicro())
		return err
	})
	return removed, err
}

// nameFiles writes who names the files: rows of the table with the key, a path and a blob.
func nameFiles(ctx context.Context, c conn, table, key string, files []kb.File, id ...any) error {
	insert := insertInto(table, key+", path, blob")
	for _, f := range files {
		if _, err := c.exec(ctx, insert, append(append([]any{}, id...), f.Path, f.ID)...); err != nil {
			return err
		}
	}
	return nil
}
