package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/answer"
)

// gapJSON is a group of gaps with similar wording.
type gapJSON struct {
	Wording        string               `json:"wording"`
	Examples       []string             `json:"examples"`
	Volume         int                  `json:"volume"`
	Kinds          map[desk.GapKind]int `json:"kinds"`
	Readers        map[string]int       `json:"readers"`
	Services       []string             `json:"services"`
	Locales        []string             `json:"locales"`
	Tickets        []string             `json:"tickets"`
	ResolveMinutes float64              `json:"resolve_minutes"`
	OwnTime        bool                 `json:"own_time"`
	CostMinutes    float64              `json:"cost_minutes"`
	First          time.Time            `json:"first"`
	Last           time.Time            `json:"last"`
}

func (s *Server) listGaps(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	f := desk.GapFilter{After: p.Cursor, Limit: p.Limit}
	if f.Kind, err = choice(c, "kind", desk.GapKinds()...); err != nil {
		return err
	}
	if days := c.QueryParam("days"); days != "" {
		if f.Days, err = strconv.Atoi(days); err != nil || f.Days < 1 {
			return fault.InvalidField("days", "must be a whole number of at least 1")
		}
	}
	got, err := s.deps.Gaps.List(c.Request().Context(), route.Actor(c), f)
	if err != nil {
		return err
	}
	views := make([]gapJSON, len(got.Groups))
	for i, g := range got.Groups {
		views[i] = gapJSON{
			Wording: g.Wording, Examples: list(g.Examples), Volume: g.Volume, Kinds: g.Kinds, Readers: g.Readers,
			Services: list(g.Services), Locales: list(g.Locales), Tickets: list(g.Tickets),
			ResolveMinutes: minutes(g.Resolve), OwnTime: g.Own, CostMinutes: minutes(g.Cost()), First: g.First, Last: g.Last,
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"gaps": views, "next": got.Next, "total": got.Total, "volume": got.Volume})
}

func minutes(d time.Duration) float64 { return d.Round(time.Second).Minutes() }

// missed records that a reader did not find what they were looking for.
func (s *Server) missed(c echo.Context, kind desk.GapKind, query string) {
	s.deps.Gaps.Record(desk.Gap{
		Kind: kind, Query: query, Actor: route.Actor(c), Session: route.ClientKey(c),
		Service: c.QueryParam("service"), Locale: c.QueryParam("locale"),
	})
}

// missedSearch records a search that found nothing, or nothing probable enough. It
// ignores further pages, which readers open because the first one had results, and
// searches limited to one kind of article, which do not show that another kind is
// missing.
func (s *Server) missedSearch(c echo.Context, text string, res retrieval.Results) {
	switch {
	case c.QueryParam("cursor") != "" || c.QueryParam("kind") != "":
	case len(res.Hits) == 0:
		s.missed(c, desk.GapNoResult, text)
	case res.BelowFloor:
		s.missed(c, desk.GapBelowFloor, text)
	}
}

// missedAnswer records a question that the articles do not answer.
func (s *Server) missedAnswer(c echo.Context, question string, a answer.Answer) {
	if a.Refused && !a.Off {
		s.missed(c, desk.GapRefused, question)
	}
}
