package stdio

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/daemon"
)

// process is one that runs, with who is waiting for its answers. One goroutine writes to it and one reads from it.
type process struct {
	name   string
	daemon *daemon.Daemon
	grace  time.Duration
	lines  chan []byte   // to the writer
	quit   chan struct{} // closed when it is being stopped
	over   chan struct{} // closed when it can't be asked any more
	why    error         // set before over is closed; errStopped if it was asked to end
	ending sync.Once
	leave  sync.Once
	work   errgroup.Group // the two, and who watches the process

	mu      sync.Mutex
	last    int64                  // number of the last message
	waiting map[int64]chan *answer // by number
	given   map[int64]struct{}     // messages whose answer nobody waits for any more
}

var errStopped = errors.New("the process was stopped")

// start starts a process.
func start(ctx context.Context, cfg Config, number int) (*process, error) {
	d, err := daemon.Start(ctx, cfg.daemon())
	if err != nil {
		return nil, err
	}
	p := &process{
		name: cfg.name(number), daemon: d, grace: cfg.Grace, lines: make(chan []byte), quit: make(chan struct{}),
		over: make(chan struct{}), waiting: map[int64]chan *answer{}, given: map[int64]struct{}{},
	}
	p.work.Go(func() error { p.write(); return nil })
	p.work.Go(func() error { p.read(); return nil })
	p.work.Go(func() error { p.watch(); return nil })
	return p, nil
}

// ask sends a message and gives the answer to it. An error that is harness.ErrNotApplied proves that nothing was sent; after
// another one the answer is not heard any more.
func (p *process) ask(ctx context.Context, kind string, fields []field) (*answer, error) {
	if err := p.usable(ctx); err != nil {
		return nil, harness.NotApplied(err)
	}
	id, reply := p.enlist()
	line, err := encode(kind, id, fields)
	if err != nil {
		p.delist(id)
		return nil, harness.NotApplied(fmt.Errorf("making the message %s: %w", kind, err))
	}
	select {
	case p.lines <- line:
	case <-p.over:
		p.delist(id)
		return nil, harness.NotApplied(p.brief())
	case <-ctx.Done():
		p.delist(id)
		return nil, harness.NotApplied(fmt.Errorf("%s has not read its input: %w", p.name, context.Cause(ctx)))
	}
	select {
	case a := <-reply:
		return a, nil
	case <-p.over:
		err = p.brief()
	case <-ctx.Done():
		err = fmt.Errorf("%s did not answer: %w", p.name, context.Cause(ctx))
	}
	return p.giveUp(id, reply, err)
}

func (p *process) usable(ctx context.Context) error {
	select {
	case <-p.over:
		return p.brief()
	default:
		return context.Cause(ctx)
	}
}

// enlist makes a number for a message.
func (p *process) enlist() (int64, chan *answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	reply := make(chan *answer, 1)
	p.waiting[p.last] = reply
	return p.last, reply
}

// delist forgets a message that was not sent.
func (p *process) delist(id int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, id)
}

// giveUp has nobody wait for an answer any more, unless it has just come.
func (p *process) giveUp(id int64, reply <-chan *answer, err error) (*answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case a := <-reply:
		return a, nil
	default:
	}
	delete(p.waiting, id)
	p.given[id] = struct{}{}
	return nil, err
}

// deliver hands an answer to who waits for it, if anybody does. An error says that nobody asked.
func (p *process) deliver(a *answer) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if reply, there := p.waiting[a.to]; there {
		delete(p.waiting, a.to)
		reply <- a
		return nil
	}
	if _, late := p.given[a.to]; late {
		delete(p.given, a.to)
		return nil
	}
	if a.to < 1 || a.to > p.last {
		return a.wrong("answers message %d, which there is not: in_reply_to is the msg_id of the message that it answers", a.to)
	}
	return a.wrong("answers message %d, which it has answered before: each message has one answer", a.to)
}

