// Package servicemodel has the pages of the service model: its text with line numbers, to
// which error messages refer, its versions with what each changed, the form that changes it,
// and the changes that wait for another person's approval.
//
// It promises to show them to staff only. It imports no store.
package servicemodel

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

//go:embed *.html
var files embed.FS

// Deps holds the pages' dependencies.
type Deps struct {
	ServiceModel func() *model.Service
	Models       port.Models
	Replayer     port.Replayer
	Now          func() time.Time
	People       port.People
	// Error returns why the current file is not in force, "" if it is.
	Error func() string
}

// Page serves the service model pages.
type Page struct {
	Deps
	view     layout.View[Content]
	edit     layout.View[Form]
	versions layout.View[List]
	change   layout.View[Change]
}

// Content is the text of the service model.
type Content struct {
	Name    string
	Version Version
	Owners  model.Owners
	Lines   []string
	Error   string
	CanEdit bool
	Open    []Change // proposals that wait for a decision
}

// Version is a version with the name of its author.
type Version struct {
	model.Version
	By string
}

// Form is the form that changes the service model.
type Form struct {
	Base     int
	Text     string
	Reason   string
	Reviewed bool // another person approves the change
	Diff     []kb.DiffLine
	Since    string         // of the replay, as 2006-01-02
	Replay   *replay.Report // nil until it is asked for
	Problem  layout.Problem
}

// shownFlips is how many differences of a replay the page lists.
const shownFlips = 100

// Flips returns the differences that the page lists.
func (f Form) Flips() []replay.Flip { return f.Replay.Changed[:min(len(f.Replay.Changed), shownFlips)] }

// Fields returns the fields that can flip.
func (f Form) Fields() []string { return replay.Fields() }

// List lists versions and proposals.
type List struct {
	Versions  []Version
	Proposals []Change
	Pager     layout.Pager
}

// Change is what a version changed, or a proposal would change.
type Change struct {
	Version  Version
	Before   int             // the version it is compared with, 0 for none
	Proposal *model.Proposal // nil for a version
	Decided  string          // name of who decided on the proposal
	Diff     []kb.DiffLine
	CanEdit  bool
	Own      bool // the actor's own proposal, which somebody else must approve
	Problem  layout.Problem
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Page, error) {
	p := &Page{Deps: d}
	for _, err := range []error{
		layout.Load(site, files, &p.view, "servicemodel.html"), layout.Load(site, files, &p.edit, "edit.html"),
		layout.Load(site, files, &p.versions, "versions.html"), layout.Load(site, files, &p.change, "change.html"),
	} {
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Routes returns the pages' routes.
func (p *Page) Routes() []route.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []route.Route{
		route.New(get, "/model", access.ReadModel, p.show, "Text of the service model"),
		route.New(get, "/model/edit", access.EditModel, p.editForm, "Form to change the service model"),
		route.New(post, "/model", access.EditModel, p.save, "Change the service model").
			Costs(route.Reporting),
		route.New(get, "/model/versions", access.ReadModel, p.list, "Versions of the service model"),
		route.New(get, "/model/versions/:version", access.ReadModel, p.version, "What a version changed"),
		route.New(get, "/model/proposals/:id", access.ReadModel, p.proposal, "A proposed change"),
		route.New(post, "/model/proposals/:id", access.EditModel, p.decide, "Approve or reject a proposed change"),
	}
}

func (p *Page) show(c echo.Context) error {
	if !route.Actor(c).Staff() {
		return fault.New(fault.Forbidden, "only staff can see the service model")
	}
	ctx, m, v := c.Request().Context(), p.ServiceModel(), p.Models.Current()
	page := Content{
		Name: m.Name, Owners: m.Owners, Error: p.Error(), CanEdit: route.Actor(c).Can(access.EditModel),
	}
	var err error
	if page.Version, err = p.named(ctx, v); err != nil {
		return err
	}
	text := strings.ReplaceAll(strings.TrimSuffix(v.Text, "\n"), "\r\n", "\n")
	if text != "" {
		page.Lines = strings.Split(text, "\n")
	}
	all, err := p.proposals(ctx)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Proposal.State == model.ProposalOpen {
			page.Open = append(page.Open, x)
		}
	}
	return p.view.Render(c, http.StatusOK, "Service model", page)
}

// named returns a version with the name of its author.
func (p *Page) named(ctx context.Context, v model.Version) (Version, error) {
	all, err := p.allNamed(ctx, []model.Version{v})
	if err != nil {
		return Version{}, err
	}
	return all[0], nil
}

// allNamed returns versions with the names of their authors.
func (p *Page) allNamed(ctx context.Context, list []model.Version) ([]Version, error) {
	ids := make([]string, len(list))
	for i, v := range list {
		ids[i] = v.Author
	}
	names, err := p.People.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	names[model.AuthorFile] = "the file in the data folder"
	out := make([]Version, len(list))
	for i, v := range list {
		out[i] = Version{v, names[v.Author]}
	}
	return out, nil
}

func (p *Page) proposals(ctx context.Context) ([]Change, error) {
	found, err := p.Models.Proposals(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]model.Version, len(found))
	for i, x := range found {
		list[i] = model.Version{Author: x.Author, Reason: x.Reason, At: x.At}
	}
	named, err := p.allNamed(ctx, list)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(found))
	for i := range found {
		out[i] = Change{Proposal: &found[i], Version: named[i]}
	}
	return out, nil
}

