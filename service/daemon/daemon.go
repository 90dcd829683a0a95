// Package daemon starts a user's server for a run, waits until it is healthy, watches it, and ends it with all that it
// started.
//
// It is ended whatever becomes of this process, also by kill -9. So the server is no child of this process but of a keeper:
// this program, started once more, which does nothing but hold one end of a pipe whose other end is here. When the pipe
// closes, because [Daemon.Stop] was called or because this process is no more, the keeper ends the server: SIGTERM, then
// [Config.Grace], then SIGKILL for what is left. On Linux that is all that descends from it, also what left its process
// group or session, since the keeper inherits what others orphan. On other Unixes it is the server's process group. What
// others run on the server's behalf, such as the daemon of a container engine, is theirs to end: its client must do that
// when it gets SIGTERM. Only whoever kills the keeper too, a process named stress-keeper, can leave something behind.
//
// A process group is known by a number that the system may give to others once no process of the group is left and its
// first one was taken leave of. On Linux the keeper signals a group only if one of its own descendants is in it. On other
// Unixes, and where the keeper was killed, nobody can look: then the group of the server's number gets the signal a moment
// after the server ended, in which another would have to start, get that very number and become the first of a group.
//
// The keeper and the server are in sessions and groups of their own: Ctrl-C in a terminal reaches neither, so that the
// server lives until the final reads of a run are made.
//
// A program that starts servers must begin with these lines, a test binary in its TestMain:
//
//	if daemon.IsKeeper() {
//		os.Exit(daemon.Keep())
//	}
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// ErrAnswers marks that something was healthy before the service was started.
var ErrAnswers = errors.New("something already answers")

// Daemon is a service that was started, and is to be ended with [Daemon.Stop].
type Daemon struct {
	pid     int
	control *os.File // the keeper ends everything when it closes
	stdin   *input
	stdout  *os.File
	last    *tail
	done    chan struct{}
	err     error // of the end; set before done is closed
}

// Start starts the service and returns once it is healthy; with [Config.Pipes], once its process runs. If there is an error,
// nothing of it is left: the error says with which status the service ended or what Health gave last, and has the last lines
// of its output. The command is in no error, since it may hold a password. An error wraps [ErrAnswers] if there was no start
// because Health succeeded before, and the cause of ctx if that ended the wait.
func Start(ctx context.Context, cfg Config) (*Daemon, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	if !cfg.Pipes && probe(ctx, cfg.Health) == nil {
		return nil, fmt.Errorf("%w%s before the service is started: is an old server still running? End it, or use another port",
			ErrAnswers, cfg.at())
	}
	// Someone who is gone already must not have a server started for them.
	if ctx.Err() != nil {
		return nil, fmt.Errorf("the service was not started: %w", context.Cause(ctx))
	}
	d, err := launch(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := d.await(ctx, cfg); err != nil {
		_ = d.Stop(context.WithoutCancel(ctx)) // what it gives is in err, or follows from it
		return nil, err
	}
	return d, nil
}

// Pid is the process ID of the service's main process, which is the shell if that did not hand over to the command. Its
// process group has the same number.
func (d *Daemon) Pid() int { return d.pid }

// Done is closed when the service's main process has ended, by itself or by [Daemon.Stop]. What else it started is ended
// first, and all output is in the log.
func (d *Daemon) Done() <-chan struct{} { return d.done }

// Err says why the service ended, with the last lines of its output. It is nil while the service runs, when it ran until
// [Daemon.Stop] was called, and when it ended with status 0 after its input was closed.
func (d *Daemon) Err() error {
	select {
	case <-d.done:
		return d.err
	default:
		return nil
	}
}

// Stop ends the service and all that it started, and waits until they are gone. It gives nil if the service ran until then,
// and else what [Daemon.Err] gives: that it had ended before, that a process could not be ended, or that the log is not
// whole. Where ctx ends before, the keeper goes on without anybody waiting, and Stop may be called again. Pipes are closed:
// what was not read of the output is lost.
func (d *Daemon) Stop(ctx context.Context) error {
	_ = d.control.Close()
	select {
	case <-d.done:
	case <-ctx.Done():
		select {
		case <-d.done:
		default:
			return fmt.Errorf("the service is still being ended: %w", context.Cause(ctx))
		}
	}
	if d.stdin != nil {
		_ = d.stdin.Close()
		_ = d.stdout.Close()
	}
	return d.err
}

// Stdin is the service's standard input with [Config.Pipes], else nil. Closing it is how a service is asked to end that
// reads until there is no more.
func (d *Daemon) Stdin() io.WriteCloser {
	if d.stdin == nil {
		return nil
	}
	return d.stdin
}

// Stdout is the service's standard output with [Config.Pipes], else nil. It ends when the service has. The service waits
// while nobody reads.
func (d *Daemon) Stdout() io.Reader {
	if d.stdout == nil {
		return nil
	}
	return d.stdout
}

// input remembers that it was closed: a service that then ends does as it was asked.
type input struct {
	*os.File
	closed atomic.Bool
}

func (i *input) Close() error {
	i.closed.Store(true)
	return i.File.Close()
}
