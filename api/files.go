package api

import (
	"crypto/sha256"
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
)

// filePolicy makes a file that a browser opens by itself inert: no scripts, nothing loaded,
// an origin of its own.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// getFile responds with a file that an article or a ticket names and that the actor may
// read there. It may be cached by the reader's browser, which must ask each time, since
// the reader may have lost the permission.
func (s *Server) getFile(c echo.Context) error {
	f, err := s.readableFile(c)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("ETag", `"`+f.ID+`"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization, Cookie")
	h.Set("Content-Security-Policy", filePolicy)
	h.Set(echo.HeaderContentType, f.Type)
	disposition := "attachment"
	if f.Alone() {
		disposition = "inline"
	}
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, f.Content)
	return nil
}

// readableFile finds the file where the actor may read it. What nobody names, what others
// name and what does not exist look the same.
func (s *Server) readableFile(c echo.Context) (blob.File, error) {
	ctx, id := c.Request().Context(), c.Param("id")
	missing := fault.New(fault.NotFound, "There is no such file.")
	if route.Actor(c).Can(access.ReadArticles) || s.deps.ServiceModel().AnonymousReading() {
		f, err := s.deps.Articles.File(ctx, route.Reader(c), id)
		if !fault.Is(err, fault.NotFound) {
			return f, err
		}
	}
	f, err := s.deps.Tickets.File(ctx, route.Actor(c), id)
	if fault.Is(err, fault.NotFound) {
		err = missing
	}
	return f, err
}

// uploadFile stores a file for an article that the actor is writing.
func (s *Server) uploadFile(c echo.Context) error {
	files, done, err := s.formFiles(c)
	if err != nil {
		return err
	}
	defer done()
	if len(files) != 1 {
		return fault.InvalidField("file", "must be one file")
	}
	f, err := s.deps.Articles.Upload(c.Request().Context(), route.Actor(c), files[0].Name, files[0])
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/files/"+f.ID)
	return c.JSON(http.StatusCreated, struct {
		fileJSON
		Markdown string `json:"markdown"`
	}{fileJSON{Info: f.Info, Name: f.Path, URL: prefix + "/files/" + f.ID}, f.Markdown()})
}

// addFiles adds a message with files to a ticket.
func (s *Server) addFiles(c echo.Context) error {
	// A body is not read for somebody who may not see the ticket.
	if _, err := s.deps.Tickets.Ticket(c.Request().Context(), route.Actor(c), c.Param("id")); err != nil {
		return err
	}
	files, done, err := s.formFiles(c, "text", "visibility")
	if err != nil {
		return err
	}
	defer done()
	if len(files) == 0 {
		return fault.InvalidField("file", "is missing")
	}
	in := desk.NewMessage{
		Text: c.FormValue("text"), Visibility: desk.MessageVisibility(c.FormValue("visibility")), Channel: desk.API,
	}
	for _, f := range files {
		in.Files = append(in.Files, desk.NewFile{Name: f.Name, Content: f})
	}
	if err := digestForm(c, in.Text, in.Visibility, files); err != nil {
		return err
	}
	if in.Idempotency, err = idempotency(c); err != nil {
		return err
	}
	return s.reply(c, in)
}

// formFiles parses the form of the request and returns its files. It rejects other fields
// than the file and those listed.
func (s *Server) formFiles(c echo.Context, fields ...string) ([]route.FormFile, func(), error) {
	files, done, err := route.FormFiles(c, "file")
	if err != nil {
		return nil, nil, err
	}
	form := c.Request().MultipartForm
	if form == nil {
		return nil, nil, httpError(http.StatusUnsupportedMediaType, "Send the files as multipart/form-data.")
	}
	known := map[string]bool{}
	for _, name := range fields {
		known[name] = true
	}
	var bad []fault.Field
	for name := range form.Value {
		if name == "file" {
			bad = append(bad, fault.Field{Field: name, Message: "must be sent with a file name"})
		} else if !known[name] {
			bad = append(bad, fault.Field{Field: name, Message: "is not a field of this request"})
		}
	}
	for name := range form.File {
		if name != "file" {
			bad = append(bad, fault.Field{Field: name, Message: "is not a field of this request; files are in the field file"})
		}
	}
	if err := fault.InvalidFields(bad); err != nil {
		done()
		return nil, nil, err
	}
	return files, done, nil
}

// digestForm stores the digest of a form, since its body is not held, for idempotency.
func digestForm(c echo.Context, text string, visibility desk.MessageVisibility, files []route.FormFile) error {
	if c.Request().Header.Get(idempotencyKey) == "" {
		return nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", text, visibility)
	for _, f := range files {
		digest, err := f.Digest()
		if err != nil {
			return err
		}
		fmt.Fprintf(h, " %q %s", f.Name, digest)
	}
	c.Set(bodyKey, h.Sum(nil))
	return nil
}
