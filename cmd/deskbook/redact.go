package main

import (
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/redact"
)

// redactMachines returns the service model's policy for machine addresses and names.
func (s *server) redactMachines() redact.Network {
	switch s.model.Model().Knowledge.Machines {
	case desk.MachinesAll:
		return redact.All
	case desk.MachinesNone:
		return redact.None
	case desk.MachinesInternal:
	}
	return redact.Internal
}
