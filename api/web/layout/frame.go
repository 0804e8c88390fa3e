package layout

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
)

// Frame is the frame around a page's content.
type Frame struct {
	Title       string
	Nav         []NavItem
	More        []NavItem // less frequently visited pages, shown in a menu if not all fit
	CurrentMore string    // the label of the current page if it is in More, otherwise ""
	User        string    // display name, "" for a visitor
	Search      bool      // whether to show a search box
	Notice      string    // what the form that was just processed did, "" for none
	// Private keeps the page out of all caches, including the browser's.
	Private bool
}

// NavItem is a link in the navigation.
type NavItem struct {
	Label   string
	URL     string
	Current bool
}

func newFrame(c echo.Context, site *Site, title string) Frame {
	actor := route.Actor(c)
	path := c.Request().URL.Path
	f := Frame{
		Title:   title,
		Nav:     navigation(actor, path),
		User:    actor.DisplayName(),
		Search:  path != "/" && path != "/search" && (actor.Can(access.ReadArticles) || site.AnonymousSearch()),
		Notice:  notices[c.QueryParam(noticeParam)],
		Private: actor.Known(),
	}
	if !actor.Known() {
		f.User = ""
	}
	f.Nav, f.More = fold(f.Nav)
	for _, item := range f.More {
		if item.Current {
			f.CurrentMore = item.Label
		}
	}
	return f
}

// maxNav is how many links fit next to the search box and the user's name.
const maxNav = 6

// fold moves all but the first four links into a menu if there are too many.
func fold(items []NavItem) (nav, more []NavItem) {
	if len(items) <= maxNav {
		return items, nil
	}
	return items[:4], items[4:]
}

// navigation returns links to the pages that the actor may open.
func navigation(a access.Actor, path string) []NavItem {
	var items []NavItem
	add := func(ok bool, label, address string) {
		if ok {
			current := path == address || strings.HasPrefix(path, address+"/") && path != "/tickets/new" ||
				address == "/evaluation" && path == "/triage" // which links to it
			items = append(items, NavItem{Label: label, URL: address, Current: current})
		}
	}
	add(a.Can(access.OpenTickets) && a.Staff(), "Queue", "/tickets")
	add(a.Can(access.OpenTickets) && !a.Staff(), "My tickets", "/tickets")
	add(a.Can(access.OpenTickets), "New ticket", "/tickets/new")
	add(a.Can(access.ReadArticles), "Articles", "/articles")
	add(a.Can(access.WriteArticles), "Reviews", "/reviews")
	add(a.Can(access.ReadReports), "Report", "/report")
	add(a.Staff(), "Tasks", "/notices")
	add(a.Can(access.ReadProblems), "Problems", "/problems")
	add(a.Can(access.ReadReports), "Gaps", "/gaps")
	add(a.Can(access.ReadReports), "Evaluation", "/evaluation")
	add(a.Staff(), "Service model", "/model")
	add(a.Can(access.ReadUsage), "Language model", "/usage")
	add(a.Can(access.ManageUsers), "Users", "/admin/users")
	return items
}

const noticeParam = "done"

// notices are the messages shown after a form has been processed. URLs contain only
// the key, so a forged link can show nothing but one of these.
var notices = map[string]string{
	"opened":     "Your ticket is open. We will reply here.",
	"recorded":   "The ticket was opened.",
	"replied":    "Your reply was added.",
	"note-added": "The internal note was added.",
	"linked":     "The article was linked.",
	"accepted":   "The proposal was accepted.",
	"dismissed":  "The article is no longer suggested for this ticket.",
	"escalated":  "The ticket was escalated with its hand-off summary.",
	"resolved":   "The ticket is resolved.",
	"renewed":    "The summary now covers the whole thread.",

	"merged-ended":  "The tickets were merged. This one is resolved; reopen it if someone still needs a solution.",
	"summary-saved": "The summary was saved and will be sent with the escalation.",

	"problem-made":        "The candidate is a problem now.",
	"candidate-dismissed": "The candidate was dismissed. It returns only with new incidents.",
	"candidate-merged":    "The candidate was merged.",
	"told":                "The requesters were told.",

	"model-changed":  "The new version of the service model is in force.",
	"model-proposed": "The change was proposed; another service manager has to approve it.",
	"model-rejected": "The proposed change was rejected.",

	"done":       "That is done.",
	"reopened":   "The ticket is open again.",
	"updated":    "The change was saved.",
	"merged":     "The tickets were merged.",
	"assigned":   "The ticket is assigned to you.",
	"unassigned": "The ticket is unassigned.",
	"published":  "The article was saved as a new revision.",
	"proposed":   "Your proposal was submitted for review.",
	"drafted":    "Your draft was saved.",
	"restored":   "The earlier text was restored as a new revision.",
	"archived":   "The article was archived.",
	"thanks":     "Thank you. Your feedback helps us improve this article.",
	"submitted":  "The draft was submitted for review.",
	"approved":   "The draft was approved and published.",
	"changes":    "Changes were requested.",
	"rejected":   "The draft was rejected.",
	"password":   "Your password was changed.",
	"revoked":    "The token was revoked.",
	"created":    "The user was created.",
	"roles":      "The roles were saved.",
	"disabled":   "The user was disabled and signed out everywhere.",
	"enabled":    "The user can sign in again.",
	"signed-out": "You are signed out.",
	"signed-up":  "The first admin was created, and you are signed in. Add your colleagues under Users.",
	"absorbed":   "The article was merged.",
	"evaluating": "The evaluation has started.",
	"training":   "The training has started.",
	"underway":   "One is already running; its progress is shown here.",
	"activated":  "The ranking now uses these weights.",
}

func withNotice(target, done string) string {
	if done == "" {
		return target
	}
	path, fragment, _ := strings.Cut(target, "#")
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	path += sep + noticeParam + "=" + url.QueryEscape(done)
	if fragment != "" {
		path += "#" + fragment
	}
	return path
}
