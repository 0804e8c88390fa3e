// Package web is the pages: plain HTML made on the server, one folder a page, with
// its template, its page struct and its handlers.
//
// It promises that every page works without scripts, that a template which does not
// parse stops the server at start, and that every route names its permission. It
// talks to the domain through the small interfaces that each page declares and
// imports no store, no SQL and no language model's client.
package web

import (
	"context"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/account"
	"github.com/deskbook/deskbook/api/web/article"
	"github.com/deskbook/deskbook/api/web/evaluation"
	"github.com/deskbook/deskbook/api/web/failure"
	"github.com/deskbook/deskbook/api/web/gap"
	"github.com/deskbook/deskbook/api/web/home"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/api/web/login"
	"github.com/deskbook/deskbook/api/web/model"
	"github.com/deskbook/deskbook/api/web/review"
	"github.com/deskbook/deskbook/api/web/search"
	"github.com/deskbook/deskbook/api/web/static"
	"github.com/deskbook/deskbook/api/web/ticket"
	"github.com/deskbook/deskbook/api/web/triage"
	"github.com/deskbook/deskbook/api/web/usage"
	"github.com/deskbook/deskbook/api/web/user"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// Knowledge is all that the pages ask of the knowledge base; *kb.Service is one.
type Knowledge interface {
	article.Knowledge
	review.Knowledge
}

// Finder ranks; *retrieval.Engine is one.
type Finder interface {
	search.Searcher
	desk.Suggester
}

// Writer writes answers and summaries; *summarize.Writer is one.
type Writer interface {
	search.Answerer
	Summarize(ctx context.Context, t desk.Ticket) (handoff.Summary, error)
}

// unkept makes every summary anew, where none are kept.
type unkept struct{ Writer }

// StreamSummary writes the summary and tells nothing before it is done.
func (u unkept) StreamSummary(ctx context.Context, t desk.Ticket, _ handoff.Progress) (handoff.Summary, error) {
	return u.Summarize(ctx, t)
}

// Streams writes texts with and without a language model; *summarize.Writer is one.
type Streams interface {
	ticket.Streams
	search.Streams
}

// Accounts keeps people and their sessions; *auth.Service is one.
type Accounts interface {
	login.Sessions
	account.Credentials
	user.Users
	ticket.People
}

// Gaps records where knowledge is missing and lists it; *desk.Gaps is one.
type Gaps interface {
	desk.GapRecorder
	gap.Gaps
}

// Deps is what the pages are made of. All fields but Gaps and Log are required.
type Deps struct {
	Articles Knowledge
	Tickets  ticket.Desk
	Search   Finder
	Writer   Writer
	Auth     Accounts
	Learning evaluation.Learning
	Triage   triage.Learning // nil: there is no page about it
	Gaps     Gaps
	Model    func() *desk.ServiceModel // the service model in force
	// Handoffs keeps the summaries of tickets; nil makes each anew, and none can be edited.
	Handoffs *handoff.Service
	// Streams shows texts of a language model while they are written; nil waits for them.
	Streams Streams
	// Usage lists the calls to language models; without it there is no such page.
	Usage usage.Ledger
	// AsksModel says whether the server was started with a language model.
	AsksModel bool
	// ModelText gives the service model's file as its owner wrote it.
	ModelText func() string
	// ModelRefused says why the file as it stands is not in force, "" when it is; may be nil.
	ModelRefused func() string
	Now          func() time.Time
	Log          *slog.Logger
}

// Pages are all pages.
type Pages struct {
	routes  []route.Route
	failure *failure.Page
}

type page interface{ Routes() []route.Route }

// New parses every page. It fails when one does not parse or does not execute.
func New(d Deps) (*Pages, error) {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Gaps == nil {
		d.Gaps = noGaps{}
	}
	if d.Handoffs == nil {
		d.Handoffs = handoff.New(handoff.Deps{Writer: unkept{d.Writer}, Now: d.Now, Log: d.Log})
	}
	files, err := static.New()
	if err != nil {
		return nil, err
	}
	site := &layout.Site{Asset: files.URL, SearchOpen: func() bool { return d.Model().AnonymousSearch() }}
	p := &Pages{routes: files.Routes()}
	if p.failure, err = failure.New(site); err != nil {
		return nil, err
	}
	all := builders(site, d)
	if d.Usage != nil {
		all = append(all, func() (page, error) {
			return usage.New(site, usage.Deps{Ledger: d.Usage, Model: d.Model, Configured: d.AsksModel, Now: d.Now})
		})
	}
	for _, build := range all {
		made, err := build()
		if err != nil {
			return nil, err
		}
		p.routes = append(p.routes, made.Routes()...)
	}
	return p, nil
}

// builders lists every page with what it needs.
func builders(site *layout.Site, d Deps) []func() (page, error) {
	return []func() (page, error){
		func() (page, error) { return home.New(site, home.Deps{Articles: d.Articles, Model: d.Model}) },
		func() (page, error) {
			return search.New(site, search.Deps{Search: d.Search, Writer: d.Writer, Articles: d.Articles, Model: d.Model, Gaps: d.Gaps, Log: d.Log, Streams: d.Streams})
		},
		func() (page, error) {
			return article.New(site, article.Deps{Knowledge: d.Articles, Search: d.Search, People: d.Auth, Model: d.Model, Now: d.Now, Log: d.Log})
		},
		func() (page, error) {
			return ticket.New(site, ticket.Deps{
				Desk: d.Tickets, Suggester: d.Search, Handoffs: d.Handoffs, Articles: d.Articles,
				People: d.Auth, Model: d.Model, Now: d.Now, Log: d.Log, Streams: d.Streams,
			})
		},
		func() (page, error) {
			return review.New(site, review.Deps{Knowledge: d.Articles, People: d.Auth, Model: d.Model, Now: d.Now, Log: d.Log})
		},
		func() (page, error) { return login.New(site, login.Deps{Sessions: d.Auth, Now: d.Now}) },
		func() (page, error) { return account.New(site, account.Deps{Credentials: d.Auth, Now: d.Now}) },
		func() (page, error) { return user.New(site, d.Auth) },
		func() (page, error) {
			return evaluation.New(site, evaluation.Deps{Learning: d.Learning, Tickets: d.Tickets, Articles: d.Articles, People: d.Auth})
		},
		func() (page, error) { return gap.New(site, d.Gaps) },
		func() (page, error) { return triage.New(site, d.Triage, d.Model) },
		func() (page, error) {
			return model.New(site, model.Deps{Model: d.Model, Text: d.ModelText, Refused: d.ModelRefused})
		},
	}
}

// noGaps stands in where nobody takes note of gaps.
type noGaps struct{}

// Record does nothing.
func (noGaps) Record(desk.Gap) {}

// List gives none.
func (noGaps) List(context.Context, access.Actor, desk.GapFilter) (desk.GapPage, error) {
	return desk.GapPage{}, nil
}

// Routes lists the pages' routes.
func (p *Pages) Routes() []route.Route { return p.routes }

// Error answers with a page that says what went wrong and what to do. message must
// be fit for people.
func (p *Pages) Error(c echo.Context, status int, message, requestID string) error {
	return p.failure.Show(c, status, message, requestID)
}
