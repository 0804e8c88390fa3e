package retrieval

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/topic"
)

// topicRest is for how many times as long as finding topics took no others are searched for.
const topicRest = 20

// topicBook holds the topics that were found last for each kind of reader. They are found again in
// the background after articles changed; until then new articles join the nearest one.
type topicBook struct {
	mu      sync.Mutex
	found   map[string]*foundTopics // by visibility
	running sync.WaitGroup
	stop    chan struct{}
}

// foundTopics is topics with the articles that belong to them.
type foundTopics struct {
	*topic.Topics
	content  uint64             // from which they were found
	segments map[uint64][]uint8 // by segment, the topic of each document
	articles map[string]uint8   // by id
	next     time.Time          // when others may be searched for
	waiting  bool               // others are being searched for
}

func newTopicBook() *topicBook {
	return &topicBook{found: map[string]*foundTopics{}, stop: make(chan struct{})}
}

// close ends the search for topics and waits for it.
func (b *topicBook) close() {
	close(b.stop)
	b.running.Wait()
}

// setTopics sets the topics of a visibility's scope: those found last, or new ones where there
// are none.
func (v *view) setTopics(s *scope, vis kb.Visibility) {
	if s.n < topic.CohereFrom {
		return
	}
	if s.n < topic.From {
		space := topic.NewSpace(func(yield func(topic.Sketch) bool) {
			for d := range v.docs {
				if s.visible.Has(d) && !yield(v.meta(d).Sketch) {
					return
				}
			}
		}, s.n)
		s.space = &space
		return
	}
	b, key := v.disk.topics, filterKey(vis, narrowing{})
	b.mu.Lock()
	t := b.found[key]
	b.mu.Unlock()
	if t == nil {
		t = v.findTopics(s)
		b.mu.Lock()
		b.found[key] = t
		b.mu.Unlock()
	}
	space := t.Space()
	s.space = &space
	s.group(v.assign(t, s), t.Len())
	if t.content != v.id {
		v.disk.refreshTopics(key, vis, t)
	}
}

// findTopics finds the topics of a scope's articles.
func (v *view) findTopics(s *scope) *foundTopics {
	start := time.Now()
	docs := v.inOrder(s.visible)
	sketches := make([]topic.Sketch, len(docs))
	for i, d := range docs {
		sketches[i] = v.meta(d).Sketch
	}
	t := &foundTopics{
		Topics: topic.Find(sketches), content: v.id,
		segments: map[uint64][]uint8{}, articles: make(map[string]uint8, len(docs)),
	}
	for i, g := range t.Assign(sketches) {
		t.articles[v.meta(docs[i]).ID] = g
	}
	t.next = time.Now().Add(topicRest * time.Since(start))
	return t
}

// assign returns the topic of each document, visible or not.
func (v *view) assign(t *foundTopics, s *scope) []uint8 {
	b := v.disk.topics
	b.mu.Lock()
	defer b.mu.Unlock()
	of := make([]uint8, 0, v.docs)
	segments := make(map[uint64][]uint8, len(v.segs))
	for _, seg := range v.segs {
		own, ok := t.segments[seg.id]
		if !ok {
			own = make([]uint8, len(seg.metas))
			var unknown []topic.Sketch
			var places []int
			for i := range seg.metas {
				if !s.visible.Has(seg.base + i) {
					continue
				}
				g, known := t.articles[seg.metas[i].ID]
				if !known {
					unknown, places = append(unknown, seg.metas[i].Sketch), append(places, i)
				}
				own[i] = g
			}
			for k, g := range t.Assign(unknown) {
				own[places[k]] = g
				t.articles[seg.metas[places[k]].ID] = g
			}
		}
		segments[seg.id] = own
		of = append(of, own...)
	}
	t.segments = segments
	return of
}

// refreshTopics searches for new topics in the background, unless that is under way.
func (d *diskIndex) refreshTopics(key string, vis kb.Visibility, t *foundTopics) {
	d.topics.mu.Lock()
	defer d.topics.mu.Unlock()
	if t.waiting {
		return
	}
	t.waiting = true
	wait := time.NewTimer(time.Until(t.next))
	d.topics.running.Go(func() {
		defer wait.Stop()
		select {
		case <-d.topics.stop:
			return
		case <-wait.C:
		}
		d.replaceTopics(key, vis, t)
	})
}

// replaceTopics finds the topics of the newest documents. Requests that come in the meantime use
// the old ones.
func (d *diskIndex) replaceTopics(key string, vis kb.Visibility, old *foundTopics) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil { // a damaged block
			d.suspect.Store(true)
		}
		d.topics.mu.Lock()
		defer d.topics.mu.Unlock()
		old.waiting = false
	}()
	v, release, err := d.acquire()
	if err != nil {
		return // the next request meets the same error and reports it
	}
	defer release()
	visible, err := v.visible(vis)
	if err != nil {
		return
	}
	s := v.scopeOf(visible)
	var fresh *foundTopics
	if s.n >= topic.From {
		fresh = v.findTopics(s)
	}
	d.topics.mu.Lock()
	if fresh == nil {
		delete(d.topics.found, key)
	} else {
		d.topics.found[key] = fresh
	}
	d.topics.mu.Unlock()
	v.forget(key)
}
