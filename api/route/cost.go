package route

import "github.com/labstack/echo/v4"

// Cost is what a request costs the server. Requests of a class wait for each other, so that
// many of them cannot keep those of another class from being answered.
type Cost int

// The classes of requests.
const (
	// Plain requests read or write a few rows.
	Plain Cost = iota
	// Ranking requests search the index, or suggest articles for a ticket.
	Ranking
	// Writing requests may wait for a language model, and may stream what it writes.
	Writing
	// Reporting requests read much of the database.
	Reporting
)

// Costs returns the route in another class.
func (r Route) Costs(c Cost) Route {
	r.Cost = c
	return r
}

// WaitsWith returns the route in the class Writing for requests in which the query parameter
// has the value "model".
func (r Route) WaitsWith(parameter string) Route {
	r.modelParameter = parameter
	return r
}

// CostOf returns the class of a request.
func (r Route) CostOf(c echo.Context) Cost {
	if r.modelParameter != "" && c.QueryParam(r.modelParameter) == "model" {
		return Writing
	}
	return r.Cost
}
