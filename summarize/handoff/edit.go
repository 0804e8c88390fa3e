package handoff

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The bounds of an edited summary are twice those of a generated one.
const (
	maxEditLines     = 2 * MaxLines
	maxEditLineRunes = 2 * MaxLineRunes
)

// Edit stores a person's version of the summary alongside the generated one. version is
// the one the person saw; if it is no longer the stored one, the error is fault.Conflict.
// A line that its messages support counts like a generated one; any other names its
// author.
func (s *Service) Edit(
	ctx context.Context, actor access.Actor, t desk.Ticket, version int, sections []Section,
) (Stored, error) {
	k, err := s.editable(ctx, actor, t, version)
	if err != nil {
		return Stored{}, err
	}
	base := k.Generated
	if k.Edited() {
		base = k.Edit.Base
	}
	edited, err := checkedSections(t, k.Current(), sections, actor.DisplayName())
	if err != nil {
		return Stored{}, err
	}
	k.Edit = &Edit{Sections: edited, Base: base, By: actor.ID, Name: actor.DisplayName(), At: s.deps.Now().UTC()}
	return s.saveEdit(ctx, actor, k, "summary_edited")
}

// Discard drops the edit in favour of the generated text.
func (s *Service) Discard(ctx context.Context, actor access.Actor, t desk.Ticket, version int) (Stored, error) {
	k, err := s.editable(ctx, actor, t, version)
	if err != nil || k.Edit == nil {
		return k, err
	}
	k.Edit = nil
	return s.saveEdit(ctx, actor, k, "summary_reset")
}

func (s *Service) editable(ctx context.Context, actor access.Actor, t desk.Ticket, version int) (Stored, error) {
	switch {
	case !actor.Can(access.WorkTickets):
		return Stored{}, fault.New(fault.Forbidden, "only agents can edit a summary")
	case s.deps.Store == nil:
		return Stored{}, fault.New(fault.Unavailable, "this server does not store summaries")
	}
	k, err := s.Stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.Version == 0 {
		return Stored{}, fault.New(fault.Conflict, "there is no summary to edit; read it first")
	}
	if k.Version != version {
		return Stored{}, fault.New(fault.Conflict, "the summary is now at version %d, not %d; read it again",
			k.Version, version)
	}
	return k, nil
}

func (s *Service) saveEdit(ctx context.Context, actor access.Actor, k Stored, verb string) (Stored, error) {
	k.Version++
	err := s.deps.Store.SaveSummary(ctx, k, journal.Entry{Events: []journal.Event{{
		At: s.deps.Now().UTC(), Actor: actor.ID, Object: journal.Ticket, ID: k.Ticket, Verb: verb,
		Data: journal.Data(map[string]any{"version": k.Version, "thread": k.Generated.ThreadVersion}),
	}}})
	if err != nil {
		return Stored{}, fmt.Errorf("save the summary of ticket %s: %w", k.Ticket, err)
	}
	return k, nil
}

// checkedSections returns what a person wrote as the eight sections; those left out are
// empty. The error names every bad line.
func checkedSections(t desk.Ticket, now Summary, sections []Section, author string) ([]Section, error) {
	var bad []fault.Field
	reject := func(field, format string, args ...any) {
		bad = append(bad, fault.Field{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	out := newSummary(t, "").Sections
	ev := evidence.New()
	for _, m := range t.Messages {
		ev.AddMessage(m, m.Text)
	}
	seen := map[string]bool{}
	for _, sec := range sections {
		i := slices.Index(Sections(), sec.Name)
		if i < 0 || seen[sec.Name] {
			reject("sections", "%q is not a section or appears twice", thread.Shorten(sec.Name, 40))
			continue
		}
		seen[sec.Name] = true
		if len(sec.Lines) > maxEditLines {
			reject(sec.Name, "has %d lines; at most %d are allowed", len(sec.Lines), maxEditLines)
			continue
		}
		for _, l := range sec.Lines {
			line, problem := checkedLine(ev, now.Section(sec.Name), l, author)
			switch {
			case problem != "":
				reject(sec.Name, "%s", problem)
			case line.Text != "":
				out[i].Lines = append(out[i].Lines, line)
			}
		}
	}
	if len(bad) == 0 && !slices.ContainsFunc(out, func(s Section) bool { return len(s.Lines) > 0 }) {
		return nil, fault.New(fault.Invalid,
			"a summary needs at least one line; write one or go back to the generated text")
	}
	return out, fault.InvalidFields(bad)
}

// checkedLine returns the line as it is stored, with an empty text if it is blank, or
// what is wrong with it. A line that the section already has is left unchanged.
func checkedLine(ev *evidence.Set, now Section, l Line, author string) (Line, string) {
	if !utf8.ValidString(l.Text) || strings.ContainsRune(l.Text, 0) {
		return Line{}, "contains a character that cannot be stored"
	}
	text := thread.Tidy(l.Text)
	if n := utf8.RuneCountInString(text); n > maxEditLineRunes {
		return Line{}, fmt.Sprintf("a line has %d characters; at most %d are allowed", n, maxEditLineRunes)
	}
	ns := slices.Compact(slices.Sorted(slices.Values(l.Messages)))
	var cited []evidence.Item
	for _, n := range ns {
		it, ok := ev.Find("m" + strconv.Itoa(n))
		if !ok {
			return Line{}, fmt.Sprintf("there is no message %d in this thread", n)
		}
		cited = append(cited, it)
	}
	out := Line{Text: text, Messages: append([]int{}, ns...)}
	for _, old := range now.Lines {
		if !slices.Equal(slices.Sorted(slices.Values(old.Messages)), ns) {
			continue
		}
		if thread.Tidy(old.Text) == text {
			return old, ""
		}
		if out.Result == "" && thread.Jaccard(thread.Stems(old.Text), thread.Stems(text)) >= 0.5 {
			out.Result = old.Result // rewording an attempt does not change its outcome
		}
	}
	if len(cited) == 0 || !ev.Supported(text, cited) {
		out.WrittenBy = author
	}
	return out, ""
}

// PlainLine returns the line as people edit it: its text followed by its messages.
func (l Line) PlainLine() string {
	var b strings.Builder
	b.WriteString(l.Text)
	for _, n := range l.Messages {
		b.WriteString(" #" + strconv.Itoa(n))
	}
	return b.String()
}

// ParseLine reads a line in the form of PlainLine, edited by a person: the trailing words
// made of a # and a number are its messages.
func ParseLine(s string) Line {
	words := strings.Fields(s)
	l := Line{Messages: []int{}}
	for len(words) > 0 {
		n, err := strconv.Atoi(strings.TrimPrefix(words[len(words)-1], "#"))
		if err != nil || n < 1 || !strings.HasPrefix(words[len(words)-1], "#") {
			break
		}
		l.Messages = append(l.Messages, n)
		words = words[:len(words)-1]
	}
	l.Text = strings.Join(words, " ")
	slices.Sort(l.Messages)
	return l
}

// summaryText returns a summary as lines of text for comparison.
func summaryText(sections []Section) string {
	var b strings.Builder
	for _, sec := range sections {
		if len(sec.Lines) == 0 {
			continue
		}
		b.WriteString(thread.UpperFirst(sec.Name) + "\n")
		for _, l := range sec.Lines {
			b.WriteString("- " + l.PlainLine() + "\n")
		}
	}
	return b.String()
}
