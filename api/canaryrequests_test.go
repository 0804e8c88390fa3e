package api_test

import (
	"net/url"
	"strings"

	"github.com/deskbook/deskbook/api/route"
)

// paths fills a route's parameters with all objects.
func (w *world) paths(pattern string) []string {
	paths := []string{pattern}
	fill := func(param string, values []string) {
		var out []string
		for _, p := range paths {
			if !strings.Contains(p, param) {
				out = append(out, p)
				continue
			}
			for _, v := range values {
				out = append(out, strings.Replace(p, param, url.PathEscape(v), 1))
			}
		}
		paths = out
	}
	fill(":ref", w.articles)
	fill(":revision", []string{"1", "2"})
	fill(":name", []string{"app.css", "volume", "deflection"})
	fill(":n", []string{"1", "2"})
	fill(":token", w.tokens)
	fill(":call", []string{"1"})
	if strings.Contains(pattern, "/model/") {
		fill(":version", []string{"1"})
		fill(":id", []string{"1"})
	}
	fill(":version", []string{"shipped"})
	switch {
	case strings.Contains(pattern, "/files/"):
		fill(":id", w.files)
	case strings.Contains(pattern, "/tickets/"):
		fill(":id", w.tickets)
	case strings.Contains(pattern, "/reviews/"):
		fill(":id", w.drafts)
	case strings.Contains(pattern, "/problems/"):
		fill(":id", w.problems)
	case strings.Contains(pattern, "/users/"):
		fill(":id", w.users)
	case strings.Contains(pattern, "/evaluations/"):
		fill(":id", []string{"1"})
	case strings.Contains(pattern, "/tokens/"):
		fill(":id", w.tokens)
	default:
		fill(":id", w.passages)
	}
	return paths
}

// queries returns the queries that a reader can add to a GET.
func (w *world) queries(pattern string) []string {
	out := []string{"", "?limit=100"}
	switch pattern {
	case "/api/v1/search", "/api/v1/complete":
		for word := range canaries {
			out = append(out, "?q="+word, "?q="+word[:5])
		}
		out = append(out, "?q=printer+queue+stuck&limit=50", "?q=printer+queue&kind=troubleshooting&service=printing",
			"?q=Printer")
	case "/search": // the page repeats the words searched for
		out = append(out, "?q=printer+queue+stuck", "?q=error+0x00000709", "?q=How+do+I+fix+a+stuck+printer+queue%3F",
			"?answer=model&q=How+do+I+fix+a+stuck+printer+queue%3F")
	case "/search/answer":
		out = append(out, "?q=printer+queue+stuck", "?q=error+0x00000709", "?q=How+do+I+fix+a+stuck+printer+queue%3F",
			"?q=What+is+qinternalq%3F")
	case "/api/v1/tickets/:id/summary":
		out = append(out, "?stream=1")
	case "/tickets/:id":
		out = append(out, "?summary=1", "?summary=model")
	case "/usage", "/usage.csv":
		out = append(out, "?days=90", "?cursor=x")
	case "/api/v1/articles", "/articles":
		out = append(out, "?order=newest&limit=100", "?tag=printer", "?service=printing")
	case "/api/v1/passages/:id":
		out = append(out, "?revision=1", "?revision=2")
	case "/api/v1/tickets", "/tickets":
		out = append(out, "?status=resolved,closed", "?order=priority", "?q=printer", "?assignee="+w.env.users["anna"].ID,
			"?mine=true", "?bypass=true", "?group=second-line")
	}
	return out
}

// bodies returns bodies to send to a route that writes, with the IDs of objects that
// the reader may not access.
func (w *world) bodies(r route.Route) []any {
	type m = map[string]any
	if !strings.HasPrefix(r.Path, "/api/") {
		return []any{w.form()}
	}
	ticket, article := w.tickets[0], w.articles[1]
	switch path := strings.TrimPrefix(r.Path, "/api/v1"); path {
	case "/answers":
		return []any{
			m{"question": "What is qinternalq?"},
			m{"question": "How do I fix a stuck printer queue, error 0x00000709?"},
		}
	case "/suggestions":
		return []any{
			m{"subject": "Printer queue stuck", "body": "error 0x00000709"},
			m{"subject": "qinternalq", "body": "qforeignq qarchivedq"},
		}
	case "/tickets":
		return []any{
			m{"subject": "Printer queue stuck", "body": "error 0x00000709"},
			m{"subject": "x", "body": "y", "requester": w.users[0]},
		}
	case "/tickets/:id/messages":
		return []any{m{"text": "x"}, m{"text": "x", "visibility": "internal"}}
	case "/tickets/:id/links", "/tickets/:id/dismissals":
		return []any{m{"article": article}, m{"article": w.articles[5]}}
	case "/tickets/:id/escalate":
		return []any{m{"group": "second-line", "reason": "x"}}
	case "/tickets/:id/resolve":
		return []any{m{"code": "fixed", "note": "x", "articles": []string{article}}}
	case "/tickets/:id/reopen":
		return []any{m{"reason": "x"}}
	case "/tickets/:id/merge":
		return []any{m{"into": ticket}}
	case "/tickets/:id":
		return []any{m{"group": "second-line"}, m{"assignee": ""}}
	case "/articles/:ref/merge":
		return []any{m{"into": article}}
	case "/articles/:ref/restore":
		return []any{m{"revision": 1}}
	case "/articles/:ref/feedback":
		return []any{m{"helped": true}}
	case "/articles", "/articles/:ref", "/reviews":
		return []any{m{"title": "x", "markdown": "y"}}
	case "/reviews/:id":
		return []any{m{"title": "x"}}
	case "/session":
		return []any{m{"email": "rita@example.org", "password": "wrong"}}
	default:
		return []any{nil, m{}}
	}
}

// form returns values for all fields of all forms.
func (w *world) form() string {
	return url.Values{
		"subject": {"Printer queue stuck"}, "body": {"error 0x00000709"}, "text": {"x"}, "visibility": {"internal"},
		"note":   {"x"},
		"reason": {"x"}, "article": {w.articles[1]}, "articles": {w.articles[1]}, "group": {"second-line"}, "code": {"fixed"},
		"into": {w.tickets[0]}, "title": {"x"}, "markdown": {"y"}, "helped": {"no"}, "assignee": {"me"},
		"requester": {w.users[0]},
		"email":     {"rita@example.org"}, "password": {"wrong"}, "current": {"wrong"}, "name": {"x"}, "revision": {"1"},
		"version": {"1"},
		"comment": {"x"}, "key": {"x"}, "roles": {"admin"}, "intent": {"open"}, "confirm": {"yes"},
	}.Encode()
}
