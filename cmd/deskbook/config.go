package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/deskbook/deskbook/internal/store"
)

// Folders and files in the data folder that can be rebuilt from the database.
const (
	indexFolder      = "index"
	evaluationFolder = "evaluation"
	vectorsFile      = "vectors.db"
)

// config holds the options of the command line and the environment. Each option --a-b
// is also the variable DESKBOOK_A_B; the command line wins.
type config struct {
	data      string
	storeURL  string
	json      bool
	verbosity string

	llmURL, llmModel, llmKeyFile string
	trustedProxies               []string
	vectors                      string // folder of an encoder
	embeddings                   embeddings
	reranker                     string // folder of a cross-encoder
}

// path returns the path of a file in the data folder.
func (c *config) path(name string) string { return filepath.Join(c.data, name) }

// remains lists what shows that the data folder belonged to a desk, apart from its database
// and the service model, which may be prepared before the first start.
func (c *config) remains() ([]string, error) {
	entries, err := os.ReadDir(c.data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		switch name := e.Name(); {
		case name == indexFolder, name == evaluationFolder, name == vectorsFile, name == lockFile, name == serverFile,
			store.Remains(name):
			found = append(found, name)
		}
	}
	return found, nil
}

// newRoot returns the command tree.
func newRoot() *cobra.Command {
	cfg := &config{}
	root := &cobra.Command{
		Use:           "deskbook",
		Short:         "Knowledge base and resolution server for service desks",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := fromEnvironment(cmd.Flags()); err != nil {
				return err
			}
			if cfg.data == "" {
				return usageError{errors.New("--data is empty; name the data folder")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q", args[0])}
			}
			return nil
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := root.PersistentFlags()
	flags.StringVar(&cfg.data, "data", "data", "folder for the database, the index and the service model")
	flags.StringVar(&cfg.storeURL, "store", "sqlite", "database to use: sqlite, a file in the data folder")
	flags.BoolVar(&cfg.json, "json", false, "print the result as one JSON value")
	flags.StringVar(&cfg.verbosity, "log", "info",
		"lowest level that is logged to standard error: debug, info, warn or error")
	root.AddCommand(
		newServe(cfg), newImport(cfg), newExport(cfg), newTickets(cfg), newModel(cfg), newSearch(cfg), newSuggest(cfg),
		newEval(cfg),
		newSimulate(cfg), newReindex(cfg), newVerify(cfg), newBackup(cfg), newRestore(cfg), newUser(cfg), newToken(cfg),
		newVersion(cfg),
	)
	return root
}

// fromEnvironment sets the options that are missing from the command line and present in
// the environment.
func fromEnvironment(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "DESKBOOK_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := os.LookupEnv(name)
		if f.Changed || !ok || f.Name == "help" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			errs = append(errs, usageError{fmt.Errorf("%s: %w", name, err)})
		}
	})
	return errors.Join(errs...)
}

// logger returns a logger to standard error: plain lines on a terminal, JSON otherwise.
func (c *config) logger(cmd *cobra.Command) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.verbosity)); err != nil {
		return nil, usageError{fmt.Errorf("--log: %w", err)}
	}
	opts := &slog.HandlerOptions{Level: level}
	if f, ok := cmd.ErrOrStderr().(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(f, opts)), nil
	}
	return slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), opts)), nil
}

// result prints v as JSON with --json, and the formatted text without.
func (c *config) result(cmd *cobra.Command, v any, text string, args ...any) error {
	if !c.json {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), text+"\n", args...)
		return err
	}
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
