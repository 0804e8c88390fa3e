package kb

// References are what an article refers to beyond itself.
type References struct {
	Dead  []DeadLink // links that lead nowhere
	Files []string   // the pictures and attachments that it names, as written
}

// ReferencesOf returns what an article refers to.
func ReferencesOf(a Article, find Finding) (References, error) {
	doc := a.Document()
	files := namedPaths(doc)
	l, err := newLinker(a, doc, find)
	if err != nil {
		return References{}, err
	}
	return References{Dead: l.rewrite(), Files: files}, nil
}
