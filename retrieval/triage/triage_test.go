package triage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/triage"
)

// pastTicket is a ticket with what people decided about it.
type pastTicket struct {
	Subject, Body string
	At            time.Time
	Labels        map[desk.Field]string
}

var begin = time.Date(2025, 1, 6, 9, 0, 0, 0, time.UTC)

// phrases are what tickets of each category say.
var phrases = map[string][]string{
	"email": {
		"outlook does not open", "mailbox is full", "calendar invitation is missing", "outlook keeps asking for the mailbox",
	},
	"network":  {"vpn tunnel drops", "wifi is slow", "vpn client cannot connect", "no wifi signal in the meeting room"},
	"printing": {"printer jams", "toner is empty", "scanner shows nothing", "the printer queue is stuck"},
}

var filler = strings.Fields("please since yesterday on my machine again and it worked before could somebody look " +
	"at this today I tried to restart several times nothing changed")

// history makes n tickets, a quarter of an hour apart. Their impact is 2 when the text
// says that everybody has it.
func history(n int, seed uint64, from time.Time) []pastTicket {
	r := rand.New(rand.NewPCG(seed, 1))
	names := []string{"email", "network", "printing"}
	var out []pastTicket
	for i := range n {
		name := names[r.IntN(len(names))]
		own := phrases[name]
		var body []string
		for range 12 {
			body = append(body, filler[r.IntN(len(filler))])
		}
		p := pastTicket{
			Subject: own[r.IntN(len(own))], Body: own[r.IntN(len(own))] + ". " + strings.Join(body, " "),
			At: from.Add(time.Duration(i) * 15 * time.Minute), Labels: map[desk.Field]string{
				desk.FieldCategory: name, desk.FieldImpact: "3",
			},
		}
		if r.IntN(3) == 0 {
			p.Body += " Everybody in the office has it."
			p.Labels[desk.FieldImpact] = "2"
		}
		out = append(out, p)
	}
	return out
}

func samples(list []pastTicket) []triage.Sample {
	out := make([]triage.Sample, len(list))
	for i, p := range list {
		out[i] = triage.NewSample(p.Subject, p.Body, p.At, p.Labels)
	}
	return out
}

func choices() map[desk.Field][]desk.Choice {
	return map[desk.Field][]desk.Choice{
		desk.FieldCategory: {
			{Value: "email", Title: "E-mail and calendar"},
			{Value: "network", Title: "VPN, Wi-Fi and network"},
			{Value: "printing", Title: "Printing and scanning"},
			{Value: "other", Title: "Anything else"},
		},
		desk.FieldService: {
			{Value: "remote-access", Title: "Remote access (VPN)"}, {Value: "printing", Title: "Printing and scanning"},
		},
		desk.FieldImpact: {{Value: "1"}, {Value: "2"}, {Value: "3"}},
	}
}

