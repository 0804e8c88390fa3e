package store

import "context"

// Setting gives the value kept under the key; fault.NotFound when there is none.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := s.read().row(ctx, []any{&value}, "SELECT value FROM setting WHERE key = ?", key)
	return value, missing(err, "setting %q", key)
}

// PutSetting keeps the value under the key.
func (s *Store) PutSetting(ctx context.Context, key, value string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
		return err
	})
}

// DeleteSetting forgets the key.
func (s *Store) DeleteSetting(ctx context.Context, key string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM setting WHERE key = ?", key)
		return err
	})
}
