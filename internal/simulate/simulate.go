package simulate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"
)

// Options say what desk to generate.
type Options struct {
	Seed     uint64
	Tickets  int
	Articles int // 0: one for ten tickets, at least 20
	// Progress is called now and then with the tickets written so far; nil for none.
	Progress func(done int)
}

// desk is what all parts of a generated desk derive from.
type desk struct {
	seed               uint64
	world              *world
	tickets, issues    int
	requesters, agents int
	perDay             int
	end                time.Time
	progress           func(done int)
	story              *story // of a quarter; nil for a desk of years
	followUps          []arrival
	plots              map[plot][]string // ids of the tickets of each plot
}

// workdays is how many working days a large desk has been there; a small one for a quarter.
const workdays = 520

func newDesk(o Options) (*desk, error) {
	if o.Tickets < 1 || o.Tickets > 10_000_000 || o.Articles < 0 || o.Articles > o.Tickets*10 {
		return nil, errors.New("a desk has 1 to 10,000,000 tickets, and at most ten articles for each")
	}
	w, err := newWorld()
	if err != nil {
		return nil, err
	}
	days := workdays
	if o.Tickets <= maxQuarter {
		days = quarter
		w.services = w.services[:quarterServices]
	}
	d := &desk{
		seed: o.Seed, world: w, tickets: o.Tickets, issues: o.Articles, perDay: max(5, o.Tickets/days),
		requesters: max(30, o.Tickets/25), end: lastDay.Add(24 * time.Hour), progress: o.Progress,
	}
	if d.issues == 0 {
		d.issues = max(20, o.Tickets/10)
	}
	d.agents, d.plots = 8+d.perDay/15, map[plot][]string{}
	if o.Tickets <= maxQuarter {
		d.story, d.requesters = d.newStory(), max(30, o.Tickets/3)
	}
	if d.progress == nil {
		d.progress = func(int) {}
	}
	return d, nil
}

func (d *desk) person(n int) string {
	w := d.world.phrases
	first, last := w["first"], w["last"]
	return fmt.Sprintf("%s.%s%d@example.org", first[n%len(first)], last[n/len(first)%len(last)], n)
}

func (d *desk) agent(n int) string {
	w := d.world.phrases
	return fmt.Sprintf("%s.%s@desk.example.org", w["first"][n%len(w["first"])], w["last"][(n*7+n/24)%len(w["last"])])
}

// Generate writes a desk into a folder: tickets.jsonl, changes.jsonl, service-model.yaml and
// articles/, and for a quarter story.json, which lists the tickets of what happened. It holds a
// day of tickets in memory.
func Generate(ctx context.Context, folder string, o Options) error {
	d, err := newDesk(o)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	model, err := d.model()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "service-model.yaml"), model, 0o644); err != nil {
		return err
	}
	if err := d.writeArticles(ctx, filepath.Join(folder, "articles")); err != nil {
		return err
	}
	err = writeFile(filepath.Join(folder, "changes.jsonl"), func(changes io.Writer) error {
		return writeFile(filepath.Join(folder, "tickets.jsonl"), func(tickets io.Writer) error {
			return d.writeTickets(ctx, tickets, changes)
		})
	})
	if err != nil || d.story == nil {
		return err
	}
	return writeFile(filepath.Join(folder, "story.json"), func(out io.Writer) error {
		e := json.NewEncoder(out)
		e.SetIndent("", " ")
		return e.Encode(d.plots)
	})
}

