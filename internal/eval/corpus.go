package eval

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// corpusNames holds, by set folder, the ids of a set's articles in the corpus where they differ
// from those in the set.
type corpusNames map[string]map[string]string

func (n corpusNames) of(dir, id string) string {
	if to, ok := n[dir][id]; ok {
		return to
	}
	return id
}

// loadCorpus adds the articles of the set and of the further sets to the source. An id that is
// taken gets its set's folder name as a prefix.
func (b *rankingBench) loadCorpus() (corpusNames, error) {
	names, taken := corpusNames{}, map[string]bool{}
	for _, a := range b.o.Set.Articles {
		taken[a.ID] = true
	}
	b.source.PutArticles(b.o.Set.Articles...)
	b.articles = len(b.o.Set.Articles)
	for _, dir := range b.o.With {
		dir = filepath.Clean(dir)
		articles, rejected, err := loadArticles(dir)
		if err != nil {
			return nil, err
		}
		names[dir] = map[string]string{}
		for i := range articles {
			a := &articles[i]
			id := a.ID
			for n := 0; taken[a.ID]; n++ {
				a.ID = filepath.Base(dir) + ":" + strings.Repeat("_", n) + id
			}
			taken[a.ID] = true
			if a.ID != id {
				names[dir][id] = a.ID
				for j := range a.Passages {
					a.Passages[j].ID = a.ID + "." + strconv.Itoa(j+1)
				}
			}
		}
		b.source.PutArticles(articles...)
		b.articles += len(articles)
		b.rejected += rejected
	}
	return names, nil
}

// loadHistory reads the earlier tickets, oldest first. Those without a time are known from the
// start.
func (b *rankingBench) loadHistory(names corpusNames) error {
	seen := map[string]bool{}
	for _, h := range b.o.History {
		at := strings.LastIndexByte(h, ':')
		if at < 1 || at+1 == len(h) {
			return fault.New(fault.Invalid, "history %q: want SET:NAME", h)
		}
		dir, name := filepath.Clean(h[:at]), h[at+1:]
		queries, err := loadQueries(dir)
		if err != nil {
			return err
		}
		judged, err := loadJudgements(dir, name)
		if err != nil {
			return err
		}
		if len(judged) == 0 {
			return fault.New(fault.Invalid, "history %q: no judgements in qrels/%s.tsv", h, name)
		}
		for _, q := range queries {
			if len(judged[q.ID]) == 0 || seen[q.ID] {
				continue
			}
			seen[q.ID] = true
			var links []string
			for id := range judged[q.ID] {
				links = append(links, names.of(dir, id))
			}
			slices.Sort(links)
			b.pending = append(b.pending, resolvedTicket(q, links))
		}
	}
	sortByTime(b.pending)
	return nil
}

// resolvedTicket turns a judged query into the ticket that its articles resolved.
func resolvedTicket(q SetQuery, articles []string) desk.Ticket {
	t := desk.Ticket{
		ID: q.ID, Version: 1, Subject: q.Title, Status: desk.Closed, CreatedAt: q.Created, UpdatedAt: q.Created,
		ResolvedAt: q.Created, ClosedAt: q.Created,
		Messages:   []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, At: q.Created, Text: q.Body}},
		Resolution: &desk.Resolution{Code: desk.Answered, At: q.Created, Articles: articles},
	}
	for _, id := range articles {
		t.Links = append(t.Links, desk.Link{Kind: desk.ArticleLink, Target: id, Applied: true, At: q.Created})
	}
	return t
}
