package model_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
)

func TestModelMachines(t *testing.T) {
	shipped := string(content.ServiceModel())
	const line = "redact_machines: internal"
	if !strings.Contains(shipped, line) {
		t.Fatalf("the shipped model lacks %q", line)
	}
	for _, tt := range []struct {
		name, with string
		want       model.Machines
		bad        bool
	}{
		{"as it ships", line, model.MachinesInternal, false},
		{"all", "redact_machines: all", model.MachinesAll, false},
		{"none", "redact_machines: none", model.MachinesNone, false},
		{"an older file", "", model.MachinesInternal, false},
		{"unknown", "redact_machines: some", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := model.Parse([]byte(strings.Replace(shipped, line, tt.with, 1)))
			if tt.bad {
				if err == nil || !strings.Contains(err.Error(), "line ") {
					t.Errorf("error %v, want one with its line", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if m.Knowledge.Machines != tt.want {
				t.Errorf("got %q, want %q", m.Knowledge.Machines, tt.want)
			}
		})
	}
}