func train(t *testing.T, list []pastTicket) *triage.Classifiers {
	t.Helper()
	m, err := triage.Train(context.Background(), samples(list), choices())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func opinions(m *triage.Classifiers, subject, body string) map[desk.Field]desk.Opinion {
	out := map[desk.Field]desk.Opinion{}
	for _, o := range m.Opinions(desk.TriageRequest{Subject: subject, Body: body, Choices: choices()}) {
		out[o.Field] = o
	}
	return out
}

func TestLearnsWhatTheTeamDecides(t *testing.T) {
	m := train(t, history(400, 1, begin))
	right, said := 0, 0
	for _, p := range history(200, 2, begin.AddDate(0, 1, 0)) {
		got := opinions(m, p.Subject, p.Body)
		for _, f := range []desk.Field{desk.FieldCategory, desk.FieldImpact} {
			if got[f].Value == "" {
				continue
			}
			said++
			if got[f].Value == p.Labels[f] {
				right++
			}
			if got[f].Confidence <= 0 || got[f].Confidence > 81./82 || got[f].Basis != desk.FromHistory {
				t.Fatalf("opinion %+v", got[f])
			}
		}
	}
	if said < 360 || right < said*95/100 {
		t.Errorf("%d of 400 fields proposed, %d right", said, right)
	}
	got := opinions(m, "Outlook", "The mailbox is full, and everybody in the office has it")
	if c := got[desk.FieldCategory]; c.Value != "email" || !strings.Contains(strings.Join(c.Words, " "), "mailbox") {
		t.Errorf("category %+v", c)
	}
	if i := got[desk.FieldImpact]; i.Value != "2" || !strings.Contains(strings.Join(i.Words, " "), "everybody") {
		t.Errorf("impact %+v", i)
	}
	for f, r := range m.Reports() {
		if r.Checked != 80 || r.Accuracy <= r.Majority || r.Precision < .9 || r.Tickets != 400 {
			t.Errorf("%s: %+v", f, r)
		}
	}
}

func TestUnknown(t *testing.T) {
	m := train(t, history(400, 1, begin))
	for name, text := range map[string][2]string{
		"never seen a word": {"zzz qqq", "xyzzy plugh"},
		"nothing":           {"", ""},
		"another script":    {"打印机坏了", "请帮忙"},
		"signs alone":       {"!!! ???", "... --- ..."},
	} {
		t.Run(name, func(t *testing.T) {
			got := opinions(m, text[0], text[1])[desk.FieldCategory]
			if got.Value != "" || got.Confidence != 0 || got.Words != nil {
				t.Errorf("opinion %+v", got)
			}
		})
	}
	withdrawn := choices()
	withdrawn[desk.FieldCategory] = withdrawn[desk.FieldCategory][1:]
	for _, o := range m.Opinions(desk.TriageRequest{
		Subject: "mailbox is full", Body: "outlook does not open", Choices: withdrawn,
	}) {
		if o.Field == desk.FieldCategory && o.Value != "" {
			t.Errorf("%q is in no list any more", o.Value)
		}
	}
}

func TestNothingToLearn(t *testing.T) {
	noise := history(300, 3, begin)
	r := rand.New(rand.NewPCG(4, 4))
	for i := range noise {
		noise[i].Labels = map[desk.Field]string{desk.FieldCategory: []string{"email", "network", "printing"}[r.IntN(3)]}
	}
	one := history(100, 5, begin)
	for i := range one {
		one[i].Labels = map[desk.Field]string{desk.FieldCategory: "email"}
	}
	strange := history(100, 6, begin)
	for i := range strange {
		strange[i].Labels = map[desk.Field]string{desk.FieldCategory: fmt.Sprint("retired-", i%3)}
	}
	tests := []struct {
		name    string
		list    []pastTicket
		learned bool
	}{
		{"labels at random", noise, true},
		{"too few", history(40, 1, begin), false},
		{"one value alone", one, false},
		{"values of no list", strange, false},
		{"none", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := train(t, tt.list)
			if _, ok := m.Reports()[desk.FieldCategory]; ok != tt.learned {
				t.Errorf("learned %v: %+v", ok, m.Reports())
			}
			if o := opinions(m, "Outlook hangs", "The mailbox is full.")[desk.FieldCategory]; o.Value != "" {
				t.Errorf("proposed %+v", o)
			}
		})
	}
}

func TestUsualValueIsNoNews(t *testing.T) {
	list := history(600, 10, begin)
	r := rand.New(rand.NewPCG(11, 11))
	for i := range list {
		list[i].Labels = map[desk.Field]string{desk.FieldImpact: "3", desk.FieldCategory: "email"}
		if i%20 == 0 { // by chance
			list[i].Labels[desk.FieldCategory] = "network"
		}
		if r.IntN(10) == 0 { // for a reason
			list[i].Labels[desk.FieldImpact], list[i].Body = "1", "The whole company stands still."
		}
	}
	m := train(t, list)
	got := opinions(m, "mailbox is full", "The whole company stands still.")
	if c := got[desk.FieldCategory]; c.Value != "" {
		t.Errorf("nothing distinguishes the categories, and yet %+v", c)
	}
	if i := got[desk.FieldImpact]; i.Value != "1" {
		t.Errorf("impact %+v, report %+v", i, m.Reports()[desk.FieldImpact])
	}
}

func TestNewestDecisionsCountAfterAChange(t *testing.T) {
	list := history(900, 7, begin)
	list = append(list, history(700, 8, begin.AddDate(0, 6, 0))...)
	for i := 900; i < len(list); i++ { // what was e-mail is network since
		if list[i].Labels[desk.FieldCategory] == "email" {
			list[i].Labels[desk.FieldCategory] = "network"
		}
	}
	m := train(t, list)
	if r := m.Reports()[desk.FieldCategory]; r.HalfLifeDays == 0 || r.Accuracy < .9 {
		t.Errorf("report %+v", r)
	}
	if o := opinions(m, "mailbox is full", "outlook does not open")[desk.FieldCategory]; o.Value != "network" {
		t.Errorf("opinion %+v", o)
	}
}

