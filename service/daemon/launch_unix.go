//go:build unix

package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// answering is how long a keeper may take to start the service: milliseconds, but on a machine that is busy.
const answering = time.Minute

// straggling is how long output is read after the keeper has ended. By then nobody should hold its other end, but for what
// got away, or could not be ended.
const straggling = 5 * time.Second

// launch starts the keeper, hands it the order, and waits for its first note.
func launch(ctx context.Context, cfg Config) (*Daemon, error) {
	if IsKeeper() {
		return nil, errors.New(callKeep)
	}
	p, err := open(cfg)
	if err != nil {
		p.close()
		return nil, err
	}
	keeper, err := p.keeper(ctx, cfg)
	if err == nil {
		err = keeper.Start()
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("starting the service's keeper: %w", err)
	}
	p.theirs.close()
	d := &Daemon{control: p.control, stdout: p.stdout, last: &tail{}, done: make(chan struct{})}
	if cfg.Pipes {
		d.stdin = &input{File: p.stdin}
	}
	drained := make(chan error, 1)
	go func() { drained <- drain(p.output, d.last, p.log) }()
	first := make(chan begun, 1)
	go d.watch(keeper, p, first, drained)
	err = d.meet(ctx, cfg, keeper.Process, first)
	return d, err
}

// callKeep is said where this program, started as the keeper, does something else.
const callKeep = "the service's keeper is this program, which must call daemon.Keep before all else (in a test, in TestMain)"

// meet gives the order and waits for the answer. Where there is none, all is ended.
func (d *Daemon) meet(ctx context.Context, cfg Config, keeper *os.Process, first <-chan begun) error {
	text, err := json.Marshal(order{Command: []byte(cfg.Command), Grace: cfg.Grace})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, answering, fmt.Errorf("no answer within %v: %s", answering, callKeep))
	defer cancel()
	_ = d.control.SetWriteDeadline(time.Now().Add(answering)) // nobody may be reading
	_, err = d.control.Write(text)
	failed := errors.New(callKeep)
	if err == nil {
		select {
		case answer := <-first:
			if d.pid = answer.Pid; d.pid != 0 {
				return nil
			}
			failed = errors.New(answer.Failure)
		case <-ctx.Done():
			failed = context.Cause(ctx)
		}
	}
	_ = d.control.Close()
	if keeper.Signal(syscall.Signal(0)) == nil { // else it was taken leave of, and its number may be another's
		_ = syscall.Kill(-keeper.Pid, syscall.SIGKILL) // a session of its own, so a group too
	}
	<-d.done
	if d.stdin != nil {
		_, _ = d.stdin.Close(), d.stdout.Close()
	}
	return fmt.Errorf("the service was not started: %w; %s", failed, d.last)
}

// watch takes the keeper's notes until it has ended, and says so.
func (d *Daemon) watch(keeper *exec.Cmd, p *pipes, first chan<- begun, drained <-chan error) {
	defer close(d.done)
	notes := json.NewDecoder(p.notes)
	answered := begun{Failure: callKeep}
	_ = notes.Decode(&answered)
	first <- answered
	var last ended
	err := notes.Decode(&last)
	died := keeper.Wait()
	if err != nil && answered.Pid != 0 {
		// The group is still the service's as long as one process of it lives, and else most likely nobody's; see the package's
		// comment.
		_ = syscall.Kill(-answered.Pid, syscall.SIGKILL)
		d.err = fmt.Errorf("the service's keeper died (%w): the service's process group was killed with SIGKILL, what left that"+
			" group may still run", died)
	}
	_ = p.output.SetReadDeadline(time.Now().Add(straggling))
	cut := <-drained
	if err == nil {
		d.err = last.reason(d)
	}
	d.err = errors.Join(d.err, cut)
	_, _, _ = p.notes.Close(), p.output.Close(), d.control.Close()
}
