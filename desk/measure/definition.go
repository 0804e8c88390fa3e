package measure

import "github.com/deskbook/deskbook/desk/model"

// measures are all measures. Whoever changes what a number means changes its text and its version.
var measures = []Measure{
	{
		Name: "volume", Title: "Volume", Unit: Tickets, Version: 1, rows: volume,
		Definition: "Tickets created in the window. Tickets that were merged into another one and spam do not count.",
	},
	{
		Name: "backlog", Title: "Backlog", Unit: Tickets, Version: 1, rows: backlog,
		Definition: "Tickets that are open when the window ends: created before, and neither resolved nor merged then.",
	},
	{
		Name: "first_response", Title: "First response", Unit: Seconds, Version: 1, rows: firstResponse,
		Definition: "Mean time from the creation of a ticket to its first public reply by a person of the desk, over the " +
			"tickets that got it in the window. Automatic replies never count, nor does the message with which the desk " +
			"itself opened a ticket: then the second one counts.",
	},
	{
		Name: "mtta", Title: "Time to acknowledge", Unit: Seconds, Version: 1, rows: mtta,
		Definition: "Mean time from the creation of a ticket to the first action of a person of the desk (a reply, a note, " +
			"an assignment, a change), over the tickets whose first action lies in the window.",
	},
	{
		Name: "mttr", Title: "Time to resolve", Unit: Seconds, Version: 1, rows: mttr,
		Definition: "Mean time from the creation of a ticket to its last resolution, over the tickets resolved in the " +
			"window. A reopened ticket counts when it is resolved again, with the whole time.",
	},
	{
		Name: "mttr_business", Title: "Time to resolve, business time", Unit: Seconds, Version: 1, rows: mttrBusiness,
		Definition: "The same in business time: of the calendar that the service model had for the ticket's priority at " +
			"each moment.",
	},
	{
		Name: "first_touch", Title: "First-touch resolution", Unit: Ratio, Version: 1, rows: firstTouch,
		Definition: "Share of the tickets first resolved in the window that were resolved with exactly one public reply of " +
			"a person of the desk, without an escalation, and not reopened within the reopen days of the service model. " +
			"Provisional until these days are over for each of them.",
	},
	{
		Name: "compliance_first_response", Title: "First response in time", Unit: Ratio, Version: 1,
		rows: compliance(model.FirstResponse),
		Definition: "Targets of the first response that were met, divided by those met or missed, decided in the window: " +
			"when it came, or when it became due. An open target that is past due is missed; cancelled ones do not count.",
	},
	{
		Name: "compliance_resolution", Title: "Resolution in time", Unit: Ratio, Version: 1,
		rows: compliance(model.Resolution),
		Definition: "Targets of the resolution that were met, divided by those met or missed, decided in the window: when " +
			"the ticket was resolved, or when it became due. An open target that is past due is missed; cancelled ones do " +
			"not count.",
	},
	{
		Name: "compliance_ola", Title: "Groups in time", Unit: Ratio, Version: 1, rows: compliance(model.OLATarget),
		Definition: "Targets of groups for the time that tickets were with them (OLA) that were met, divided by those met " +
			"or missed, decided in the window. Each group that had a ticket counts.",
	},
	{
		Name: "compliance_supplier", Title: "Suppliers in time", Unit: Ratio, Version: 1,
		rows: compliance(model.SupplierTarget),
		Definition: "Targets of suppliers for the time that tickets were on hold with them that were met, divided by those " +
			"met or missed, decided in the window. Each supplier that had a ticket counts.",
	},
	{
		Name: "updates_kept", Title: "Update rhythm kept", Unit: Ratio, Version: 1, rows: updatesKept,
		Definition: "Share of the tickets with an update due or given in the window whose requester never waited longer " +
			"for a public reply than the service model allows at their priority.",
	},
	{
		Name: "reopen_rate", Title: "Reopen rate", Unit: Ratio, Version: 1, rows: reopenRate,
		Definition: "Share of the tickets first resolved in the window that were reopened within the reopen days of the " +
			"service model. Provisional until these days are over for each of them.",
	},
	{
		Name: "reuse", Title: "Reuse", Unit: Ratio, Version: 1, rows: reuse,
		Definition: "Links from tickets to articles made in the window, divided by the number of different articles linked.",
	},
	{
		Name: "link_rate", Title: "Link rate", Unit: Ratio, Version: 1, rows: linkRate,
		Definition: "Share of the tickets resolved in the window that are linked to an article, used for them or written " +
			"from them. Links added later count.",
	},
	{
		Name: "bypass_rate", Title: "Bypassed intake", Unit: Ratio, Version: 1, rows: bypassRate,
		Definition: "Share of the tickets created in the window that came in outside the intake, as the service model says.",
	},
	{
		Name: "self_service", Title: "Self-service", Unit: Ratio, Version: 1, visits: selfService,
		Definition: "Share of the visits that saw an article and opened no ticket. A visit is a browser's time on the help " +
			"pages, ended by 30 idle minutes and tied to no account; people of the desk do not count. Confirmed (the reader " +
			"said that an article helped), assumed, and returned (the reader came back within 7 days) are counted apart.",
	},
	{
		Name: "deflection", Title: "Deflection", Unit: Ratio, Version: 1, rows: deflection, visits: deflected,
		Definition: "Visits that found help alone, confirmed or assumed, divided by these visits and the tickets created " +
			"in the window. Visits of readers who came back within 7 days do not count.",
	},
}