func (p *Page) editForm(c echo.Context) error {
	v := p.Models.Current()
	return p.edit.Render(c, http.StatusOK, "Change the service model", Form{
		Base: v.Number, Text: v.Text, Reviewed: p.ServiceModel().Reviewed,
		Since: p.Now().AddDate(0, 0, -defaultReplayDays).Format(time.DateOnly),
	})
}

// defaultReplayDays is how many days back the form proposes to replay.
const defaultReplayDays = 90

// replay shows what the text of the form would have done to past tickets.
func (p *Page) replay(c echo.Context, f Form) error {
	since, err := time.Parse(time.DateOnly, f.Since)
	if err != nil {
		return p.again(c, f, fault.InvalidField("since", "must be a date such as 2026-01-31"))
	}
	r, err := p.Replayer.Run(c.Request().Context(), f.Text, since)
	if err == nil {
		f.Replay = &r
	}
	return p.again(c, f, err)
}

// save shows what the text of the form would change, or puts it into force.
func (p *Page) save(c echo.Context) error {
	now := p.Models.Current()
	f := Form{Text: layout.Field(c, "text"), Reason: layout.Line(c, "reason"), Reviewed: p.ServiceModel().Reviewed}
	f.Base, _ = strconv.Atoi(layout.Line(c, "base"))
	f.Diff = kb.LineDiff(now.Text, f.Text)
	f.Since = layout.Line(c, "since")
	if layout.Line(c, "do") == "replay" {
		return p.replay(c, f)
	}
	if layout.Line(c, "do") == "preview" {
		_, err := model.Parse([]byte(f.Text))
		return p.again(c, f, err)
	}
	_, proposal, err := p.Models.Put(c.Request().Context(), route.Actor(c), f.Base, f.Text, f.Reason)
	switch {
	case err != nil:
		return p.again(c, f, err)
	case proposal != nil:
		return layout.SeeOther(c, fmt.Sprintf("/model/proposals/%d", proposal.ID), "model-proposed")
	}
	return layout.SeeOther(c, "/model", "model-changed")
}

// again shows the form with what is wrong with it. A text that changes another version than
// the one in force is compared with the latter, and can be saved then.
func (p *Page) again(c echo.Context, f Form, err error) error {
	status := http.StatusOK
	if err != nil {
		var ok bool
		if f.Problem, status, ok = layout.FormProblem(err); !ok {
			return err
		}
		if len(f.Problem.Fields) > 0 && f.Problem.For("reason") == "" && f.Problem.For("since") == "" {
			f.Problem.Message = "The text has problems. The service model in force stays as it is."
		}
	}
	f.Base = p.Models.Current().Number
	return p.edit.Render(c, status, "Change the service model", f)
}

func (p *Page) list(c echo.Context) error {
	const size = 50
	ctx := c.Request().Context()
	before, _ := strconv.Atoi(layout.Cursor(c))
	found, err := p.Models.Versions(ctx, before, size)
	if err != nil {
		return err
	}
	var l List
	next := ""
	if l.Versions, err = p.allNamed(ctx, found); err != nil {
		return err
	}
	if n := len(found); n == size {
		next = strconv.Itoa(found[n-1].Number)
	}
	l.Pager = layout.NewPager(c, next)
	if l.Proposals, err = p.proposals(ctx); err != nil {
		return err
	}
	return p.versions.Render(c, http.StatusOK, "Versions of the service model", l)
}

func (p *Page) version(c echo.Context) error {
	ctx := c.Request().Context()
	number, err := strconv.Atoi(c.Param("version"))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such version")
	}
	v, err := p.Models.Version(ctx, number)
	if err != nil {
		return err
	}
	page := Change{}
	if page.Version, err = p.named(ctx, v); err != nil {
		return err
	}
	if number > 1 {
		before, err := p.Models.Version(ctx, number-1)
		if err != nil {
			return err
		}
		page.Before, page.Diff = before.Number, kb.LineDiff(before.Text, v.Text)
	}
	return p.change.Render(c, http.StatusOK, fmt.Sprintf("Version %d of the service model", number), page)
}

func (p *Page) proposal(c echo.Context) error { return p.showProposal(c, nil) }

func (p *Page) showProposal(c echo.Context, wrong error) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such proposal")
	}
	x, err := p.Models.Proposal(ctx, id)
	if err != nil {
		return err
	}
	base, err := p.Models.Version(ctx, x.Base)
	if err != nil {
		return err
	}
	page := Change{
		Proposal: &x, Before: x.Base, Diff: kb.LineDiff(base.Text, x.Text), Own: x.Author == actor.ID,
		CanEdit: actor.Can(access.EditModel) && x.State == model.ProposalOpen,
	}
	v := model.Version{Author: x.Author, Reason: x.Reason, At: x.At}
	if page.Version, err = p.named(ctx, v); err != nil {
		return err
	}
	names, err := p.People.Names(ctx, []string{x.DecidedBy})
	if err != nil {
		return err
	}
	page.Decided = names[x.DecidedBy]
	status := http.StatusOK
	if wrong != nil {
		var ok bool
		if page.Problem, status, ok = layout.FormProblem(wrong); !ok {
			return wrong
		}
	}
	return p.change.Render(c, status, "Proposed change of the service model", page)
}

func (p *Page) decide(c echo.Context) error {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such proposal")
	}
	approve := layout.Line(c, "do") == "approve"
	_, err = p.Models.Decide(c.Request().Context(), route.Actor(c), id, approve, layout.Line(c, "comment"))
	if err != nil {
		return p.showProposal(c, err)
	}
	if approve {
		return layout.SeeOther(c, "/model", "model-changed")
	}
	return layout.SeeOther(c, "/model/versions", "model-rejected")
}
