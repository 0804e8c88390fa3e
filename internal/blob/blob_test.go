package blob_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
)

const (
	png  = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
	gif  = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"
	jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
)

// TestTypeIsThatOfTheContent: names claim what they like.
func TestTypeIsThatOfTheContent(t *testing.T) {
	tests := []struct {
		name, content  string
		kind           string
		picture, alone bool
	}{
		{"port.png", png, "image/png", true, true},
		{"port.html", png, "image/png", true, true},
		{"port.gif", gif, "image/gif", true, true},
		{"port.jpg", jpeg + strings.Repeat("\x00", 40), "image/jpeg", true, true},
		{"logo.svg", `<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>`, "image/svg+xml", true, false},
		{"logo.svg", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`, "image/svg+xml", true, false},
		{"evil.png", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "image/svg+xml", true, false},
		{"evil.png", "<html><script>alert(1)</script></html>", blob.Unknown, false, false},
		{"evil.png", "<script>alert(1)</script>", blob.Unknown, false, false},
		{"evil.svg", "<!DOCTYPE html><svg></svg>", blob.Unknown, false, false},
		{"script.png", "#!/usr/bin/env node\nalert(1)", blob.Unknown, false, false},
		{"polyglot.gif", "GIF89a/*" + gif[8:] + "*/=1;alert(1)//", "image/gif", true, true},
		{"style.css", "body { background: red }", "text/plain", false, false},
		{"page.pdf", "%PDF-1.7\n", "application/pdf", false, false},
		{"archive.zip", "PK\x03\x04\x14\x00\x00\x00", "application/zip", false, false},
		{"program.png", "MZ\x90\x00" + strings.Repeat("\x00", 80), blob.Unknown, false, false},
		{"log.txt", "2027-01-01 it failed\n", "text/plain", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.kind, func(t *testing.T) {
			f, err := blob.New(tt.name, strings.NewReader(tt.content))
			if err != nil {
				t.Fatal(err)
			}
			if f.Type != tt.kind || f.Picture() != tt.picture || f.Alone() != tt.alone {
				t.Errorf("is %s, a picture: %v, alone: %v", f.Type, f.Picture(), f.Alone())
			}
			sum := sha256.Sum256([]byte(tt.content))
			if f.ID != hex.EncodeToString(sum[:]) || !blob.ValidID(f.ID) || f.Size != int64(len(tt.content)) {
				t.Errorf("has id %s and size %d", f.ID, f.Size)
			}
			if got, err := io.ReadAll(f.Content); err != nil || string(got) != tt.content {
				t.Errorf("the content reads %q (%v)", got, err)
			}
		})
	}
}

func TestSize(t *testing.T) {
	if _, err := blob.New("a.png", strings.NewReader("")); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty file: %v", err)
	}
	largest := bytes.Repeat([]byte("x"), blob.MaxSize)
	if f, err := blob.New("a.txt", bytes.NewReader(largest)); err != nil || f.Size != blob.MaxSize {
		t.Errorf("the largest file: %v", err)
	}
	if _, err := blob.New("a.txt", bytes.NewReader(append(largest, 'x'))); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"port.png":                        "port.png",
		"../../etc/passwd":                "passwd",
		`C:\Users\rita\port.png`:          "port.png",
		"/etc/cron.d/x":                   "x",
		"..":                              "file",
		"":                                "file",
		" . ":                             "file",
		"%2e%2e%2fport.png":               "%2e%2e%2fport.png",
		"a\x00b\r\nc.png":                 "abc.png",
		"invoice\u202Egnp.exe":            "invoicegnp.exe",
		"Größe  der 図.png":                "Größe der 図.png",
		"\xff\xfe.png":                    "\uFFFD.png",
		".htaccess":                       "htaccess",
		"x/":                              "file",
		strings.Repeat("ü", 300):          strings.Repeat("ü", 200),
		strings.Repeat("a", 300) + ".png": strings.Repeat("a", 196) + ".png",
	} {
		got := blob.CleanName(name)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestValidID(t *testing.T) {
	for _, id := range []string{
		"", "..", "a", strings.Repeat("g", 64), strings.Repeat("A", 64), strings.Repeat("a", 63),
		strings.Repeat("a", 65), strings.Repeat("a", 64) + "\n",
	} {
		if blob.ValidID(id) {
			t.Errorf("%q is an id", id)
		}
	}
}
