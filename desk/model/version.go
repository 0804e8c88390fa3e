package model

import "time"

// AuthorFile is the author of versions that were read from the file in the data folder.
const AuthorFile = "file"

// Version is a service model that was in force, as stored.
type Version struct {
	Number int // 1 for the first; the text has a version of its own, which its owner counts
	Text   string
	Author string // user id, or AuthorFile
	Reason string
	At     time.Time
}
