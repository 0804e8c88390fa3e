package sense

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// load reads everything: first what the file has, then what is missing.
func (x *Index) load(ctx context.Context) error {
	var err error
	if x.sequence, err = x.o.Source.LastChange(ctx); err != nil {
		return err
	}
	var missing [2][]string
	count := 0
	for i, list := range []truth.Lister{x.o.Source.ArticleIDs, x.o.Source.TicketIDs} {
		if i == 1 && x.o.NoTickets {
			break
		}
		for ids, err := range truth.Pages(ctx, list, pageSize) {
			if err != nil {
				return err
			}
			works, err := x.read(ctx, i == 0, ids)
			if err != nil {
				return err
			}
			for _, w := range works {
				if n := w.missing(); n > 0 {
					missing[i] = append(missing[i], w.id)
					count += n
					continue
				}
				x.set(w)
			}
		}
	}
	x.pending.Store(int64(count))
	return x.update(ctx, missing[0], missing[1])
}

// update computes what is missing of these articles and tickets.
func (x *Index) update(ctx context.Context, articles, tickets []string) error {
	if x.o.NoTickets {
		tickets = nil
	}
	for i, all := range [][]string{articles, tickets} {
		for ids := range slices.Chunk(all, pageSize) {
			works, err := x.read(ctx, i == 0, ids)
			if err != nil {
				return err
			}
			gone := map[string]bool{}
			for _, id := range ids {
				gone[id] = true
			}
			for _, w := range works {
				delete(gone, w.id)
			}
			if err := x.compute(ctx, works); err != nil {
				return err
			}
			x.remove(i == 0, gone)
		}
	}
	return nil
}

// work is an article or a ticket whose vectors are needed.
type work struct {
	id      string
	article bool
	texts   []string
	keys    []key
	vectors []small
}

func (w *work) missing() (n int) {
	for _, v := range w.vectors {
		if v.n == nil {
			n++
		}
	}
	return n
}

// read returns the texts of articles or tickets with the vectors that are kept. Tickets that no
// article resolved have none.
func (x *Index) read(ctx context.Context, article bool, ids []string) ([]work, error) {
	var out []work
	if article {
		articles, err := x.o.Source.IndexArticles(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, a := range articles {
			out = append(out, work{id: a.ID, article: true, texts: x.chunker.article(a)})
		}
	} else {
		tickets, err := x.o.Source.IndexTickets(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			if !t.ResolvedAt.IsZero() && len(t.Links) > 0 || t.Knowledge != nil {
				out = append(out, work{id: t.ID, texts: []string{ticketText(t.Subject, t.Body())}})
			}
		}
	}
	var keys []key
	for i := range out {
		w := &out[i]
		for _, s := range w.texts {
			w.keys = append(w.keys, keyOf(w.kind(), s))
		}
		keys = append(keys, w.keys...)
	}
	vectors, err := x.file.get(keys)
	for i, v := range vectors {
		if v.n != nil && !x.fits(v) {
			vectors[i] = small{}
		}
	}
	if x.used != nil {
		for _, k := range keys {
			x.used[k] = true
		}
	}
	for i := range out {
		n := min(len(out[i].keys), len(vectors))
		out[i].vectors, vectors = vectors[:n:n], vectors[n:]
	}
	return out, err
}

func (w *work) kind() string {
	if w.article {
		return passageKind
	}
	return queryKind
}

// ticketText is what is encoded of a ticket: without quotes of earlier messages.
func ticketText(subject, body string) string {
	subject, body = terms.Own(subject, body)
	return strings.TrimSpace(subject + "\n" + body)
}

// compute encodes what is missing, and keeps it in parts.
func (x *Index) compute(ctx context.Context, works []work) error {
	type place struct{ work, text int }
	var places []place
	for i := range works {
		for j, v := range works[i].vectors {
			if v.n == nil {
				places = append(places, place{i, j})
			}
		}
	}
	x.pending.Store(max(x.pending.Load(), int64(len(places))))
	for part := range slices.Chunk(places, keepEvery) {
		keys, vectors := make([]key, 0, len(part)), make([]small, 0, len(part))
		for batch := range slices.Chunk(part, batchTexts) {
			texts := make([]string, len(batch))
			for k, p := range batch {
				texts[k] = works[p.work].texts[p.text]
			}
			found, err := x.encode(ctx, works[batch[0].work].article, texts)
			if err != nil {
				return errors.Join(err, x.file.put(keys, vectors))
			}
			for k, p := range batch {
				w, v := &works[p.work], shrunk(found[k])
				if !x.fits(v) {
					x.resized.Store(int64(len(v.n)))
					return errResized
				}
				w.vectors[p.text] = v
				keys, vectors = append(keys, w.keys[p.text]), append(vectors, w.vectors[p.text])
			}
			x.pending.Add(int64(-len(batch)))
		}
		if err := x.file.put(keys, vectors); err != nil {
			return err
		}
	}
	for _, w := range works {
		x.set(w)
	}
	return nil
}

var errResized = errors.New("the encoder's vectors have another size than before")

// encode waits until no question is being encoded.
func (x *Index) encode(ctx context.Context, article bool, texts []string) ([][]float32, error) {
	for x.asked.Load() > 0 {
		timer := time.NewTimer(2 * time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
	if article {
		return x.o.Encoder.Passages(ctx, texts)
	}
	out := make([][]float32, len(texts))
	for i, s := range texts {
		v, err := x.o.Encoder.Query(ctx, s)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
