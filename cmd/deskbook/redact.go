package main

import (
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/summarize/redact"
)

// redactMachines returns the service model's policy for machine addresses and names.
func (s *server) redactMachines() redact.Network {
	switch s.model.Model().Knowledge.Machines {
	case model.MachinesAll:
		return redact.All
	case model.MachinesNone:
		return redact.None
	case model.MachinesInternal:
	}
	return redact.Internal
}
