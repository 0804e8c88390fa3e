package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/deskbook/deskbook/internal/fault"
)

//go:embed migration
var migrations embed.FS

// versionTable records the migrations that have been applied.
const versionTable = "schema_version"

// provider returns the migrations of an engine for the database.
func provider(dialect goose.Dialect, db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migration/"+dialectDir(dialect))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
}

func dialectDir(d goose.Dialect) string {
	if d == goose.DialectSQLite3 {
		return "sqlite"
	}
	return string(d)
}

// Schema returns the version of the newest schema that this program knows.
func Schema() (int64, error) {
	files, err := fs.Glob(migrations, "migration/sqlite/*.sql")
	if err != nil || len(files) == 0 {
		return 0, errors.Join(err, errors.New("no migrations are embedded"))
	}
	return goose.NumericComponent(files[len(files)-1][len("migration/sqlite/"):])
}

// migrate applies the migrations that are missing, each together with its record in one
// transaction. Two processes may start at the same time: the slower one fails on what the
// other has just created and succeeds when it tries again. It can lose that race once for
// each migration and for the table that records them.
func migrate(ctx context.Context, p *goose.Provider) error {
	var err error
	for range len(p.ListSources()) + 3 {
		if _, err = p.Up(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return fmt.Errorf("migrate: %w", err)
}

// refuseNewer returns an error when the database has a schema that this program does not
// know.
func refuseNewer(found int64) error {
	known, err := Schema()
	if err != nil {
		return err
	}
	if found > known {
		return fault.New(fault.Unavailable, "the database has schema %d and this program knows schemas up to %d only; "+
			"nothing was changed; start the newer version that wrote it", found, known)
	}
	return nil
}
