package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/serve"
	"github.com/lostupdate/stress/targets"
)

func serveCommand() *cobra.Command {
	var address string
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "serve [FOLDER]",
		Short: "Show recorded runs in a browser",
		Long: `Show the runs in a folder (default stress-out) in a browser: the newest first, by verdict, target and workload;
the report of each; two side by side. Of large files only the head is read. New runs appear as they come.

A run that has no report, since it was killed or still runs, can be checked from its page. Nothing is written
into the folder.

The server listens on the loopback, so that nobody else reaches it; everybody who has an account on this
machine does. An address of other machines must be written out: --addr 0.0.0.0:7777. Then everybody who reaches it
can read the runs and have histories checked: it asks for no password and encrypts nothing.

The server's URL is printed on standard output. Ctrl-C ends it, with exit code 0.

` + exitHelp,
		Example: `  stress serve
  stress serve ci-artifacts --addr :8080`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s takes one folder, not %d", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if timeout <= 0 {
				return usagef("--timeout must be above 0, not %v", timeout)
			}
			dir := "stress-out"
			if len(args) == 1 {
				dir = args[0]
			}
			return serveRuns(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), dir, address, timeout)
		},
	}
	c.Flags().StringVar(&address, "addr", "127.0.0.1:7777", "host and port to listen on; port 0: any that is free")
	c.Flags().DurationVar(&timeout, "timeout", harness.DefaultCheckTimeout, "how long the check of a history may take")
	return c
}

// serveRuns serves until the context is done.
func serveRuns(ctx context.Context, stdout, stderr io.Writer, dir, address string, timeout time.Duration) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return usagef("%w: name the folder of the runs, which stress run makes with --out", err)
	}
	defer func() { _ = root.Close() }() // nothing was written
	for _, name := range []string{historyFile, historyFile + compressed} {
		if _, err := root.Lstat(name); err == nil {
			return usagef("%s is the folder of a run: name the one that it is in, %s", dir, filepath.Dir(filepath.Clean(dir)))
		}
	}
	listener, loopback, err := serve.Listen(ctx, address)
	if err != nil {
		return usagef("--addr %s: %w; give another address, or :0 for any port that is free", address, err)
	}
	s, err := serve.New(serve.Options{
		Root: root, Name: dir, Loopback: loopback, Timeout: timeout,
		Check: func(ctx context.Context, history *os.File, name string) (*report.Report, error) {
			return targets.CheckFile(checkers.WithOrders(ctx), history, name)
		},
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if !loopback {
		_, _ = fmt.Fprintf(stderr, "stress: %s can be reached by other machines: everybody who does can read these runs\n",
			listener.Addr())
	}
	if _, err := fmt.Fprintf(stdout, "http://%s/\n", listener.Addr()); err != nil {
		return errors.Join(fmt.Errorf("telling the address: %w", err), listener.Close())
	}
	return serve.Run(ctx, listener, s.Handler())
}
