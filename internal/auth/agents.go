package auth

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

// agentsLife is how long the list of agents is cached: every ticket page shows it, and it
// rarely changes.
const agentsLife = 10 * time.Second

// maxAgents bounds the list; on larger desks, people type the address.
const maxAgents = 500

// agents is the cached list.
type agents struct {
	mu    sync.Mutex
	until time.Time
	list  []access.Actor
}

// Agents lists the users who can be assigned to tickets, by name.
func (s *Service) Agents(ctx context.Context) ([]access.Actor, error) {
	s.agents.mu.Lock()
	defer s.agents.mu.Unlock()
	now := s.now()
	if now.Before(s.agents.until) {
		return slices.Clone(s.agents.list), nil
	}
	users, err := s.store.Users(ctx)
	if err != nil {
		return nil, fmt.Errorf("list agents: %w", err)
	}
	var list []access.Actor
	for _, u := range users {
		if a := u.actor(nil); !u.Disabled && a.Can(access.WorkTickets) {
			a.Name = a.DisplayName()
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b access.Actor) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Email, b.Email))
	})
	s.agents.list, s.agents.until = list[:min(len(list), maxAgents)], now.Add(agentsLife)
	return slices.Clone(s.agents.list), nil
}
