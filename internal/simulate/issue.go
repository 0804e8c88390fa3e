package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// issue is a problem that comes back: one symptom with one cause and one fix, which has an
// article.
type issue struct {
	number                       int
	service                      service
	symptom                      symptom
	cause                        cause
	part, product, version, code string
	title, slug                  string
}

// random returns the source of randomness for one thing of a desk.
func random(seed, kind, number uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, kind<<56|number))
}

// The kinds of things that have randomness of their own.
const (
	ofIssue uint64 = iota + 1
	ofTicket
	ofBurst
	ofDay
)

// issue returns the issue of a number.
func (d *desk) issue(number int) issue {
	r := random(d.seed, ofIssue, uint64(number))
	w := d.world
	i := issue{
		number: number, service: w.services[number%len(w.services)], symptom: pick(r, w.symptoms), cause: pick(r, w.causes),
	}
	i.part = pick(r, i.service.parts)
	i.product = d.product(number%len(w.services), r.IntN(1+d.issues/(40*len(w.services))))
	i.version = fmt.Sprintf("%d.%d", 1+r.IntN(9), r.IntN(20))
	switch r.IntN(3) {
	case 0:
		i.code = fmt.Sprintf("0x8%07X", r.IntN(1<<28))
	case 1:
		i.code = fmt.Sprintf("%s-%d", strings.ToUpper(i.product[:3]), 1000+r.IntN(9000))
	default:
		i.code = "ERR_" + strings.ToUpper(strings.ReplaceAll(i.part, " ", "_")) + fmt.Sprintf("_%d", 10+r.IntN(90))
		i.code = strings.ReplaceAll(i.code, "-", "_")
	}
	i.title = upperFirst(w.fill(r, i.symptom.title, i)) + " in " + i.product + " " + i.version
	i.slug = fmt.Sprintf("%s-%s-%d", slugOf(i.product), slugOf(i.part), number+1)
	return i
}

// product returns the name of the n-th product of a service.
func (d *desk) product(service, n int) string {
	r := random(d.seed, ofIssue, uint64(1<<40+service<<20+n))
	name := ""
	for range 2 + r.IntN(2) {
		name += pick(r, d.world.phrases["syllables"])
	}
	return upperFirst(name + "x"[:r.IntN(2)])
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func slugOf(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }

// article returns the article about an issue in Markdown.
func (d *desk) article(i issue) string {
	r := random(d.seed, ofIssue, uint64(1<<50+i.number))
	w := d.world
	var b strings.Builder
	fmt.Fprintf(&b, "---\nslug: %s\ntitle: %q\nkind: troubleshooting\n", i.slug, i.title)
	fmt.Fprintf(&b, "service: %s\ncategories: [%s]\ntags: [%s, %s]\n---\n\n",
		i.service.name, i.service.category, slugOf(i.product), slugOf(i.part))
	fmt.Fprintf(&b, "## Issue\n\n%s. ", upperFirst(w.fill(r, i.symptom.title, i)))
	fmt.Fprintf(&b, "%s.\n\n", upperFirst(w.fill(r, pick(r, i.symptom.words), i)))
	if r.IntN(10) < 7 {
		fmt.Fprintf(&b, "The message is `%s`.\n\n", i.code)
	}
	fmt.Fprintf(&b, "## Environment\n\n- %s %s\n- %s\n\n", i.product, i.version, i.service.title)
	fmt.Fprintf(&b, "## Cause\n\n%s.\n\n## Resolution\n\n", w.fill(r, i.cause.text, i))
	for n, step := range i.cause.steps {
		fmt.Fprintf(&b, "%d. %s.\n", n+1, w.fill(r, step, i))
	}
	if r.IntN(3) == 0 {
		fmt.Fprintf(&b, "\n%s\n", w.say(r, "workaround", i))
	}
	return b.String()
}