func TestTrainingIsRepeatable(t *testing.T) {
	list := history(200, 1, begin)
	a, b := train(t, list).JSON(), train(t, list).JSON()
	if a != b {
		t.Error("two training runs on the same tickets differ")
	}
	for _, word := range []string{"outlook", "toner", "everybody"} {
		if strings.Contains(a, word) {
			t.Errorf("the weights hold the word %q of a ticket", word)
		}
	}
	back, err := triage.Parse(a)
	if err != nil {
		t.Fatal(err)
	}
	near := cmpopts.EquateApprox(0, .03) // a weight is stored in one byte
	for _, p := range history(50, 9, begin) {
		if d := cmp.Diff(opinions(train(t, list[:0]), "", ""), opinions(back, "", ""), near); d == "" {
			t.Fatal("the model read back knows nothing")
		}
		kept, read := opinions(back, p.Subject, p.Body), opinions(mustParse(t, back.JSON()), p.Subject, p.Body)
		if d := cmp.Diff(kept, read, near); d != "" {
			t.Fatal(d)
		}
	}
}

func mustParse(t *testing.T, weights string) *triage.Classifiers {
	t.Helper()
	m, err := triage.Parse(weights)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParseRefuses(t *testing.T) {
	good := train(t, history(100, 1, begin)).JSON()
	for name, bad := range map[string]string{
		"no JSON":         "weights",
		"another form":    strings.Replace(good, `"format":1`, `"format":2`, 1),
		"no base64":       strings.Replace(good, `"weights":"`, `"weights":"*`, 1),
		"too few weights": strings.Replace(good, `"weights":"`, `"weights":"","x":"`, 1),
		"too few hashes":  strings.Replace(good, `"hashes":"`, `"hashes":"","x":"`, 1),
		"no scales":       strings.Replace(good, `"scales":[`, `"scales":[],"x":[`, 1),
		"no temperature":  strings.Replace(good, `"temperature":`, `"x":`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if bad == good {
				t.Fatal("nothing was changed")
			}
			if m, err := triage.Parse(bad); err == nil {
				t.Errorf("taken: %v", m)
			}
		})
	}
}

func TestNames(t *testing.T) {
	tests := []struct{ subject, category, service string }{
		{"The printer is printing blank pages", "printing", "printing"},
		{"VPN is down", "network", "remote-access"},
		{"New e-mail address", "email", ""},
		{"calendars are wrong", "email", ""},
		{"E-mail cannot be printed while printing", "", "printing"}, // two categories with the same claim
		{"Something else", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.subject, func(t *testing.T) {
			got := opinions(nil, tt.subject, "The network is in the body, where it does not count.")
			c, s := got[desk.FieldCategory], got[desk.FieldService]
			if c.Value != tt.category || s.Value != tt.service {
				t.Errorf("category %q by %v, service %q by %v", c.Value, c.Words, s.Value, s.Words)
			}
			if c.Basis != desk.FromName || c.Confidence != 0 || (c.Value == "") != (len(c.Words) == 0) {
				t.Errorf("opinion %+v", c)
			}
		})
	}
}

func TestCancelledTraining(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := triage.Train(ctx, samples(history(100, 1, begin)), choices()); err == nil {
		t.Error("a cancelled training went on")
	}
}

func TestChineseTicketsTeach(t *testing.T) {
	var list []pastTicket
	for i := range 200 {
		p := pastTicket{
			Subject: "打印机不能打印", Body: []string{"请帮忙", "今天早上开始", "昨天还好"}[i%3],
			At:     begin.Add(time.Duration(i) * time.Hour),
			Labels: map[desk.Field]string{desk.FieldCategory: "printing"},
		}
		if i%2 == 0 {
			p.Subject, p.Labels = "邮箱已经满了", map[desk.Field]string{desk.FieldCategory: "email"}
		}
		list = append(list, p)
	}
	if o := opinions(train(t, list), "打印机坏了", "")[desk.FieldCategory]; o.Value != "printing" {
		t.Errorf("opinion %+v", o)
	}
}
