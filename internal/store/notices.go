package store

import (
	"context"

	"github.com/deskbook/deskbook/internal/journal"
)

// addNotices writes the notices whose keys are new.
func (s *Store) addNotices(ctx context.Context, c conn, notices []journal.Notice) error {
	for _, n := range notices {
		_, err := c.exec(ctx, insertInto("notice", "key, task, recipient, title, detail, object, object_id, at, done_by")+
			" ON CONFLICT (key) DO NOTHING",
			n.Key, n.Task, n.Recipient, n.Title, n.Detail, n.Object, n.ID, s.now().UnixMicro(), "")
		if err != nil {
			return err
		}
	}
	return nil
}
