package usage

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// csv responds with the figures by day as CSV. It contains no text written by users, so
// no cell can be interpreted as a formula.
func (p *Pages) csv(c echo.Context) error {
	figures, err := p.figures(c.Request().Context(), days(c, spans()))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="model-usage.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	w := csv.NewWriter(c.Response())
	rows := [][]string{{
		"day", "action", "calls", "used", "not_used", "under_way", "prompt_tokens", "completion_tokens", "cost", "currency",
		"p50_ms", "p95_ms",
	}}
	for _, d := range figures {
		rows = append(rows, []string{
			d.Day.Format(time.DateOnly), d.Action, strconv.Itoa(d.Calls), strconv.Itoa(d.OK), strconv.Itoa(d.FellBack()),
			strconv.Itoa(d.Open),
			strconv.Itoa(d.PromptTokens), strconv.Itoa(d.CompletionTokens), fmt.Sprintf("%.6f", float64(d.Cost)/1e6), d.Currency,
			strconv.FormatInt(d.P50.Milliseconds(), 10), strconv.FormatInt(d.P95.Milliseconds(), 10),
		})
	}
	return w.WriteAll(rows)
}
