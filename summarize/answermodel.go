package summarize

import (
	"context"
	"encoding/json"

	"github.com/deskbook/deskbook/internal/fault"
)

// answerReply is the shape of a model's answer.
type answerReply struct {
	Answerable *bool   `json:"answerable"`
	Sentences  []claim `json:"sentences"`
}

// answerByModel lets the model answer from the ranked passages. Sentences that do
// not resolve are dropped; nothing left is an error, so that the extractive engine
// answers.
func (w *answerWriter) answerByModel(ctx context.Context, f foundAnswer, p AnswerProgress) (Answer, error) {
	r := w.Client.redactor()
	r.Reserve(f.question)
	ev, titles := passageEvidence(f.ranked, r)
	schema, err := answerSchema(ev)
	if err != nil {
		return Answer{}, err
	}
	a := f.Answer
	a.Engine = ByModel
	t := task{
		action: actAnswer, schema: schema, redactor: r,
		input: &answerPrompt{Question: r.Text(f.question), promptFrame: promptFrame{
			Evidence: evidenceLines(ev, func(it item) string { return titles[it.mark] }),
		}},
		accept: func(data []byte) (err error) {
			a, err = acceptAnswer(a, data, ev, r)
			return err
		},
	}
	if p.Sentence != nil {
		shown := 0
		t.piece = func(key string, raw []byte) {
			c, ok := pieceOf(raw)
			if !ok || key != "sentences" || shown == maxSentences {
				return
			}
			for _, s := range citedSentences(ev, []claim{c}, r) {
				shown++
				p.Sentence(s)
			}
		}
		t.again = func(reason string) {
			shown = 0
			if p.Again != nil {
				p.Again(reason)
			}
		}
	}
	err = w.Client.ask(ctx, t)
	return a, err
}

func acceptAnswer(a Answer, data []byte, ev *evidence, r *Redactor) (Answer, error) {
	var reply answerReply
	if err := decodeStrict(data, &reply); err != nil {
		return a, err
	}
	if reply.Answerable == nil {
		return a, fault.New(fault.Invalid, "the model's reply did not follow the schema")
	}
	if !*reply.Answerable {
		// A refusal cannot be checked, and small models refuse everything. The extractive
		// engine has found support for the question's words, or it refuses by itself.
		return a, fault.New(fault.Unavailable, "the language model found no answer in these articles")
	}
	if a.Sentences = citedSentences(ev, reply.Sentences, r); len(a.Sentences) == 0 {
		return a, fault.New(fault.Invalid, "the articles supported nothing of what the model wrote")
	}
	return a, nil
}

// passageEvidence makes evidence of the passages, within the prompt's budget.
func passageEvidence(ranked []source, r *Redactor) (ev *evidence, titles map[string]string) {
	ev, titles = newEvidence(), map[string]string{}
	for _, s := range ranked {
		r.Reserve(s.hit.Article.Title, s.hit.Passage.Heading, s.hit.Passage.Text)
	}
	left := promptBudget
	for _, s := range ranked {
		text := shorten(r.Text(s.hit.Passage.Text), min(left, promptBudget/2))
		if left -= len([]rune(text)); left < 0 || text == "" {
			break
		}
		ev.addPassage(s.citation(), text)
		titles[ev.items[len(ev.items)-1].mark] = r.Text(tidy(s.hit.Article.Title + " › " + s.hit.Passage.Heading))
	}
	return ev, titles
}

func answerSchema(ev *evidence) (json.RawMessage, error) {
	return objectSchema(map[string]any{
		"answerable": map[string]any{"type": "boolean"},
		"sentences":  claimSchema(ev.marks(), maxSentences, maxSentenceRunes),
	}, []string{"answerable", "sentences"})
}
