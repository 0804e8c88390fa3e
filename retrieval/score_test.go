package retrieval_test

import (
	"math"
	"testing"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// bruteForce computes S as it is defined, from the terms of the articles themselves.
func bruteForce(articles []kb.Article, subject, body string) map[string]float64 {
	type doc struct {
		title, body       map[string]int
		titleLen, bodyLen int
	}
	docs := map[string]doc{}
	var titleAll, bodyAll int
	for _, a := range articles {
		d := doc{map[string]int{}, map[string]int{}, 0, 0}
		for _, w := range retrieval.Terms(a.Title) {
			d.title[w]++
			d.titleLen++
		}
		for _, w := range retrieval.Terms(retrieval.BodyText(a)) {
			d.body[w]++
			d.bodyLen++
		}
		titleAll, bodyAll = titleAll+d.titleLen, bodyAll+d.bodyLen
		docs[a.ID] = d
	}
	n := float64(len(docs))
	counts := map[string]float64{}
	for _, text := range []string{subject, subject, body} {
		for _, w := range retrieval.Terms(text) {
			counts[w]++
		}
	}
	part := func(qw, df, tf, length, avg, k1, b float64) float64 {
		return qw * math.Log(1+(n-df+.5)/(df+.5)) * tf * (k1 + 1) / (tf + k1*(1-b+b*length/avg))
	}
	scores := map[string]float64{}
	for w, c := range counts {
		qw := math.Pow(c, .75)
		var inTitle, inBody float64
		for _, d := range docs {
			if d.title[w] > 0 {
				inTitle++
			}
			if d.body[w] > 0 {
				inBody++
			}
		}
		for id, d := range docs {
			if tf := d.body[w]; tf > 0 {
				scores[id] += part(qw, inBody, float64(tf), float64(d.bodyLen), float64(bodyAll)/n, retrieval.BodyK1, retrieval.BodyB)
			}
			if tf := d.title[w]; tf > 0 {
				scores[id] += part(qw, inTitle, float64(tf), float64(d.titleLen), float64(titleAll)/n, retrieval.TitleK1, retrieval.TitleB)
			}
		}
	}
	return scores
}

func TestTextScoreIsTheFormula(t *testing.T) {
	e, source := library(t)
	// A second segment, a deletion and a changed article: figures must not depend on the layout.
	changed := article("printer-queue", "Print jobs stay in the queue", "The queue is stuck. Restart the spooler and print again.")
	changed.Revision = 2
	source.PutArticles(changed, article("fresh", "Fresh page on print jobs", "A printer that prints blank pages needs toner."))
	source.RemoveArticle("laptop-slow")
	follow(t, e)
	for _, vis := range map[string]kb.Visibility{"staff": staff, "requester": requester, "visitor": visitor} {
		var seen []kb.Article
		for _, a := range shelf(t) {
			if vis.Allows(a) && a.ID != "laptop-slow" && a.ID != "printer-queue" {
				seen = append(seen, a)
			}
		}
		seen = append(seen, changed, article("fresh", "Fresh page on print jobs", "A printer that prints blank pages needs toner."))
		subject, body := "VPN and printer: print jobs", "My vpn does not connect. The printer queue is full, the queue stays full. Error 0x80070643, add-on, vpn!"
		want := bruteForce(seen, subject, body)
		got, err := e.TextScores(t.Context(), subject, body, vis)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("scored %d articles, want %d", len(got), len(want))
		}
		for id, w := range want {
			if math.Abs(got[id]-w) > 1e-9*math.Max(1, w) {
				t.Errorf("S(%s) = %v, want %v", id, got[id], w)
			}
		}
	}
}
