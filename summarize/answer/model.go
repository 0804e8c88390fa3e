package answer

import (
	"context"
	"encoding/json"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// answerReply is the shape of a model's answer.
type answerReply struct {
	Answerable *bool            `json:"answerable"`
	Sentences  []evidence.Claim `json:"sentences"`
}

// answerByModel lets the model answer from the ranked passages. Sentences that do not
// resolve are dropped; if none is left, the error makes the extractive engine answer.
func (w *Writer) answerByModel(ctx context.Context, b basis, p Progress) (Answer, error) {
	r := w.deps.Client.Redactor()
	r.Reserve(b.question)
	ev, titles := passageEvidence(b.sources, r)
	schema, err := answerSchema(ev)
	if err != nil {
		return Answer{}, err
	}
	a := b.answer
	a.Engine = ask.ByModel
	t := ask.Task{
		Action: ask.ActionAnswer, Schema: schema, Redactor: r,
		Input: &ask.AnswerPrompt{Question: r.Text(b.question), Frame: ask.Frame{
			Evidence: ask.EvidenceLines(ev, func(it evidence.Item) string { return titles[it.Mark] }),
		}},
		Accept: func(data []byte) (err error) {
			a, err = acceptAnswer(a, data, ev, r)
			return err
		},
	}
	if p.Sentence != nil {
		shown := 0
		t.Piece = func(key string, raw []byte) {
			c, ok := ask.ClaimOf(raw)
			if !ok || key != "sentences" || shown == maxSentences {
				return
			}
			for _, s := range citedSentences(ev, []evidence.Claim{c}, r) {
				shown++
				p.Sentence(s)
			}
		}
		t.Again = func(reason string) {
			shown = 0
			if p.Again != nil {
				p.Again(reason)
			}
		}
	}
	err = w.deps.Client.Ask(ctx, t)
	return a, err
}

func acceptAnswer(a Answer, data []byte, ev *evidence.Set, r *evidence.Redactor) (Answer, error) {
	var reply answerReply
	if err := ask.DecodeStrict(data, &reply); err != nil {
		return a, err
	}
	if reply.Answerable == nil {
		return a, fault.New(fault.Invalid, "the model's reply did not follow the schema")
	}
	if !*reply.Answerable {
		return a.refuse("the language model found no answer in these articles"), nil
	}
	if a.Sentences = citedSentences(ev, reply.Sentences, r); len(a.Sentences) == 0 {
		return a, fault.New(fault.Invalid, "the articles did not support anything the model wrote")
	}
	return a, nil
}

// passageEvidence returns the passages as evidence, within the prompt's budget, and what
// to call each mark's source.
func passageEvidence(ranked []source, r *evidence.Redactor) (ev *evidence.Set, titles map[string]string) {
	ev, titles = evidence.New(), map[string]string{}
	for _, s := range ranked {
		r.Reserve(s.hit.Article.Title, s.hit.Passage.Heading, s.hit.Passage.Text)
	}
	left := evidence.PromptBudget
	for _, s := range ranked {
		text := thread.Shorten(r.Text(s.hit.Passage.Text), min(left, evidence.PromptBudget/2))
		if left -= len([]rune(text)); left < 0 || text == "" {
			break
		}
		ev.AddPassage(s.citation(), text)
		titles[ev.Items[len(ev.Items)-1].Mark] = r.Text(thread.Tidy(s.hit.Article.Title + " › " + s.hit.Passage.Heading))
	}
	return ev, titles
}

func answerSchema(ev *evidence.Set) (json.RawMessage, error) {
	return ask.ObjectSchema(map[string]any{
		"answerable": map[string]any{"type": "boolean"},
		"sentences":  ask.ClaimSchema(ev.Marks(), maxSentences, maxSentenceRunes),
	}, []string{"answerable", "sentences"})
}

// citedSentences returns the claims that resolve as cited sentences.
func citedSentences(e *evidence.Set, claims []evidence.Claim, r *evidence.Redactor) []Sentence {
	out := []Sentence{}
	for _, c := range ask.BoundedClaims(claims, maxSentences) {
		text, cited, ok := e.Resolve(c, maxSentenceRunes)
		if !ok {
			continue
		}
		s := Sentence{Text: r.Restore(text)}
		for _, it := range cited {
			s.Citations = append(s.Citations, it.Citation)
		}
		out = append(out, s)
	}
	return out
}
