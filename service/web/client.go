package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/spec"
)

// conn is a client: one connection, with the values of its operation under way.
type conn[I, O any] struct {
	*link
	target *Target[I, O]
	inputs map[string]any // of the operation under way
}

// Do makes one operation.
func (c *conn[I, O]) Do(ctx context.Context, in I) (out O, err error) {
	clear(c.inputs)
	name := c.target.words.Inputs(in, c.inputs)
	maps.Copy(c.scope, c.inputs)
	call := c.service.Calls[name]
	if call == nil {
		return out, harness.NotAppliedf("%s has no operation %s", c.service.Path, name)
	}
	for {
		a, err := c.ask(ctx, call)
		if err != nil {
			return out, err
		}
		c.scope["status"], c.scope["body"] = a.status, a.body
		if c.target.headers {
			c.scope["headers"] = headers(a.header())
		}
		waits, err := call.Waits(c.scope)
		if err != nil {
			return out, hide(fmt.Errorf("%s: %w", c.target.labels[call], err), c.scope)
		}
		if !waits {
			return c.read(call, a)
		}
		if err := harness.Pause(ctx, between); err != nil {
			return out, fmt.Errorf("%s: until does not hold: %w", c.target.labels[call], err)
		}
	}
}

// between is the pause before an operation that waits asks again.
const between = 20 * time.Millisecond

// ask makes one request of an operation.
func (c *conn[I, O]) ask(ctx context.Context, call *spec.Call) (*answer, error) {
	if c.cc == nil { // before the step rather than within, since it may take long
		if err := c.connect(ctx); err != nil {
			return nil, err
		}
	}
	label := c.target.labels[call]
	r, err := c.request(call)
	if err != nil {
		return nil, harness.NotApplied(fmt.Errorf("%s: %w", label, err)) // nothing was sent
	}
	return harness.Step(ctx, label, func(ctx context.Context) (*answer, error) { return c.exchange(ctx, label, r) })
}

// exchange sends a request, at the same moment as the others if that is wanted.
func (c *conn[I, O]) exchange(ctx context.Context, label string, r *request) (*answer, error) {
	if err := c.connect(ctx); err != nil { // the service may have closed it since the last answer
		return nil, err
	}
	if c.seat != nil {
		c.seat.armed.Store(true)
		defer c.seat.armed.Store(false)
	}
	a, err := c.send(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", label, err)
	}
	return a, nil
}

// read makes an output of an answer.
func (c *conn[I, O]) read(call *spec.Call, a *answer) (out O, err error) {
	m, told := call.Read(a.status, c.scope)
	switch m.Outcome {
	case history.Failed:
		return out, harness.NotAppliedf("%s: %s", c.target.labels[call], m.Text)
	case history.Unknown:
		return out, errors.New(c.target.labels[call] + ": " + m.Text)
	}
	values, err := call.Word.Output(m.Result, c.inputs, told)
	if err != nil {
		return out, fmt.Errorf("%s: what the answer tells: %w", c.target.labels[call], err)
	}
	c.target.names.Number(call.Word, values)
	out, err = c.target.words.Output(values)
	if err != nil {
		return out, fmt.Errorf("%s: what the answer tells: %w", c.target.labels[call], err)
	}
	return out, nil
}

// headers are those of an answer, in small letters, the first of each name.
func headers(h http.Header) map[string]string {
	all := make(map[string]string, len(h))
	for name := range h {
		all[strings.ToLower(name)] = h.Get(name)
	}
	return all
}

// Close gives up the connection.
func (c *conn[I, O]) Close() error {
	if c.seat != nil {
		c.seat.leave()
	}
	c.close()
	return nil
}
