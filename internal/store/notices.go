package store

import (
	"context"
	"math"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

var _ desk.NoticeStore = (*Store)(nil)

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

const noticeColumns = "id, key, task, recipient, title, detail, object, object_id, at, done_at, done_by"

func scanNotice(r scanner) (n desk.Notice, err error) {
	return n, r.Scan(&n.Number, &n.Key, &n.Task, &n.Recipient, &n.Title, &n.Detail, &n.Object, &n.ID, timeTo(&n.At),
		timeTo(&n.DoneAt), &n.DoneBy)
}

// Notices lists notices, newest first.
func (s *Store) Notices(ctx context.Context, f desk.NoticeFilter) ([]desk.Notice, error) {
	if len(f.Recipients) == 0 {
		return nil, nil
	}
	var w where
	among(&w, "recipient", f.Recipients)
	if f.Done {
		w.and("done_at IS NOT NULL")
	} else {
		w.and("done_at IS NULL")
	}
	if f.Before == 0 {
		f.Before = math.MaxInt64
	}
	w.and("id < ?", f.Before)
	return list(ctx, s.read(), scanNotice,
		"SELECT "+noticeColumns+" FROM notice"+w.String()+" ORDER BY id DESC LIMIT ?", append(w.args, limitOf(f.Limit))...)
}

// FinishNotice marks an open notice of one of the recipients as done. One that is done stays
// as it is.
func (s *Store) FinishNotice(
	ctx context.Context, number int64, recipients []string, by string, at time.Time,
) (desk.Notice, error) {
	var n desk.Notice
	err := s.update(ctx, func(c conn) error {
		var w where
		w.and("id = ?", number)
		among(&w, "recipient", recipients)
		var err error
		if n, err = one(ctx, c, scanNotice, "SELECT "+noticeColumns+" FROM notice"+w.String(), w.args...); err != nil {
			return missing(err, "notice %d", number)
		}
		if !n.DoneAt.IsZero() {
			return nil
		}
		n.DoneAt, n.DoneBy = at, by
		if _, err := c.exec(ctx, updateSet("notice", "done_at, done_by")+" WHERE id = ?", micros(at), by,
			number); err != nil {
			return err
		}
		if n.Object == "" {
			return nil
		}
		return s.record(ctx, c, journal.Entry{Events: []journal.Event{{
			At: at, Actor: by, Object: n.Object, ID: n.ID, Verb: "notice_done",
			Data: journal.Data(map[string]any{"notice": number, "title": n.Title}),
		}}})
	})
	return n, err
}
