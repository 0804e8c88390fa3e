package eval

import (
	"cmp"
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/thread"
)

// HandoffReport compares summaries with simple ways to shorten a thread.
type HandoffReport struct {
	Threads int                 `json:"threads"`
	Systems map[string]Compared `json:"systems"` // "summary", "lead-3", "lead", "textrank"
	// Supported is the share of the summaries' lines whose words occur in the messages that
	// they cite, checked independently; lines from the ticket's fields are left out.
	Supported float64 `json:"supported"`
	// LongThreads counts threads of six messages or more, where the accepted message is hard to
	// hit by chance; the recall is repeated on them.
	LongThreads int `json:"long_threads"`
}

// Compared is the result of one way of shortening.
type Compared struct {
	// Solution is the share of threads whose accepted message is in the evidence.
	Solution     float64 `json:"solution_recall"`
	SolutionLong float64 `json:"solution_recall_long"`
	// Evidence is the share of a thread's messages that are cited: citing all of them would
	// make the recall 1, and worthless.
	Evidence    float64 `json:"messages_cited"`
	Compression float64 `json:"compression"` // characters, as a share of the thread's
	Lines       float64 `json:"lines"`       // of a thread
	Pleasantry  float64 `json:"pleasantry"`  // share of lines
	Junk        float64 `json:"junk"`        // share of lines
}

const longThread = 6 // messages

// Handoff summarises the threads extractively, each as it was before it was resolved, and
// compares the summaries with baselines: the first three sentences ("lead-3"), and as many
// sentences as the summary has lines, from the start ("lead") and by TextRank.
func Handoff(ctx context.Context, threads []Thread, progress func(done, total int)) (HandoffReport, error) {
	w := summarize.New(summarize.Deps{})
	sums := map[string]*tally{"summary": {}, "lead-3": {}, "lead": {}, "textrank": {}}
	lines, supported := 0, 0
	r := HandoffReport{Systems: map[string]Compared{}}
	for i, th := range threads {
		t := th.ticket()
		s, err := w.Summarize(ctx, t)
		if err != nil {
			return r, err
		}
		kept := excerpt{}
		for _, sec := range s.Sections {
			for _, l := range sec.Lines {
				if l.Basis == "ticket" {
					continue
				}
				kept = append(kept, l)
				lines++
				if lineHolds(th, l) {
					supported++
				}
			}
		}
		all := threadLines(th)
		sums["summary"].add(th, kept)
		sums["lead-3"].add(th, all[:min(3, len(all))])
		sums["lead"].add(th, all[:min(len(kept), len(all))])
		sums["textrank"].add(th, textRank(all, len(kept)))
		if len(th.Messages) >= longThread {
			r.LongThreads++
		}
		if progress != nil {
			progress(i+1, len(threads))
		}
	}
	for name, sum := range sums {
		r.Systems[name] = sum.mean()
	}
	r.Threads, r.Supported = len(threads), share(supported, lines)
	return r, nil
}

// excerpt is what a way of shortening leaves of a thread.
type excerpt []handoff.Line

// lineHolds checks a line against its messages without the engine's own evidence: nearly all
// of its longer words must occur in them.
func lineHolds(th Thread, l handoff.Line) bool {
	var text strings.Builder
	for _, n := range l.Messages {
		text.WriteString(" " + thread.Tidy(th.Messages[n-1].Text))
	}
	text.WriteString(" " + thread.Tidy(th.Title))
	have := strings.ToLower(text.String())
	line := strings.ToLower(strings.TrimPrefix(l.Text, handoff.AdvisedHead))
	words := word.Split(line, "")
	missing, all := 0, 0
	for _, w := range words {
		if utf8.RuneCountInString(w) > 3 {
			all++
			if !strings.Contains(have, w) {
				missing++
			}
		}
	}
	return missing*10 <= all
}

// tally adds up one way of shortening.
type tally struct {
	threads, long, hit, longHit, lines, pleasant, junk int
	cited, compression                                 float64
}

func (a *tally) add(th Thread, ls excerpt) {
	cited, size, whole := map[int]bool{}, 0, 0
	for _, l := range ls {
		size += utf8.RuneCountInString(l.Text)
		a.lines++
		if pleasantLine(l.Text) {
			a.pleasant++
		}
		if junkLine(l.Text) {
			a.junk++
		}
		for _, n := range l.Messages {
			cited[n] = true
		}
	}
	for _, m := range th.Messages {
		whole += utf8.RuneCountInString(m.Text)
	}
	a.threads++
	a.cited += float64(len(cited)) / float64(len(th.Messages))
	a.compression += float64(size) / float64(max(1, whole))
	hit := 0
	if cited[th.Solution+1] {
		hit = 1
	}
	a.hit += hit
	if len(th.Messages) >= longThread {
		a.long++
		a.longHit += hit
	}
}

