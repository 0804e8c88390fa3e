package main

import (
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/redact"
)

// redactMachines is the service model's policy for addresses and names of machines.
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
