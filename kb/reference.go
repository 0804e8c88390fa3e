package kb

// LooseLinks returns the links of an article that lead nowhere, if it has the files that
// the function returns for the names in its text.
func LooseLinks(a Article, find Finding, files func(names []string) []File) ([]DeadLink, error) {
	doc := a.Document()
	a.Files = files(namedPaths(doc))
	l, err := newLinker(a, doc, find)
	if err != nil {
		return nil, err
	}
	return l.rewrite(), nil
}
