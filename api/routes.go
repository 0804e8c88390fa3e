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
		route.Search(get, "/search", s.search, "Search articles"),
		route.Search(get, "/complete", s.complete, "Complete a title as it is typed"),
		route.Search(post, "/answers", s.answer, "Answer a question with citations").Costs(route.Writing),
		route.New(post, "/suggestions", own, s.suggest, "Suggest resolutions for a ticket that is not open yet").
			Costs(route.Ranking),

		route.New(get, "/articles", read, s.listArticles, "List articles"),
		route.New(post, "/articles", write, s.createArticle, "Create an article"),
		route.New(get, "/articles/:ref", read, s.getArticle, "Read an article"),
		route.New(put, "/articles/:ref", write, s.updateArticle, "Replace an article's title and text"),
		route.New(patch, "/articles/:ref", write, s.updateArticle, "Update individual fields of an article"),
		route.New(get, "/articles/:ref/revisions", write, s.listRevisions, "List an article's revisions"),
		route.New(get, "/articles/:ref/revisions/:revision", write, s.getRevision, "Read a revision of an article"),
		route.New(post, "/articles/:ref/restore", write, s.restoreArticle, "Restore an earlier revision"),
		route.New(post, "/articles/:ref/archive", review, s.archiveArticle, "Archive an article"),
		route.New(post, "/articles/:ref/merge", review, s.mergeArticle, "Merge an article into another"),
		route.New(get, "/articles/:ref/outcome", access.ReadProblems, s.articleOutcome,
			"Count the tickets that an article held in"),
		route.New(post, "/articles/:ref/feedback", read, s.rateArticle, "Rate whether an article helped"),
		route.New(get, "/passages/:id", read, s.getPassage, "Read a cited passage"),

		route.New(get, "/tickets", own, s.listTickets, "List tickets"),
		route.New(post, "/tickets", own, s.openTicket, "Open a ticket").Costs(route.Ranking),
		route.New(get, "/tickets/counts", own, s.countTickets, "Count tickets"),
		route.New(get, "/tickets/:id", own, s.getTicket, "Read a ticket with its suggestions").Costs(route.Ranking),
		route.New(post, "/tickets/:id/approve", own, s.approveTicket, "Approve what a ticket orders"),
		route.New(get, "/tickets/:id/clocks", own, s.getClocks, "Read the clocks of a ticket's targets"),
		route.New(patch, "/tickets/:id", work, s.patchTicket, "Assign a ticket or update its fields"),
		route.New(post, "/tickets/:id/messages", own, s.addMessage, "Add a reply or an internal note"),
		route.Large(post, "/tickets/:id/files", own, s.addFiles, "Add a message with files"),
		route.New(post, "/tickets/:id/links", work, s.linkArticle, "Link an article"),
		route.New(post, "/tickets/:id/dismissals", work, s.dismiss, "Dismiss a suggested article"),
		route.New(get, "/tickets/:id/triage", work, s.getTriage, "Read the triage proposals for a ticket").
			Costs(route.Ranking),
		route.New(post, "/tickets/:id/triage", work, s.takeProposals, "Accept or confirm triage proposals"),
		route.New(post, "/tickets/:id/escalate", work, s.escalate, "Escalate a ticket to another group").
			Costs(route.Writing),
		route.New(get, "/tickets/:id/summary", work, s.summary, "Read or generate the hand-off summary").
			Costs(route.Writing),
		route.New(post, "/tickets/:id/summary", work, s.renewSummary, "Regenerate the hand-off summary").
			Costs(route.Writing),
		route.New(put, "/tickets/:id/summary", work, s.editSummary, "Edit the hand-off summary"),
		route.New(del, "/tickets/:id/summary/edit", work, s.discardSummaryEdit, "Discard the edits of the hand-off summary"),
		route.New(post, "/tickets/:id/resolve", work, s.resolve, "Resolve a ticket"),
		route.New(post, "/tickets/:id/reopen", own, s.reopen, "Reopen a ticket"),
		route.New(post, "/tickets/:id/merge", work, s.mergeTicket, "Merge a ticket into another"),
		route.New(get, "/tickets/:id/events", own, s.ticketEvents, "List a ticket's events"),

		route.Large(post, "/files", write, s.uploadFile, "Upload a file for an article"),
		route.Large(get, "/files/:id", access.Public, s.getFile, "Download a file"),

		route.New(get, "/reviews", write, s.listReviews, "List drafts"),
		route.New(post, "/reviews", write, s.propose, "Propose an article or an edit"),
		route.New(get, "/reviews/quality", access.ReadReports, s.reviewQuality, "Report on the quality of drafts").
			Costs(route.Reporting),
		route.New(get, "/reviews/:id", write, s.getReview, "Read a draft with its evidence"),
		route.New(patch, "/reviews/:id", write, s.editReview, "Edit a draft"),
		route.New(post, "/reviews/:id/submit", write, s.submitReview, "Submit a draft for review"),
		route.New(post, "/reviews/:id/approve", review, s.approve, "Approve and publish a draft"),
		route.New(post, "/reviews/:id/request-changes", review, s.requestChanges, "Request changes to a draft"),
		route.New(post, "/reviews/:id/reject", review, s.reject, "Reject a draft"),

		route.New(get, "/evaluations", access.ReadReports, s.listEvaluations, "List evaluations"),
		route.New(post, "/evaluations", access.ReadReports, s.startEvaluation, "Start an evaluation of the ranking"),
		route.New(get, "/evaluations/:id", access.ReadReports, s.getEvaluation, "Read an evaluation with its report"),
		route.New(get, "/ranker", access.ReadReports, s.getRanker, "List ranking weights"),
		route.New(post, "/ranker", access.EditModel, s.trainRanker, "Train the ranking"),
		route.New(post, "/ranker/:version/activate", access.EditModel, s.activateWeights,
			"Activate trained or shipped weights"),

		route.New(get, "/triage", access.ReadReports, s.listTriageVersions, "List triage classifiers and their quality"),
		route.New(post, "/triage", access.EditModel, s.trainTriage, "Train triage"),

		route.New(get, "/gaps", access.ReadReports, s.listGaps, "List gaps in the knowledge base").
			Costs(route.Reporting),

		route.New(get, "/measures", access.ReadReports, s.listMeasures, "Compute the measures of a window").
			Costs(route.Reporting),
		route.New(get, "/measures/signs", access.ReadReports, s.listSigns,
			"List tickets that may make numbers look better than the work").Costs(route.Reporting),
		route.New(get, "/measures/:name/tickets", access.ReadReports, s.measureTickets,
			"List the tickets that make up a measure").Costs(route.Reporting),

		route.New(get, "/problems/candidates", access.ReadProblems, s.listCandidates, "List problem candidates").
			Costs(route.Reporting),
		route.New(post, "/problems/candidates/:id/dismiss", access.ManageProblems, s.dismissCandidate,
			"Dismiss a problem candidate"),
		route.New(post, "/problems/candidates/:id/merge", access.ManageProblems, s.mergeCandidate,
			"Merge a problem candidate into another or into a problem"),
		route.New(get, "/problems", access.ReadProblems, s.listProblems, "List problems"),
		route.New(post, "/problems", access.ManageProblems, s.createProblem, "Create a problem"),
		route.New(get, "/problems/:id", access.ReadProblems, s.getProblem, "Read a problem"),
		route.New(patch, "/problems/:id", access.ManageProblems, s.patchProblem, "Update a problem and its known error"),
		route.New(post, "/problems/:id/known-error", access.ManageProblems, s.recordKnownError, "Record a known error"),
		route.New(post, "/problems/:id/tell", access.ManageProblems, s.tellRequesters,
			"Tell the requesters of a problem that it is fixed"),
		route.New(get, "/changes", access.ReadProblems, s.listChanges, "List changes in services"),
		route.New(post, "/changes", access.WriteChanges, s.addChange, "Record a change in services"),

		route.New(get, "/model", access.ReadModel, s.getModel, "Read the service model in force"),
		route.New(put, "/model", access.EditModel, s.putModel, "Change the service model"),
		route.New(get, "/model/schema.json", access.Public, s.modelSchema, "JSON Schema of the service model"),
		route.New(get, "/model/versions", access.ReadModel, s.modelVersions, "List versions of the service model"),
		route.New(get, "/model/versions/:version", access.ReadModel, s.modelVersion, "Read a version of the service model"),
		route.New(get, "/model/proposals", access.ReadModel, s.modelProposals, "List proposed changes of the service model"),
		route.New(post, "/model/proposals/:id/approve", access.EditModel, s.approveModel, "Approve a proposed change"),
		route.New(post, "/model/proposals/:id/reject", access.EditModel, s.rejectModel, "Reject a proposed change"),
		route.New(post, "/model/replay", access.EditModel, s.replayModel, "Replay a changed service model on past tickets").
			Costs(route.Reporting),
		route.New(get, "/notices", access.SignedIn, s.listNotices, "List the current user's tasks and notices"),
		route.New(post, "/notices/:id/done", access.SignedIn, s.finishNotice, "Mark a task or notice as done"),

		route.New(get, "/me", access.SignedIn, s.me, "Read the current user and their permissions"),
		route.New(get, "/me/tokens", access.SignedIn, s.listTokens, "List the current user's tokens"),
		route.New(post, "/me/tokens", access.SignedIn, s.createToken, "Create a token for the current user"),
		route.New(del, "/me/tokens/:token", access.SignedIn, s.revokeToken, "Revoke one of the current user's tokens"),
		route.New(post, "/session", access.Public, s.login, "Sign in"),
		route.New(del, "/session", access.Public, s.logout, "Sign out"),

		route.New(get, "/users", access.ManageUsers, s.listUsers, "List users"),
		route.New(post, "/users", access.ManageUsers, s.createUser, "Create a user"),
		route.New(get, "/users/:id", access.ManageUsers, s.getUser, "Read a user"),
		route.New(patch, "/users/:id", access.ManageUsers, s.patchUser, "Update, disable or enable a user"),
		route.New(get, "/users/:id/tokens", access.ManageUsers, s.listTokens, "List a user's tokens"),
		route.New(post, "/users/:id/tokens", access.ManageUsers, s.createToken, "Create a token for a user"),
		route.New(del, "/users/:id/tokens/:token", access.ManageUsers, s.revokeToken, "Revoke a user's token"),
		route.New(get, "/usage", access.ReadUsage, s.usage, "List language model calls").Costs(route.Reporting),

		route.New(get, "/openapi.yaml", access.Public, s.openapi, "This document"),
	}
	for i := range rows {
		rows[i].Path = prefix + rows[i].Path
	}
	return append(rows,
		route.Large(get, "/files/:id", access.Public, s.getFile, "A file, as articles and tickets show it"),
		route.New(get, "/livez", access.Public, s.live, "Report whether the process responds"),
		route.New(get, "/readyz", access.Public, s.ready, "Report whether this node is ready for requests"),
		route.New(get, "/metrics", access.Public, s.showMetrics, "Prometheus metrics"),
	)
}
