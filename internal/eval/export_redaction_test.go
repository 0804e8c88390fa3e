package eval

import "io/fs"

// CheckRedactionSet reads a family of texts and returns what is wrong with it.
func CheckRedactionSet(files fs.FS, family string) error {
	_, err := loadRedactionSet(files, family)
	return err
}

// WrittenText is one text of a written family and what must be redacted in it.
type WrittenText struct {
	Language, Text string
	Secrets        []string
}

// WrittenTexts returns the texts of a written family.
func WrittenTexts(family string) ([]WrittenText, error) {
	labelled, err := redactionTexts(family)
	texts := make([]WrittenText, len(labelled))
	for i, l := range labelled {
		texts[i] = WrittenText{string(l.lang), l.text, l.secretTexts()}
	}
	return texts, err
}
