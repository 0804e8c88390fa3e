// Package blob describes files that are stored by their content: the pictures and
// attachments of articles and of tickets.
//
// It promises that a file is what its bytes are, whatever its name claims, that the same
// content has the same id, and that a name is safe to show and to save under. It says
// which files a browser may show. It knows no store and no HTTP, and imports only fault.
package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"

	"github.com/deskbook/deskbook/internal/fault"
)

// MaxSize is the most bytes of one file.
const MaxSize = 50 << 20

// Info is what is known of a file besides its content.
type Info struct {
	ID   string `json:"id"`   // SHA-256 of the content, in lower-case hex
	Type string `json:"type"` // media type, recognised from the content; see Type
	Size int64  `json:"size"` // bytes
}

// File is a file with its content.
type File struct {
	Info
	Name    string // in the object that names it, without folders
	Content io.ReadSeeker
}

// New returns the file with this content. It is fault.Invalid without content and
// fault.TooLarge beyond MaxSize.
func New(name string, content io.ReadSeeker) (File, error) {
	f := File{Name: CleanName(name), Content: content}
	h := sha256.New()
	var err error
	if f.Size, err = io.Copy(h, io.LimitReader(content, MaxSize+1)); err != nil {
		return File{}, fmt.Errorf("read %s: %w", f.Name, err)
	}
	switch {
	case f.Size == 0:
		return File{}, fault.New(fault.Invalid, "the file %s is empty", f.Name)
	case f.Size > MaxSize:
		return File{}, fault.New(fault.TooLarge, "the file %s is larger than %d MiB", f.Name, MaxSize>>20)
	}
	f.ID = hex.EncodeToString(h.Sum(nil))
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return File{}, fmt.Errorf("read %s: %w", f.Name, err)
	}
	if f.Type, err = recognise(content); err != nil {
		return File{}, fmt.Errorf("read %s: %w", f.Name, err)
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return File{}, fmt.Errorf("read %s: %w", f.Name, err)
	}
	return f, nil
}

var idShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ValidID reports whether a text has the form of an id.
func ValidID(id string) bool { return idShape.MatchString(id) }

const maxName = 200 // runes

// CleanName returns a file's name without the folders that it may begin with, whichever
// system wrote them, without characters that are not shown or change the direction of a
// text, and at most 200 characters long, the extension preserved.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if r := []rune(name); len(r) > maxName {
		ext := []rune(extension(name))
		name = string(r[:maxName-len(ext)]) + string(ext)
	}
	if name == "" {
		return "file"
	}
	return name
}

var extensionShape = regexp.MustCompile(`\.[A-Za-z0-9]{1,10}$`)

// extension returns the extension of a name with its dot, "" for none.
func extension(name string) string { return extensionShape.FindString(name) }

// Stem returns a name without its extension, and the extension in lower case with its dot.
func Stem(name string) (stem, ext string) {
	ext = extension(name)
	return strings.TrimSuffix(name, ext), strings.ToLower(ext)
}
