// Package folder imports folders of Markdown files and exports the articles as one.
//
// It promises that an import can be repeated, that every file is accounted for, that a file
// that moved is still the same article, that an edit made here is never silently overwritten,
// and that no file opens an article to more readers than people here left it to. It reads the
// store through [Store] and leaves every write to the articles' service.
package folder
