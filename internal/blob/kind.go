package blob

import (
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Unknown is the type of a file of no known kind. A browser saves it and never interprets it.
const Unknown = "application/octet-stream"

const svg = "image/svg+xml"

// rasters are pictures that cannot contain anything but a picture to a browser.
var rasters = setOf(`image/png image/vnd.mozilla.apng image/jpeg image/gif image/webp image/avif image/bmp
	image/x-icon`)

// others are the remaining types under which files are served. What is none of them is
// Unknown: HTML, scripts and style sheets above all.
var others = setOf(svg + ` application/pdf text/plain application/zip application/gzip application/x-tar
	application/x-7z-compressed application/x-bzip2 application/x-xz image/tiff image/heic
	video/mp4 video/webm video/quicktime video/x-msvideo video/x-matroska
	audio/mpeg audio/wav audio/ogg audio/mp4 audio/x-m4a audio/flac
	application/msword application/vnd.ms-excel application/vnd.ms-powerpoint application/vnd.ms-outlook
	application/vnd.openxmlformats-officedocument.wordprocessingml.document
	application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
	application/vnd.openxmlformats-officedocument.presentationml.presentation
	application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.spreadsheet
	application/vnd.oasis.opendocument.presentation`)

func setOf(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// recognise returns the type of a content: one of the known ones, or Unknown.
func recognise(content io.Reader) (string, error) {
	found, err := mimetype.DetectReader(content)
	if err != nil {
		return "", err
	}
	name, _, _ := strings.Cut(found.String(), ";")
	if rasters[name] || others[name] {
		return name, nil
	}
	return Unknown, nil
}

// Picture reports whether a page may show the file with an img element, in which even an
// SVG runs no script and loads nothing.
func (i Info) Picture() bool { return rasters[i.Type] || i.Type == svg }

// Alone reports whether a browser may show the file by itself rather than save it. An SVG
// opened by itself would be a document with scripts.
func (i Info) Alone() bool { return rasters[i.Type] }