// write writes lines as they come, those that come together at once.
func (p *process) write() {
	w := bufio.NewWriterSize(p.daemon.Stdin(), 64<<10)
	for {
		select {
		case line := <-p.lines:
			if err := p.writeAll(w, line); err != nil {
				p.gone(fmt.Errorf("%s does not take messages any more: %w", p.name, err))
				return
			}
		case <-p.over:
			return
		case <-p.quit:
			return
		}
	}
}

// writeAll writes a line and those that are waiting.
func (p *process) writeAll(w *bufio.Writer, line []byte) error {
	for {
		if _, err := w.Write(line); err != nil {
			return err
		}
		select {
		case line = <-p.lines:
		default:
			return w.Flush()
		}
	}
}

// read delivers answers until the output ends. After a line that is none it goes on reading, so that the process never waits,
// and takes nothing for an answer any more.
func (p *process) read() {
	in := newLines(p.daemon.Stdout(), mostLine)
	for {
		line, err := in.next()
		switch {
		case errors.Is(err, errTooLong):
			p.fail(fmt.Errorf("%s wrote a line longer than %d MB (%s): %s", p.name, mostLine>>20, onlyMessages, excerpt(line)))
		case err != nil:
			p.gone(p.closed(line))
			return
		default:
			if err = p.take(line); err == nil {
				continue
			}
			p.fail(fmt.Errorf("%s %w", p.name, err))
		}
		_, _ = io.Copy(io.Discard, p.daemon.Stdout()) // it ends when the process does, or is stopped
		return
	}
}

func (p *process) take(line []byte) error {
	a, err := parse(line)
	if err != nil {
		return err
	}
	return p.deliver(a)
}

// closed is the error of an output that ended, maybe in the middle of a line.
func (p *process) closed(rest []byte) error {
	if len(rest) > 0 {
		return fmt.Errorf("%s ended its output within a line: %s", p.name, excerpt(rest))
	}
	return fmt.Errorf("%s closed its output", p.name)
}

// gone waits for how the process ended, which says more than what was noticed of it.
func (p *process) gone(noticed error) {
	timer := time.NewTimer(p.grace)
	defer timer.Stop()
	select {
	case <-p.quit:
	case <-timer.C:
	case <-p.daemon.Done():
		noticed = p.ended(noticed)
	}
	p.fail(noticed)
}

// watch notices the end of a process whose output somebody else keeps open. What it has answered is read first.
func (p *process) watch() {
	select {
	case <-p.quit:
		return
	case <-p.daemon.Done():
	}
	timer := time.NewTimer(p.grace)
	defer timer.Stop()
	select {
	case <-p.quit:
	case <-p.over:
	case <-timer.C:
		p.fail(p.ended(fmt.Errorf("%s ended", p.name)))
	}
}

// ended adds to what was noticed how the process ended.
func (p *process) ended(noticed error) error {
	if err := p.daemon.Err(); err != nil {
		return fmt.Errorf("%w: %w", noticed, err)
	}
	return noticed
}

// fail ends all asking. The first reason counts.
func (p *process) fail(err error) {
	p.ending.Do(func() {
		select {
		case <-p.quit:
			err = errStopped
		default:
		}
		p.why = err
		close(p.over)
	})
}

// brief is the reason as many operations tell it.
func (p *process) brief() error { return fmt.Errorf("the run is over: %s", firstLine(p.why.Error())) }

// failure is why it can't be asked any more, or nil.
func (p *process) failure() error {
	select {
	case <-p.over:
		if !errors.Is(p.why, errStopped) {
			return p.why
		}
	default:
	}
	return nil
}

// stop closes the input, and ends the process if it does not end by that.
func (p *process) stop(ctx context.Context) error {
	told := p.failure()
	p.leave.Do(func() {
		close(p.quit)
		_ = p.daemon.Stdin().Close()
		timer := time.NewTimer(p.grace)
		defer timer.Stop()
		select {
		case <-p.daemon.Done():
		case <-timer.C:
		case <-ctx.Done():
		}
	})
	err := p.daemon.Stop(ctx)
	if err == nil || ctx.Err() == nil { // else it may still be there, and nobody knows when the others end
		_ = p.work.Wait()
	}
	if told == nil || ctx.Err() != nil {
		return err
	}
	return nil
}
