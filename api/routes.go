package api

import (
	"net/http"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
)

// prefix is the path prefix of every endpoint of this version.
const prefix = "/api/v1"

// table lists every route of the API. The OpenAPI document describes the same routes.
func (s *Server) table() []route.Route {
	const (
		get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete

		read, write, review = access.ReadArticles, access.WriteArticles, access.ReviewArticles
		own, work           = access.OpenTickets, access.WorkTickets
	)
	rows := []route.Route{
		{Method: get, Path: "/search", Permission: read, Handler: s.search, Summary: "Search articles", Searches: true},
		{Method: get, Path: "/complete", Permission: read, Handler: s.complete, Summary: "Complete a title as it is typed", Searches: true},
		{Method: post, Path: "/answers", Permission: read, Handler: s.answer, Summary: "Answer a question with citations", Searches: true},
		{Method: post, Path: "/suggestions", Permission: own, Handler: s.suggest, Summary: "Suggest resolutions for a ticket that is not open yet"},

		{Method: get, Path: "/articles", Permission: read, Handler: s.listArticles, Summary: "List articles"},
		{Method: post, Path: "/articles", Permission: write, Handler: s.createArticle, Summary: "Create an article"},
		{Method: get, Path: "/articles/:ref", Permission: read, Handler: s.getArticle, Summary: "Read an article"},
		{Method: put, Path: "/articles/:ref", Permission: write, Handler: s.updateArticle, Summary: "Replace an article's title and text"},
		{Method: patch, Path: "/articles/:ref", Permission: write, Handler: s.updateArticle, Summary: "Update individual fields of an article"},
		{Method: get, Path: "/articles/:ref/revisions", Permission: write, Handler: s.listRevisions, Summary: "List an article's revisions"},
		{Method: get, Path: "/articles/:ref/revisions/:revision", Permission: write, Handler: s.getRevision, Summary: "Read a revision of an article"},
		{Method: post, Path: "/articles/:ref/restore", Permission: write, Handler: s.restoreArticle, Summary: "Restore an earlier revision"},
		{Method: post, Path: "/articles/:ref/archive", Permission: review, Handler: s.archiveArticle, Summary: "Archive an article"},
		{Method: post, Path: "/articles/:ref/merge", Permission: review, Handler: s.mergeArticle, Summary: "Merge an article into another"},
		{Method: post, Path: "/articles/:ref/feedback", Permission: read, Handler: s.rateArticle, Summary: "Rate whether an article helped"},
		{Method: get, Path: "/passages/:id", Permission: read, Handler: s.getPassage, Summary: "Read a cited passage"},

		{Method: get, Path: "/tickets", Permission: own, Handler: s.listTickets, Summary: "List tickets"},
		{Method: post, Path: "/tickets", Permission: own, Handler: s.openTicket, Summary: "Open a ticket"},
		{Method: get, Path: "/tickets/counts", Permission: own, Handler: s.countTickets, Summary: "Count tickets"},
		{Method: get, Path: "/tickets/:id", Permission: own, Handler: s.getTicket, Summary: "Read a ticket with its suggestions"},
		{Method: patch, Path: "/tickets/:id", Permission: work, Handler: s.patchTicket, Summary: "Assign a ticket or update its fields"},
		{Method: post, Path: "/tickets/:id/messages", Permission: own, Handler: s.addMessage, Summary: "Add a reply or an internal note"},
		{Method: post, Path: "/tickets/:id/links", Permission: work, Handler: s.linkArticle, Summary: "Link an article"},
		{Method: post, Path: "/tickets/:id/dismissals", Permission: work, Handler: s.dismiss, Summary: "Dismiss a suggested article"},
		{Method: get, Path: "/tickets/:id/triage", Permission: work, Handler: s.getTriage, Summary: "Read the triage proposals for a ticket"},
		{Method: post, Path: "/tickets/:id/triage", Permission: work, Handler: s.takeProposals, Summary: "Accept or confirm triage proposals"},
		{Method: post, Path: "/tickets/:id/escalate", Permission: work, Handler: s.escalate, Summary: "Escalate a ticket to another group"},
		{Method: get, Path: "/tickets/:id/summary", Permission: work, Handler: s.summary, Summary: "Read or generate the hand-off summary"},
		{Method: post, Path: "/tickets/:id/summary", Permission: work, Handler: s.renewSummary, Summary: "Regenerate the hand-off summary"},
		{Method: put, Path: "/tickets/:id/summary", Permission: work, Handler: s.editSummary, Summary: "Edit the hand-off summary"},
		{Method: del, Path: "/tickets/:id/summary/edit", Permission: work, Handler: s.discardSummaryEdit, Summary: "Discard the edits of the hand-off summary"},
		{Method: post, Path: "/tickets/:id/resolve", Permission: work, Handler: s.resolve, Summary: "Resolve a ticket"},
		{Method: post, Path: "/tickets/:id/reopen", Permission: own, Handler: s.reopen, Summary: "Reopen a ticket"},
		{Method: post, Path: "/tickets/:id/merge", Permission: work, Handler: s.mergeTicket, Summary: "Merge a ticket into another"},
		{Method: get, Path: "/tickets/:id/events", Permission: own, Handler: s.ticketEvents, Summary: "List a ticket's events"},

		{Method: get, Path: "/reviews", Permission: write, Handler: s.listReviews, Summary: "List drafts"},
		{Method: post, Path: "/reviews", Permission: write, Handler: s.propose, Summary: "Propose an article or an edit"},
		{Method: get, Path: "/reviews/quality", Permission: access.ReadReports, Handler: s.reviewQuality, Summary: "Report on the quality of drafts"},
		{Method: get, Path: "/reviews/:id", Permission: write, Handler: s.getReview, Summary: "Read a draft with its evidence"},
		{Method: patch, Path: "/reviews/:id", Permission: write, Handler: s.editReview, Summary: "Edit a draft"},
		{Method: post, Path: "/reviews/:id/submit", Permission: write, Handler: s.submitReview, Summary: "Submit a draft for review"},
		{Method: post, Path: "/reviews/:id/approve", Permission: review, Handler: s.approve, Summary: "Approve and publish a draft"},
		{Method: post, Path: "/reviews/:id/request-changes", Permission: review, Handler: s.requestChanges, Summary: "Request changes to a draft"},
		{Method: post, Path: "/reviews/:id/reject", Permission: review, Handler: s.reject, Summary: "Reject a draft"},

		{Method: get, Path: "/evaluations", Permission: access.ReadReports, Handler: s.listEvaluations, Summary: "List evaluations"},
		{Method: post, Path: "/evaluations", Permission: access.ReadReports, Handler: s.startEvaluation, Summary: "Start an evaluation of the ranking"},
		{Method: get, Path: "/evaluations/:id", Permission: access.ReadReports, Handler: s.getEvaluation, Summary: "Read an evaluation with its report"},
		{Method: get, Path: "/ranker", Permission: access.ReadReports, Handler: s.getRanker, Summary: "List ranking weights"},
		{Method: post, Path: "/ranker", Permission: access.EditModel, Handler: s.trainRanker, Summary: "Train the ranking"},
		{Method: post, Path: "/ranker/:version/activate", Permission: access.EditModel, Handler: s.activateWeights, Summary: "Activate trained or shipped weights"},

		{Method: get, Path: "/triage", Permission: access.ReadReports, Handler: s.listTriageVersions, Summary: "List triage classifiers and their quality"},
		{Method: post, Path: "/triage", Permission: access.EditModel, Handler: s.trainTriage, Summary: "Train triage"},

		{Method: get, Path: "/gaps", Permission: access.ReadReports, Handler: s.listGaps, Summary: "List gaps in the knowledge base"},

		{Method: get, Path: "/me", Permission: access.SignedIn, Handler: s.me, Summary: "Read the current user and their permissions"},
		{Method: get, Path: "/me/tokens", Permission: access.SignedIn, Handler: s.listTokens, Summary: "List the current user's tokens"},
		{Method: post, Path: "/me/tokens", Permission: access.SignedIn, Handler: s.createToken, Summary: "Create a token for the current user"},
		{Method: del, Path: "/me/tokens/:token", Permission: access.SignedIn, Handler: s.revokeToken, Summary: "Revoke one of the current user's tokens"},
		{Method: post, Path: "/session", Permission: access.Public, Handler: s.login, Summary: "Sign in"},
		{Method: del, Path: "/session", Permission: access.Public, Handler: s.logout, Summary: "Sign out"},

		{Method: get, Path: "/users", Permission: access.ManageUsers, Handler: s.listUsers, Summary: "List users"},
		{Method: post, Path: "/users", Permission: access.ManageUsers, Handler: s.createUser, Summary: "Create a user"},
		{Method: get, Path: "/users/:id", Permission: access.ManageUsers, Handler: s.getUser, Summary: "Read a user"},
		{Method: patch, Path: "/users/:id", Permission: access.ManageUsers, Handler: s.patchUser, Summary: "Update, disable or enable a user"},
		{Method: get, Path: "/users/:id/tokens", Permission: access.ManageUsers, Handler: s.listTokens, Summary: "List a user's tokens"},
		{Method: post, Path: "/users/:id/tokens", Permission: access.ManageUsers, Handler: s.createToken, Summary: "Create a token for a user"},
		{Method: del, Path: "/users/:id/tokens/:token", Permission: access.ManageUsers, Handler: s.revokeToken, Summary: "Revoke a user's token"},
		{Method: get, Path: "/usage", Permission: access.ReadUsage, Handler: s.usage, Summary: "List language model calls"},

		{Method: get, Path: "/openapi.yaml", Permission: access.Public, Handler: s.openapi, Summary: "This document"},
	}
	for i := range rows {
		rows[i].Path = prefix + rows[i].Path
	}
	return append(rows,
		route.Route{Method: get, Path: "/livez", Permission: access.Public, Handler: s.live, Summary: "Report whether the process responds"},
		route.Route{Method: get, Path: "/readyz", Permission: access.Public, Handler: s.ready, Summary: "Report whether this node is ready for requests"},
		route.Route{Method: get, Path: "/metrics", Permission: access.Public, Handler: s.showMetrics, Summary: "Prometheus metrics"},
	)
}
