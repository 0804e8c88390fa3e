package evaluation

import (
	"fmt"
	"time"

	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/version"
)

// Training is the section of the page about weights.
type Training struct {
	Allowed  bool // whether the reader may train and switch
	Running  bool
	InForce  string
	Shipped  bool   // whether the shipped weights are in force
	Back     string // ID of the previous version, "" if there is none
	BackName string
	Versions []Version
}

// Version is a trained version.
type Version struct {
	ID        string
	State     version.State
	At        time.Time
	Name      string // who requested it
	Reason    string
	Compared  bool
	Trained   int
	Tickets   int
	InForce   string
	Candidate string
	Gain      string
	Usable    bool // whether the reader can activate it
}

func training(versions []version.Version, names map[string]string, allowed bool) Training {
	t := Training{Allowed: allowed, Shipped: true}
	var last time.Time
	t.Back = version.Shipped
	for _, v := range versions {
		row := Version{ID: v.ID, State: v.State, At: v.CreatedAt, Name: nameOf(v.By, names), Reason: v.Reason}
		if report := version.ReportOf[ranker.TrainingReport](v); report != nil {
			row.Compared, row.Trained, row.Tickets = true, report.Trained, report.Compared
			row.InForce, row.Candidate = figure(report.InForce), figure(report.Candidate)
			row.Gain = fmt.Sprintf("%+.3f (%+.3f to %+.3f)", report.Gain.Mean, report.Gain.Low, report.Gain.High)
		}
		row.Usable = allowed && v.Trained && v.State != version.InForce
		switch v.State {
		case version.Training:
			t.Running = true
		case version.InForce:
			t.InForce, t.Shipped = weightsName(v.ID), false
		case version.Replaced:
			if v.DecidedAt.After(last) {
				t.Back, last = v.ID, v.DecidedAt
			}
		case version.Rejected, version.Reverted, version.Failed:
		}
		t.Versions = append(t.Versions, row)
	}
	if t.Shipped {
		t.InForce, t.Back = weightsName(""), ""
		return t
	}
	t.BackName = weightsName(t.Back)
	return t
}
