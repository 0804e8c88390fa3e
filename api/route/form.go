package route

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/fault"
)

// formMemory is how much of a form with files is held in memory; the rest is on the disk.
const formMemory = 1 << 20

// FormFile is a file of a form.
type FormFile struct {
	Name string // as the client sent it
	multipart.File
}

// Digest returns the SHA-256 of the content in hex.
func (f FormFile) Digest() (string, error) {
	h := sha256.New()
	_, err := io.Copy(h, f)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// FormFiles parses a form and returns the files of a field; a field that was left empty has
// none. done releases them.
func FormFiles(c echo.Context, field string) (files []FormFile, done func(), err error) {
	r := c.Request()
	err = r.ParseMultipartForm(formMemory)
	done = func() {
		for _, f := range files {
			_ = f.Close() // only read
		}
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll() // temporary files, which the system removes in the end
		}
	}
	var tooBig *http.MaxBytesError
	switch {
	case errors.Is(err, http.ErrNotMultipart):
		return nil, done, nil
	case errors.As(err, &tooBig):
		done()
		return nil, nil, err
	case err != nil:
		done()
		return nil, nil, fault.Wrap(fault.Invalid, err, "The form is incomplete or too large.")
	}
	for _, head := range r.MultipartForm.File[field] {
		if head.Filename == "" && head.Size == 0 {
			continue
		}
		f, err := head.Open()
		if err != nil {
			done()
			return nil, nil, err
		}
		files = append(files, FormFile{head.Filename, f})
	}
	return files, done, nil
}
