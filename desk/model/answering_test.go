package model_test

import (
	"cmp"
	"os"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk/model"
)

// withAutomation returns the shipped model with other boundaries of auto_answer.
func withAutomation(t *testing.T, standard string, categories map[string]string) *model.Service {
	t.Helper()
	raw, err := os.ReadFile("../../content/service-model.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "auto_answer: autonomous", "auto_answer: "+standard, 1)
	own := ""
	for name, b := range categories {
		own += "    " + name + ": {auto_answer: " + b + "}\n"
	}
	before, after, ok := strings.Cut(text, "    security:\n      draft_reply: off\n      auto_answer: off\n")
	if !ok {
		t.Fatal("the shipped model has other boundaries")
	}
	m, err := model.Parse([]byte(before + own + after))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMayAnswer: the strictest boundary of the categories that a question may belong to
// decides, and never a looser one than the default row's.
func TestMayAnswer(t *testing.T) {
	off := map[string]string{"security": "off"}
	tests := []struct {
		name       string
		standard   string // autonomous if empty
		categories map[string]string
		question   string
		title      string   // of the article that it would be answered from
		article    []string // its categories
		likely     map[string]float64
		allowed    bool
		rule, why  string
	}{
		{
			name: "nothing speaks for it", categories: off,
			question: "The plotter prints blue",
			allowed:  true, rule: "default",
		},
		{
			name: "its id", categories: off,
			question: "Is this a SECURITY risk?",
			rule:     "categories.security", why: `"security"`,
		},
		{
			name: "a word of its title", categories: off,
			question: "I clicked on a phishing-mail",
			rule:     "categories.security", why: `"phishing"`,
		},
		{
			name: "another form of the word", categories: map[string]string{"printing": "off"},
			question: "Print jobs hang",
			rule:     "categories.printing", why: `"print"`,
		},
		{
			name: "another ending", categories: off,
			question: "Was my account phished?",
			rule:     "categories.security", why: `"phished"`,
		},
		{
			name: "the beginning alone", categories: map[string]string{"access": "off"},
			question: "The server accepts nothing",
			allowed:  true, rule: "default",
		},
		{
			name: "accents and the plural", categories: map[string]string{"sign-in": "off"},
			question: "pâsswords",
			rule:     "categories.sign-in", why: `"password"`,
		},
		{
			name: "a common word of a title alone", categories: off,
			question: "How do I run a report and print it?",
			allowed:  true, rule: "default",
		},
		{
			name: "two categories", categories: map[string]string{"network": "supervised", "security": "off"},
			question: "Wi-Fi security",
			rule:     "categories.security", why: `"security"`,
		},
		{
			name: "learned", categories: off,
			question: "Somebody knows my pin",
			likely:   map[string]float64{"security": .12, "sign-in": .8},
			rule:     "categories.security", why: "earlier tickets",
		},
		{
			name: "learned to be improbable", categories: off,
			question: "Paper jam",
			likely:   map[string]float64{"security": .02, "printing": .9},
			allowed:  true, rule: "default",
		},
		{
			name: "the article's category", categories: off,
			question: "A strange mail",
			title:    "Odd mails", article: []string{"email", "security"},
			rule: "categories.security", why: "nearest article",
		},
		{
			name: "the article's title, where it has no category", categories: off,
			question: "A strange mail",
			title:    "What is phishing",
			rule:     "categories.security", why: "nearest article",
		},
		{
			name: "the article's title, where it has another category", categories: off,
			question: "A strange mail",
			title:    "What is phishing", article: []string{"email"},
			allowed: true, rule: "default",
		},
		{
			name: "the article's title, where its categories are another tool's", categories: off,
			question: "A strange mail",
			title:    "What is phishing", article: []string{"blog"},
			rule: "categories.security", why: "nearest article",
		},
		{
			name: "off by default", standard: "off", categories: map[string]string{"printing": "autonomous"},
			question: "Printing in colour",
			likely:   map[string]float64{"printing": 1}, rule: "default",
		},
		{
			name: "stricter and not off", categories: map[string]string{"printing": "suggest"},
			question: "Printing in colour",
			allowed:  true, rule: "categories.printing", why: `"printing"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := withAutomation(t, cmp.Or(tt.standard, "autonomous"), tt.categories)
			got := m.MayAnswer(model.AnswerRequest{Question: tt.question, Title: tt.title, Categories: tt.article}, tt.likely)
			if got.Allowed != tt.allowed || got.Rule != "automation."+tt.rule+".auto_answer" {
				t.Errorf("%+v, want allowed %v by %s", got, tt.allowed, tt.rule)
			}
			if (got.Why == "") != (tt.why == "") || !strings.Contains(got.Why, tt.why) {
				t.Errorf("why: %q, want %q", got.Why, tt.why)
			}
		})
	}
}

// TestMayAnswerInOtherScripts: titles in other languages are found in questions.
func TestMayAnswerInOtherScripts(t *testing.T) {
	for title, question := range map[string]string{
		"网络安全":                 "我的网络安全吗？",
		"Безопасность":         "Вопрос о безопасности",
		"الأمن والحماية":       "مشكلة في الأمن",
		"보안 신고":                "보안이 걱정됩니다 보안 문의",
		"Sicherheit und Virus": "Ein Virus?",
	} {
		m := withAutomation(t, "autonomous", map[string]string{"security": "off"})
		at := len(m.Categories) - 2
		if m.Categories[at].Name != "security" {
			t.Fatal("the shipped categories have another order")
		}
		m.Categories[at].Title = title
		if got := m.MayAnswer(model.AnswerRequest{Question: question}, nil); got.Allowed {
			t.Errorf("%q may be answered, with the title %q", question, title)
		}
		printer := model.AnswerRequest{Question: "Und der Drucker? 打印机 принтер"}
		if got := m.MayAnswer(printer, nil); !got.Allowed {
			t.Errorf("the printer is %q: %s", title, got.Why)
		}
	}
}
