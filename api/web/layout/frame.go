package layout

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
)

// Frame is what stands around a page's content.
type Frame struct {
	Title  string
	Nav    []NavItem
	More   []NavItem // places that are visited less often, behind a menu where all do not fit
	InMore string    // the label of the one of More that is shown, "" for none
	User   string    // display name, "" for a visitor
	Search bool      // whether the frame has a search box
	Notice string    // what a form that was just worked off did, "" for none
	// Private keeps the page out of every cache, the browser's own included.
	Private bool
}

// NavItem is one link of the navigation.
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
		Search:  path != "/" && path != "/search" && (actor.Can(access.ReadArticles) || site.SearchOpen()),
		Notice:  notices[c.QueryParam(noticeParam)],
		Private: actor.Known(),
	}
	if !actor.Known() {
		f.User = ""
	}
	f.Nav, f.More = folded(f.Nav)
	for _, item := range f.More {
		if item.Current {
			f.InMore = item.Label
		}
	}
	return f
}

// maxNav is how many places fit beside the search box and a name.
const maxNav = 6

// folded puts the places behind the first four into a menu where there are too many.
func folded(items []NavItem) (nav, more []NavItem) {
	if len(items) <= maxNav {
		return items, nil
	}
	return items[:4], items[4:]
}

// navigation lists the places that the actor may go to.
func navigation(a access.Actor, path string) []NavItem {
	var items []NavItem
	add := func(ok bool, label, address string) {
		if ok {
			current := path == address || strings.HasPrefix(path, address+"/") && path != "/tickets/new" ||
				address == "/evaluation" && path == "/triage" // the page that leads there
			items = append(items, NavItem{Label: label, URL: address, Current: current})
		}
	}
	add(a.Can(access.OpenTickets) && a.Staff(), "Queue", "/tickets")
	add(a.Can(access.OpenTickets) && !a.Staff(), "My tickets", "/tickets")
	add(a.Can(access.OpenTickets), "New ticket", "/tickets/new")
	add(a.Can(access.ReadArticles), "Articles", "/articles")
	add(a.Can(access.WriteArticles), "Reviews", "/reviews")
	add(a.Can(access.ReadReports), "Gaps", "/gaps")
	add(a.Can(access.ReadReports), "Evaluation", "/evaluation")
	add(a.Staff(), "Service model", "/model")
	add(a.Can(access.ReadUsage), "Model usage", "/usage")
	add(a.Can(access.ManageUsers), "Users", "/admin/users")
	return items
}

const noticeParam = "done"

// notices are the sentences shown after a form was worked off. Addresses carry the
// key only, so a forged link can show nothing but one of these.
var notices = map[string]string{
	"opened":    "Your ticket is open. We will reply here.",
	"recorded":  "The ticket was opened.",
	"replied":   "Your reply was added.",
	"noted":     "The internal note was added.",
	"linked":    "The article was linked.",
	"taken":     "The proposal was taken.",
	"dismissed": "The article is not suggested for this ticket any more.",
	"escalated": "The ticket was escalated with its hand-off summary.",
	"resolved":  "The ticket is resolved.",
	"renewed":   "The summary knows the whole thread now.",

	"merged-ended":  "The tickets were merged. This one is resolved: reopen it if somebody still waits for a solution.",
	"summary-saved": "The summary was saved. It goes with the escalation as it stands.",

	"reopened":   "The ticket is open again.",
	"updated":    "The change was saved.",
	"merged":     "The tickets were merged.",
	"assigned":   "The ticket is assigned to you.",
	"unassigned": "The ticket is assigned to nobody.",
	"published":  "The article was saved as a new revision.",
	"proposed":   "Your proposal is in the review queue.",
	"drafted":    "Your draft was saved.",
	"restored":   "The old revision is in force again, as a new revision.",
	"archived":   "The article was archived.",
	"thanks":     "Thank you. Your answer helps us improve this article.",
	"submitted":  "The draft is in review.",
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
	"evaluating": "The evaluation has begun.",
	"training":   "The training has begun.",
	"underway":   "One is under way already; here is how far it is.",
	"activated":  "The ranking uses these weights from now on.",
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
