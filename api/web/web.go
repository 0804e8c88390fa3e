// Package web serves the web pages: HTML rendered on the server. Each page has its own
// folder with its template, page struct and handlers.
//
// It promises that every page works without scripts, that the server does not start
// with a template that fails to parse, and that every route has a permission. It
// accesses the domain through small interfaces and imports no store, no SQL and no
// language model client.
package web

import (
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/account"
	"github.com/deskbook/deskbook/api/web/article"
	"github.com/deskbook/deskbook/api/web/evaluation"
	"github.com/deskbook/deskbook/api/web/failure"
	"github.com/deskbook/deskbook/api/web/gap"
	"github.com/deskbook/deskbook/api/web/home"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/api/web/login"
	"github.com/deskbook/deskbook/api/web/notice"
	"github.com/deskbook/deskbook/api/web/problem"
	"github.com/deskbook/deskbook/api/web/report"
	"github.com/deskbook/deskbook/api/web/review"
	"github.com/deskbook/deskbook/api/web/search"
	"github.com/deskbook/deskbook/api/web/servicemodel"
	"github.com/deskbook/deskbook/api/web/static"
	"github.com/deskbook/deskbook/api/web/ticket"
	"github.com/deskbook/deskbook/api/web/triage"
	"github.com/deskbook/deskbook/api/web/usage"
	"github.com/deskbook/deskbook/api/web/user"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// Knowledge is the knowledge base; *kb.Service implements it.
type Knowledge interface {
	article.Knowledge
	review.Knowledge
}

// Finder searches articles and similar tickets; *retrieval.Engine implements it.
type Finder interface {
	port.Searcher
	desk.Suggester
}

// Writer writes answers and summaries; *summarize.Writer implements it.
type Writer interface {
	search.Writer
	ticket.Writer
}

// Accounts manages users, sessions and tokens; *auth.Service implements it.
type Accounts interface {
	login.Sessions
	account.Credentials
	user.Users
	ticket.People
}

// Deps holds the pages' dependencies. All fields are required.
type Deps struct {
	Articles Knowledge
	Tickets  port.Desk
	Search   Finder
	Writer   Writer
	Handoffs *handoff.Service
	Auth     Accounts
	Learning port.Learning
	Triage   port.Training
	Gaps     port.Gaps
	Usage    usage.Ledger
	Measures port.Measures
	Visits   Visits
	Problems port.ProblemManagement
	// HasLanguageModel reports whether the server was started with a language model.
	HasLanguageModel bool
	ServiceModel     func() *model.Service // the service model in force
	Models           port.Models
	Inbox            port.Inbox
	Replayer         port.Replayer
	// ServiceModelError returns why the current file is not in force, "" if it is.
	ServiceModelError func() string
	Now               func() time.Time
	Log               *slog.Logger
}

// Pages holds all pages.
type Pages struct {
	routes  []route.Route
	failure *failure.Page
}

type page interface{ Routes() []route.Route }

// New parses all pages. It returns an error if a template fails to parse or execute.
func New(d Deps) (*Pages, error) {
	files, err := static.New()
	if err != nil {
		return nil, err
	}
	site := &layout.Site{Asset: files.URL, AnonymousSearch: func() bool { return d.ServiceModel().AnonymousSearch() }}
	p := &Pages{routes: files.Routes()}
	if p.failure, err = failure.New(site); err != nil {
		return nil, err
	}
	for _, build := range builders(site, d) {
		built, err := build()
		if err != nil {
			return nil, err
		}
		for _, r := range built.Routes() {
			p.routes = append(p.routes, follow(r, d.Visits, d.Now, d.Log))
		}
	}
	return p, nil
}

// builders returns the constructors of all pages.
func builders(site *layout.Site, d Deps) []func() (page, error) {
	return []func() (page, error){
		func() (page, error) {
			return home.New(site, home.Deps{Articles: d.Articles, ServiceModel: d.ServiceModel})
		},
		func() (page, error) {
			return search.New(site,
				search.Deps{
					Search: d.Search, Writer: d.Writer, Articles: d.Articles, ServiceModel: d.ServiceModel, Gaps: d.Gaps, Log: d.Log,
				})
		},
		func() (page, error) {
			return article.New(site,
				article.Deps{
					Knowledge: d.Articles, Search: d.Search, People: d.Auth, Outcomes: d.Problems, ServiceModel: d.ServiceModel,
					Now: d.Now, Log: d.Log,
				})
		},
		func() (page, error) {
			return ticket.New(site, ticket.Deps{
				Desk: d.Tickets, Suggester: d.Search, Handoffs: d.Handoffs, Articles: d.Articles,
				People: d.Auth, ServiceModel: d.ServiceModel, Now: d.Now, Log: d.Log, Writer: d.Writer,
			})
		},
		func() (page, error) {
			return review.New(site,
				review.Deps{Knowledge: d.Articles, People: d.Auth, ServiceModel: d.ServiceModel, Now: d.Now, Log: d.Log})
		},
		func() (page, error) { return login.New(site, login.Deps{Sessions: d.Auth, Now: d.Now}) },
		func() (page, error) { return account.New(site, account.Deps{Credentials: d.Auth, Now: d.Now}) },
		func() (page, error) { return user.New(site, d.Auth) },
		func() (page, error) {
			return evaluation.New(site,
				evaluation.Deps{Learning: d.Learning, Tickets: d.Tickets, Articles: d.Articles, People: d.Auth})
		},
		func() (page, error) {
			return usage.New(site, usage.Deps{
				Ledger: d.Usage, ServiceModel: d.ServiceModel, Configured: d.HasLanguageModel, Now: d.Now,
			})
		},
		func() (page, error) { return gap.New(site, d.Gaps) },
		func() (page, error) {
			return report.New(site, report.Deps{Measures: d.Measures, ServiceModel: d.ServiceModel, Now: d.Now})
		},
		func() (page, error) { return triage.New(site, d.Triage, d.ServiceModel) },
		func() (page, error) {
			return servicemodel.New(site,
				servicemodel.Deps{
					ServiceModel: d.ServiceModel, Models: d.Models, Replayer: d.Replayer, People: d.Auth,
					Now: d.Now, Error: d.ServiceModelError,
				})
		},
		func() (page, error) { return notice.New(site, d.Inbox) },
		func() (page, error) { return problem.New(site, d.Problems) },
	}
}

// Routes returns the routes of all pages.
func (p *Pages) Routes() []route.Route { return p.routes }

// Error responds with a page that says what went wrong and what to do. message must
// be suitable for users.
func (p *Pages) Error(c echo.Context, status int, message, requestID string) error {
	return p.failure.Show(c, status, message, requestID)
}
