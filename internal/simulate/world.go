package simulate

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed world
var files embed.FS

// service is something that the desk supports.
type service struct {
	name, title, category, group, second, supplier string
	parts                                          []string
}

// symptom is what goes wrong, in the words of the desk and of requesters.
type symptom struct {
	title string
	words []string
}

// cause is why it went wrong, and what helps.
type cause struct {
	text   string
	steps  []string
	answer string
}

// world is what all desks are made from.
type world struct {
	services []service
	symptoms []symptom
	causes   []cause
	phrases  map[string][]string
}

func newWorld() (*world, error) {
	w := &world{phrases: map[string][]string{}}
	for _, f := range []struct {
		name string
		line func(line string) error
	}{
		{"services", w.addService}, {"symptoms", w.addSymptom}, {"causes", w.addCause},
	} {
		lists, err := readWorld(f.name)
		if err != nil {
			return nil, err
		}
		for _, line := range lists.Of("") {
			if err := f.line(line); err != nil {
				return nil, fmt.Errorf("world/%s.txt: %q: %w", f.name, line, err)
			}
		}
	}
	phrases, err := readWorld("phrases")
	for _, l := range phrases {
		w.phrases[l.Name] = l.Entries
	}
	return w, err
}

func readWorld(name string) (wordlist.Lists, error) {
	text, err := files.ReadFile("world/" + name + ".txt")
	return wordlist.Parse(string(text)), err
}

// fields splits a line into n fields.
func fields(line string, n int) ([]string, error) {
	out := wordlist.Cells(line)
	if len(out) != n {
		return nil, fmt.Errorf("has %d fields instead of %d", len(out), n)
	}
	return out, nil
}

// list splits a field into its items.
func list(field string) []string {
	items := strings.Split(field, ";")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

func (w *world) addService(line string) error {
	f, err := fields(line, 7)
	if err != nil {
		return err
	}
	w.services = append(w.services, service{f[0], f[1], f[2], f[3], f[4], f[5], list(f[6])})
	return nil
}

func (w *world) addSymptom(line string) error {
	f, err := fields(line, 2)
	if err != nil {
		return err
	}
	w.symptoms = append(w.symptoms, symptom{f[0], list(f[1])})
	return nil
}

func (w *world) addCause(line string) error {
	f, err := fields(line, 3)
	if err != nil {
		return err
	}
	w.causes = append(w.causes, cause{f[0], list(f[1]), f[2]})
	return nil
}

// pick returns one of the items.
func pick[T any](r *rand.Rand, items []T) T { return items[r.IntN(len(items))] }

// say returns a phrase of a kind with its blanks filled in.
func (w *world) say(r *rand.Rand, kind string, i issue) string {
	return w.fill(r, pick(r, w.phrases[kind]), i)
}

// fill fills in the blanks of a text about an issue.
func (w *world) fill(r *rand.Rand, text string, i issue) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return strings.NewReplacer(
		"{part}", i.part, "{product}", i.product, "{version}", i.version, "{code}", i.code,
		"{since}", pick(r, w.phrases["since"]), "{device}", pick(r, w.phrases["device"]),
		"{hour}", strconv.Itoa(9+r.IntN(8)), "{floor}", strconv.Itoa(1+r.IntN(9)),
		"{desk}", strconv.Itoa(100+r.IntN(800)), "{number}", strconv.Itoa(3+r.IntN(20)),
	).Replace(text)
}