func (a *tally) mean() Compared {
	n := float64(max(1, a.threads))
	return Compared{
		Solution: share(a.hit, a.threads), SolutionLong: share(a.longHit, a.long), Evidence: round3(a.cited / n),
		Compression: round3(a.compression / n), Lines: round3(float64(a.lines) / n),
		Pleasantry: share(a.pleasant, a.lines), Junk: share(a.junk, a.lines),
	}
}

var (
	politeWords = regexp.MustCompile(`(?i)\b(?:` + strings.Join([]string{
		`thank(?:s| you)`,
		`thx`,
		`cheers`,
		`regards`,
		`welcome`,
		`appreciate\w*`,
		`glad`,
		`happy to`,
		`hope (?:this|that|it|you)`,
		`hello`,
		`hi`,
		`hey`,
		`sorry`,
		`apolog\w*`,
		`good luck`,
		`have a (?:nice|good|great)`,
	}, "|") + `)\b`)
	longToken = regexp.MustCompile(`\S{45,}`)
)

// pleasantLine is the measurement's own test for a line that is only polite, deliberately not
// the engine's classifier: polite words and few others.
func pleasantLine(text string) bool {
	letters := strings.IndexFunc(text, unicode.IsLetter) >= 0
	if !letters {
		return true
	}
	return politeWords.MatchString(text) && len(strings.Fields(politeWords.ReplaceAllString(text, ""))) <= 6
}

// junkLine is the measurement's own test for what is not language: few letters, or a token that
// is too long for a word and not an address.
func junkLine(text string) bool {
	bare := thread.URLPattern.ReplaceAllString(text, "")
	letters, marks := 0, 0
	for _, r := range bare {
		switch {
		case unicode.IsLetter(r):
			letters++
		case !unicode.IsSpace(r):
			marks++
		}
	}
	return marks > letters || longToken.MatchString(bare)
}

// threadLines returns all sentences of the thread, quotes and polite words included, each with
// its message.
func threadLines(th Thread) excerpt {
	var out excerpt
	for i, m := range th.Messages {
		for _, p := range strings.Split(m.Text, "\n") {
			for _, s := range thread.SplitSentences(thread.Tidy(p)) {
				if s != "" {
					out = append(out, handoff.Line{Text: thread.Shorten(s, handoff.MaxLineRunes), Messages: []int{i + 1}})
				}
			}
		}
	}
	return out
}

// The parameters of TextRank as published.
const (
	rankDamping = 0.85
	rankRounds  = 30
	rankLimit   = 600 // sentences; the matrix grows with the square
)

// textRank returns the n sentences with the highest rank, in order: a random walk between
// sentences, with transitions by their common words over the logarithms of their lengths.
func textRank(all excerpt, n int) excerpt {
	all = all[:min(len(all), rankLimit)]
	sets := make([]map[string]bool, len(all))
	for i, l := range all {
		sets[i] = thread.Stems(l.Text)
	}
	weights, sums := make([][]float64, len(all)), make([]float64, len(all))
	for i := range all {
		weights[i] = make([]float64, len(all))
		for j := range all {
			if i == j || len(sets[i]) < 2 || len(sets[j]) < 2 {
				continue
			}
			common := thread.Overlap(sets[i], sets[j]) * float64(len(sets[i]))
			weights[i][j] = common / (math.Log(float64(len(sets[i]))) + math.Log(float64(len(sets[j]))))
			sums[i] += weights[i][j]
		}
	}
	rank := slices.Repeat([]float64{1}, len(all))
	for range rankRounds {
		next := make([]float64, len(all))
		for i := range all {
			next[i] = 1 - rankDamping
			for j := range all {
				if sums[j] > 0 {
					next[i] += rankDamping * weights[j][i] / sums[j] * rank[j]
				}
			}
		}
		rank = next
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank[b], rank[a]) })
	order = order[:min(n, len(order))]
	slices.Sort(order)
	var out excerpt
	for _, i := range order {
		out = append(out, all[i])
	}
	return out
}
