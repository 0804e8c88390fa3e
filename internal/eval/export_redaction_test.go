package eval

import "io/fs"

// CheckRedactionSet reads a family of texts and returns what is wrong with it.
func CheckRedactionSet(files fs.FS, family string) error {
	_, err := loadRedactionSet(files, family)
	return err
}
