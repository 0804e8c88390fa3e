package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
)

// modelJSON is the service model in force.
type modelJSON struct {
	modelVersionJSON
	Text     string     `json:"text"`
	Name     string     `json:"name"`
	Reviewed bool       `json:"changes_reviewed"`
	Owners   ownersJSON `json:"owners"`
	// Refused is why the file in the data folder is not in force.
	Refused string `json:"refused,omitempty"`
}

type ownersJSON struct {
	Process  string `json:"process_owner"`
	Platform string `json:"platform_owner"`
	People   string `json:"people_lead"`
}

type modelVersionJSON struct {
	Version int       `json:"version"`
	Author  string    `json:"author"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
}

type modelProposalJSON struct {
	ID        int                 `json:"id"`
	Base      int                 `json:"base"`
	Author    string              `json:"author"`
	Reason    string              `json:"reason"`
	At        time.Time           `json:"at"`
	State     model.ProposalState `json:"state"`
	DecidedBy string              `json:"decided_by"`
	DecidedAt *time.Time          `json:"decided_at"`
	Comment   string              `json:"comment"`
	Text      string              `json:"text,omitempty"`
}

func modelTag(version int) string { return `"m` + strconv.Itoa(version) + `"` }

func modelVersionView(v model.Version) modelVersionJSON {
	return modelVersionJSON{Version: v.Number, Author: v.Author, Reason: v.Reason, At: v.At}
}

func proposalView(p model.Proposal) modelProposalJSON {
	return modelProposalJSON{
		ID: p.ID, Base: p.Base, Author: p.Author, Reason: p.Reason, At: p.At, State: p.State, DecidedBy: p.DecidedBy,
		DecidedAt: timeOrNull(p.DecidedAt), Comment: p.Comment,
	}
}

func (s *Server) modelView(v model.Version) modelJSON {
	m := s.deps.ServiceModel()
	out := modelJSON{
		modelVersionJSON: modelVersionView(v), Text: v.Text, Name: m.Name, Reviewed: m.Reviewed,
		Owners: ownersJSON{m.Owners.Process, m.Owners.Platform, m.Owners.People},
	}
	if s.deps.ModelRefused != nil {
		out.Refused = s.deps.ModelRefused()
	}
	return out
}

func (s *Server) getModel(c echo.Context) error {
	v := s.deps.Models.Current()
	if unchanged(c, modelTag(v.Number)) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSON(http.StatusOK, s.modelView(v))
}

// putModel puts a changed service model into force (200), or proposes it where the one in
// force wants changes reviewed (202).
func (s *Server) putModel(c echo.Context) error {
	var in struct {
		Text   string `json:"text"`
		Reason string `json:"reason"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	base := s.deps.Models.Current().Number
	if err := precondition(c, modelTag(base)); err != nil {
		return err
	}
	v, p, err := s.deps.Models.Put(c.Request().Context(), route.Actor(c), base, in.Text, in.Reason)
	switch {
	case fault.Is(err, fault.Conflict):
		return stale()
	case err != nil:
		return err
	case p != nil:
		return c.JSON(http.StatusAccepted, proposalView(*p))
	}
	c.Response().Header().Set("ETag", modelTag(v.Number))
	return c.JSON(http.StatusOK, s.modelView(*v))
}

func (s *Server) modelVersions(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	before := 0
	if p.Cursor != "" {
		if before, err = strconv.Atoi(p.Cursor); err != nil || before < 1 {
			return fault.InvalidField("cursor", "is not a cursor of this list")
		}
	}
	found, err := s.deps.Models.Versions(c.Request().Context(), before, p.Limit)
	if err != nil {
		return err
	}
	views, next := make([]modelVersionJSON, len(found)), ""
	for i, v := range found {
		views[i] = modelVersionView(v)
	}
	if n := len(found); n == p.Limit && found[n-1].Number > 1 {
		next = strconv.Itoa(found[n-1].Number)
	}
	return c.JSON(http.StatusOK, map[string]any{"versions": views, "next": next})
}

func (s *Server) modelVersion(c echo.Context) error {
	number, err := strconv.Atoi(c.Param("version"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such version.")
	}
	v, err := s.deps.Models.Version(c.Request().Context(), number)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		modelVersionJSON
		Text string `json:"text"`
	}{modelVersionView(v), v.Text})
}

func (s *Server) modelProposals(c echo.Context) error {
	found, err := s.deps.Models.Proposals(c.Request().Context())
	if err != nil {
		return err
	}
	views := make([]modelProposalJSON, len(found))
	for i, p := range found {
		views[i] = proposalView(p)
		views[i].Text = p.Text
	}
	return c.JSON(http.StatusOK, map[string]any{"proposals": views})
}

func (s *Server) approveModel(c echo.Context) error { return s.decideModel(c, true) }

func (s *Server) rejectModel(c echo.Context) error { return s.decideModel(c, false) }

func (s *Server) decideModel(c echo.Context, approve bool) error {
	var in struct {
		Comment string `json:"comment"`
	}
	if err := decodeOptional(c, &in); err != nil {
		return err
	}
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such proposal.")
	}
	p, err := s.deps.Models.Decide(c.Request().Context(), route.Actor(c), id, approve, in.Comment)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, proposalView(p))
}

// maxFlips is how many differences a response lists; the totals count all of them.
const maxFlips = 1000

// replayModel responds with what a changed service model would have done to past tickets.
func (s *Server) replayModel(c echo.Context) error {
	var in struct {
		Text  string `json:"text"`
		Since string `json:"since"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	since, err := route.ParseDate("since", in.Since)
	if err != nil {
		return err
	}
	if since.IsZero() {
		return fault.InvalidField("since", "must be a date such as 2026-01-31")
	}
	r, err := s.deps.Replayer.Run(c.Request().Context(), in.Text, since)
	if err != nil {
		return err
	}
	r.Changed = r.Changed[:min(len(r.Changed), maxFlips)]
	return c.JSON(http.StatusOK, r)
}

// modelSchema responds with the JSON Schema of the text.
func (s *Server) modelSchema(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/schema+json", model.Schema())
}
