package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/budget"
	"github.com/deskbook/deskbook/internal/capture"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/llm"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

// server is an app with what only a server needs.
type server struct {
	*app
	model   *modelFile
	engine  *retrieval.Engine
	meaning *sense.Index // nil for words alone
	worker  *jobs.Worker
	trainer *jobs.Worker
	gaps    *desk.Gaps
	ledger  *budget.Ledger
	alarms  *desk.Alarms
	handler http.Handler

	learning *learning.Service
	triage   *triage.Service
	measures *measure.Service
	problems *problem.Service
}

// newServer returns a server. This process must hold the lock of the index.
func (a *app) newServer(ctx context.Context) (*server, error) {
	s := &server{app: a}
	var err error
	if s.model, err = openModel(ctx, a.cfg, a.store, a.log); err != nil {
		return nil, err
	}
	if s.meaning, err = a.openMeaning(); err != nil {
		return nil, err
	}
	if s.engine, err = a.openEngine(ctx, s.meaning); err != nil {
		return nil, errors.Join(err, s.closeMeaning())
	}
	debug.FreeOSMemory() // reading models takes several times what they keep
	if err := s.wire(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *server) close() error { return errors.Join(s.engine.Close(), s.closeMeaning()) }

func (s *server) closeMeaning() error {
	if s.meaning == nil {
		return nil
	}
	return s.meaning.Close()
}

// pendingVectors returns how many texts have no vector yet.
func (s *server) pendingVectors() int {
	if s.meaning == nil {
		return 0
	}
	return s.meaning.Pending()
}

// wire connects the domain, the index, the writer and the background work.
func (s *server) wire() error {
	s.model.OnLoad(func(m *model.Service) { s.engine.SetFloor(m.Floor()) })
	s.ledger = budget.New(budget.Deps{Store: s.store, Model: s.model.Model, Now: time.Now, Log: s.log})
	s.articles = kb.NewService(s.store, time.Now,
		kb.WithRedactor(evidence.Redactions), kb.WithFinder(s.nearest), kb.WithStandard(s.standard))
	s.triage = s.newTriage()
	writer, err := s.newWriter()
	if err != nil {
		return err
	}
	s.gaps = newGaps(s.store, s.log)
	tickets := desk.NewService(desk.Deps{
		Store: s.store, Files: s.store, Model: s.model.Model, Models: s.model.Timeline, Suggester: s.engine,
		Triager: s.triage, Gaps: s.gaps,
		Articles: s.articles, People: s.users, OnlyThanks: thread.OnlyThanks, Now: time.Now, Log: s.log,
	})
	s.problems = problem.New(problem.Deps{
		Store: s.store, Model: s.model.Model, Reader: s.engine, Tickets: tickets, Articles: s.articles,
		Now: time.Now, Log: s.log,
	})
	s.worker = jobs.NewWorker(s.store, capture.New(capture.Deps{
		Tickets: tickets, Articles: s.articles, Writer: writer, Problems: s.problems, Model: s.model.Model, Now: time.Now,
	}).Handlers(), time.Now, s.log)
	s.learning = s.newLearning(s.engine)
	s.measures = measure.New(measure.Deps{Store: s.store, Models: s.model, Now: time.Now})
	s.trainer = s.newTrainingWorker()
	s.handler, err = s.newHandler(tickets, writer)
	return err
}

// newHandler returns the handler of the API and the pages.
func (s *server) newHandler(tickets *desk.Service, writer *summarize.Writer) (http.Handler, error) {
	handoffs := handoff.New(handoff.Deps{Writer: writer, Store: s.store, Now: time.Now, Log: s.log})
	s.alarms = &desk.Alarms{Desk: tickets, Store: s.store, Summarizer: sender{handoffs}}
	pages, err := web.New(web.Deps{
		Articles: s.articles, Tickets: tickets, Search: s.engine, Writer: writer, Handoffs: handoffs,
		Auth: s.users, Learning: s.learning, Triage: s.triage, Gaps: s.gaps,
		Usage: s.ledger, Measures: s.measures, Visits: s.measures, Problems: s.problems,
		HasLanguageModel: s.cfg.llmURL != "",
		ServiceModel:     s.model.Model, Models: s.model, Inbox: s.inbox(), Replayer: s.replayer(),
		ServiceModelError: s.model.Refused,
		Log:               s.log, Now: time.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	proxies, err := networks(s.cfg.trustedProxies)
	if err != nil {
		return nil, err
	}
	edge, err := api.New(api.Deps{
		Articles: s.articles, Reviews: s.articles, Tickets: tickets, Search: s.engine, Writer: writer, Handoffs: handoffs,
		Auth: s.users, Learning: s.learning, Triage: s.triage, Gaps: s.gaps, Usage: s.ledger,
		Measures: s.measures, Problems: s.problems,
		Models: s.model, Inbox: s.inbox(), Replayer: s.replayer(), ModelRefused: s.model.Refused,
		ServiceModel: s.model.Model, Changes: s.store, PendingVectors: s.pendingVectors,
		Keys: s.store, Log: s.log, Now: time.Now,
		Pages: pages.Routes(), PageError: pages.Error, TrustedProxies: proxies,
	})
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return edge.Handler(), nil
}

// inbox returns what shows people their tasks and notices.
func (s *server) inbox() *desk.Inbox {
	return &desk.Inbox{Store: s.store, Model: s.model.Model, Now: time.Now}
}

// replayer returns what replays changed service models.
func (s *server) replayer() *replay.Service {
	return &replay.Service{Store: s.store, Models: s.model, Now: time.Now}
}

// nearest finds the article closest to a proposed text among those that the desk sees.
func (s *server) nearest(ctx context.Context, title, markdown string) (kb.Nearest, error) {
	got, err := s.engine.Suggest(ctx, desk.SuggestRequest{
		Subject: title, Body: kb.PlainText(markdown), Visibility: kb.VisibleTo(access.System()), Limit: 1,
	})
	if err != nil || len(got.Articles) == 0 {
		return kb.Nearest{}, err
	}
	h := got.Articles[0]
	return kb.Nearest{ID: h.Article.ID, Title: h.Article.Title, Score: h.Score}, nil
}

// standard returns what the service model in force requires of articles.
func (s *server) standard() kb.Standard { return s.model.Model().Knowledge.Standard }

// newWriter returns the writer, with a language model if one is configured.
func (s *server) newWriter() (*summarize.Writer, error) {
	policy := budget.Policy{Model: s.model.Model, DefaultModel: s.cfg.llmModel, Likely: s.triage.Likely}
	o := summarize.Deps{
		Search: s.engine, Library: s.store, Prompts: content.Prompts(), Now: time.Now,
		Ledger: s.ledger, Settings: policy.Settings, Rule: policy.Rule, Answers: policy.Answers,
		Machines: s.redactMachines,
	}
	if s.cfg.llmURL != "" {
		key, err := s.cfg.llmKey()
		if err != nil {
			return nil, err
		}
		if o.Model, err = llm.New(llm.Config{BaseURL: s.cfg.llmURL, Model: s.cfg.llmModel, APIKey: key}); err != nil {
			return nil, fmt.Errorf("language model: %w", err)
		}
	}
	w := summarize.New(o)
	if err := w.Ready(); err != nil {
		return nil, fmt.Errorf("language model: %w", err)
	}
	return w, nil
}

// llmKey returns the endpoint's key from its file or the environment. There is no option
// for the key itself: other users of the machine could read it from the command line.
func (c *config) llmKey() (string, error) {
	if c.llmKeyFile == "" {
		return os.Getenv("DESKBOOK_LLM_API_KEY"), nil
	}
	b, err := os.ReadFile(c.llmKeyFile)
	if err != nil {
		return "", fmt.Errorf("read the key of the language model: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// networks parses --trusted-proxies.
func networks(list []string) ([]*net.IPNet, error) {
	var nets []*net.IPNet
	for _, s := range list {
		_, n, err := net.ParseCIDR(s)
		if err != nil {
			return nil, usageError{fmt.Errorf("--trusted-proxies: %w", err)}
		}
		nets = append(nets, n)
	}
	return nets, nil
}

// newGaps returns the recorder of gaps in the knowledge base.
func newGaps(st desk.GapStore, log *slog.Logger) *desk.Gaps {
	return desk.NewGaps(desk.GapDeps{
		Store: st, Wording: terms.Wording, Group: terms.GroupWordings, Now: time.Now, Log: log,
		Redact: func(text string, names []string) string { return evidence.NewRedactor(redact.All, names...).Text(text) },
	})
}