// writeFile writes a file through a buffer.
func writeFile(name string, write func(w io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = write(w)
	return errors.Join(err, w.Flush(), f.Close())
}

// writeArticles writes the articles, a folder for each service.
func (d *desk) writeArticles(ctx context.Context, folder string) error {
	for _, s := range d.world.services {
		if err := os.MkdirAll(filepath.Join(folder, s.name), 0o755); err != nil {
			return err
		}
	}
	for n := range d.issues {
		if err := ctx.Err(); err != nil {
			return err
		}
		i := d.issue(n)
		name := filepath.Join(folder, i.service.name, i.slug+".md")
		if err := os.WriteFile(name, []byte(d.article(i)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// quarterServices is how many services a desk of a quarter has.
const quarterServices = 6

// change is a change to a service, as changes come in.
type change struct {
	Title    string    `json:"title"`
	Class    string    `json:"class"`
	Services []string  `json:"services"`
	Starts   time.Time `json:"starts"`
	Ends     time.Time `json:"ends"`
	Source   string    `json:"source"`
}

// writeTickets writes day after day until all tickets are written.
func (d *desk) writeTickets(ctx context.Context, tickets, changes io.Writer) error {
	day, index := lastDay, -1
	for left := d.tickets / d.perDay; left > 1; day = day.AddDate(0, 0, -1) {
		if workday(day) {
			left--
		}
	}
	for done := 0; done < d.tickets; day = day.AddDate(0, 0, 1) {
		if workday(day) {
			index++
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		arrivals, made := d.day(day, index, d.tickets-done)
		for _, c := range made {
			if err := json.NewEncoder(changes).Encode(c); err != nil {
				return err
			}
		}
		for _, a := range arrivals {
			if _, err := tickets.Write(d.ticket(done, index, a).Encode()); err != nil {
				return err
			}
			done++
		}
		d.progress(done)
	}
	return nil
}

// day returns what comes in on a day, in order of time, at most left tickets, and the changes
// of the day, the index-th working day. The last day brings all that is left.
func (d *desk) day(day time.Time, index, left int) (arrivals []arrival, changes []change) {
	r := random(d.seed, ofDay, uint64(day.Unix()/86400))
	n := d.perDay * (70 + r.IntN(60)) / 100
	if !workday(day) {
		n = d.perDay / 40
	}
	var bursts []change
	rare := 12
	if d.story != nil {
		rare = 4
	}
	if workday(day) && r.IntN(rare) == 0 {
		arrivals, bursts = d.burst(r, day)
	}
	if d.story != nil && workday(day) {
		told, made := d.told(r, day, index, n)
		arrivals, changes = append(arrivals, told...), append(changes, made...)
		n = max(0, n-len(told))
	}
	arrivals = append(arrivals, d.due(day)...)
	for range n {
		arrivals = append(arrivals, arrival{at: moment(r, day)})
	}
	if r.IntN(6) == 0 {
		changes = append(changes, d.change(r, pick(r, d.world.services), day.Add(20*time.Hour)))
	}
	if !day.Before(lastDay) {
		for len(arrivals) < left {
			arrivals = append(arrivals, arrival{at: moment(r, day)})
		}
	}
	slices.SortStableFunc(arrivals, func(a, b arrival) int { return a.at.Compare(b.at) })
	return arrivals[:min(len(arrivals), left)], append(changes, bursts...)
}

// due returns the tickets that others led to and that come in on the day.
func (d *desk) due(day time.Time) (today []arrival) {
	d.followUps = slices.DeleteFunc(d.followUps, func(a arrival) bool {
		if a.at.Before(day.AddDate(0, 0, 1)) {
			today = append(today, a)
			return true
		}
		return false
	})
	return today
}

// burst returns the tickets of an incident that many report, and the change before it.
func (d *desk) burst(r *rand.Rand, day time.Time) ([]arrival, []change) {
	b := &burst{issue: d.issue(r.IntN(d.issues/2 + 1))}
	start := day.Add(8*time.Hour + time.Duration(r.IntN(7*3600))*time.Second)
	out := make([]arrival, 4+r.IntN(6+d.perDay/5))
	for i := range out {
		out[i] = arrival{at: start.Add(time.Duration(r.IntN(3*3600)) * time.Second), burst: b}
	}
	return out, []change{d.change(r, b.issue.service, start.Add(-time.Hour))}
}

func (d *desk) change(r *rand.Rand, s service, at time.Time) change {
	i := d.issue(slices.IndexFunc(d.world.services, func(x service) bool { return x.name == s.name }))
	return change{
		Title: d.world.say(r, "change", i), Services: []string{s.name}, Starts: at, Ends: at.Add(30 * time.Minute),
		Class: pick(r, []string{"release", "config", "access", "vendor", "api", "infrastructure"}), Source: "generated",
	}
}

// model returns the service model.
func (d *desk) model() ([]byte, error) {
	type row struct {
		Name, Title, Second, Group string
		Critical                   bool
	}
	var data struct {
		Services, Categories []row
		Suppliers            []string
	}
	for i, s := range d.world.services {
		if !slices.Contains(data.Suppliers, s.supplier) {
			data.Suppliers = append(data.Suppliers, s.supplier)
		}
		data.Services = append(data.Services, row{Name: s.name, Title: s.title, Second: s.second, Critical: i < 4})
		if !slices.ContainsFunc(data.Categories, func(c row) bool { return c.Name == s.category }) {
			data.Categories = append(data.Categories, row{Name: s.category, Title: s.title, Group: s.group})
		}
	}
	t, err := template.New("service-model.yaml.tmpl").Funcs(template.FuncMap{"lower": strings.ToLower}).
		ParseFS(files, "world/service-model.yaml.tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}
