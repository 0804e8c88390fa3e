package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/deskbook/deskbook/desk/history"
)

var _ history.Store = (*Store)(nil)

// Introduce assigns a number to every external id and a user without a login to every address
// that is new, and returns all that is known.
func (s *Store) Introduce(ctx context.Context, n history.Names) (history.Known, error) {
	known, err := introduced(ctx, s.read(), n)
	if err != nil || len(known.Tickets) == len(n.Tickets) && len(known.People) == len(n.People) {
		return known, err
	}
	err = s.update(ctx, func(c conn) error {
		if err := s.addPeople(ctx, c, n.People, known); err != nil {
			return err
		}
		if err := numberTickets(ctx, c, n.Tickets, known); err != nil {
			return err
		}
		known, err = introduced(ctx, c, n)
		return err
	})
	return known, err
}

// introduced returns what is known.
func introduced(ctx context.Context, c conn, n history.Names) (history.Known, error) {
	known := history.Known{
		Tickets: map[string]history.Stored{}, People: map[string]string{}, Articles: map[string]history.Article{},
	}
	err := eachOf(ctx, c, `SELECT h.external_id, h.number, coalesce(t.version, 0), h.version, h.hash
		FROM ticket_history h LEFT JOIN ticket t ON t.number = h.number`, "h.external_id", n.Tickets,
		func(r scanner) error {
			var (
				external string
				number   int64
				x        history.Stored
			)
			err := r.Scan(&external, &number, &x.Version, &x.Imported, &x.Hash)
			x.Number = strconv.FormatInt(number, 10)
			known.Tickets[external] = x
			return err
		})
	if err != nil {
		return known, err
	}
	emails := make([]string, len(n.People))
	for i, p := range n.People {
		emails[i] = p.Email
	}
	if err := eachOf(ctx, c, "SELECT email, id FROM account", "email", emails, into(known.People)); err != nil {
		return known, err
	}
	return known, eachOf(ctx, c, `SELECT a.slug, a.id, r.title FROM article a
		JOIN article_revision r ON r.article_id = a.id AND r.revision = a.revision`, "a.slug", n.Articles,
		func(r scanner) error {
			var (
				slug string
				x    history.Article
			)
			err := r.Scan(&slug, &x.ID, &x.Title)
			known.Articles[slug] = x
			return err
		})
}

// into returns a function that adds a row of two texts to the map.
func into(m map[string]string) func(r scanner) error {
	return func(r scanner) error {
		var k, v string
		err := r.Scan(&k, &v)
		m[k] = v
		return err
	}
}

// intoNumbered is into for rows of the number of a ticket and a text.
func intoNumbered(m map[string]string) func(r scanner) error {
	return func(r scanner) error {
		var (
			n int64
			v string
		)
		err := r.Scan(&n, &v)
		m[strconv.FormatInt(n, 10)] = v
		return err
	}
}

// addPeople adds the users that are new: without a password, so that they cannot sign in, and
// without a role.
func (s *Store) addPeople(ctx context.Context, c conn, people []history.Person, known history.Known) error {
	const columns = "id, email, name, password_hash, roles, disabled, created_at, updated_at"
	now := s.now().UnixMicro()
	for _, p := range people {
		if _, ok := known.People[p.Email]; ok {
			continue
		}
		_, err := c.exec(ctx, insertInto("account", columns)+" ON CONFLICT (email) DO NOTHING",
			p.ID, p.Email, "", "", nil, false, now, now)
		if err != nil {
			return fmt.Errorf("person %s: %w", p.Email, err)
		}
	}
	return nil
}

// numberTickets assigns numbers to the external ids that are new.
func numberTickets(ctx context.Context, c conn, ids []string, known history.Known) error {
	var fresh []string
	for _, id := range ids {
		if _, ok := known.Tickets[id]; !ok {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	first, err := take(ctx, c, "ticket", len(fresh))
	if err != nil {
		return err
	}
	for i, id := range fresh {
		_, err := c.exec(ctx, insertInto("ticket_history", "external_id, number, version, hash")+
			" ON CONFLICT (external_id) DO NOTHING", id, first+int64(i), 0, "")
		if err != nil {
			return fmt.Errorf("ticket %s: %w", id, err)
		}
	}
	return nil
}
