package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/spec"
)

// conn is a client: one connection, with the values of its operation under way.
type conn[I, O any] struct {
	*link
	target *Target[I, O]
}

// Do makes one operation.
func (c *conn[I, O]) Do(ctx context.Context, in I) (out O, err error) {
	inputs := map[string]any{}
	name := c.target.words.Inputs(in, func(name string, v any) { inputs[name], c.scope[name] = v, v })
	call := c.service.Calls[name]
	if call == nil {
		return out, harness.NotAppliedf("%s has no operation %s", c.service.Path, name)
	}
	if err := c.connect(ctx); err != nil {
		return out, err
	}
	r, err := c.request(ctx, call)
	if err != nil {
		return out, harness.NotApplied(err) // nothing was sent
	}
	a, err := harness.Step(ctx, call.Label(c.target.shown()), func(context.Context) (*answer, error) { return c.exchange(r) })
	if err != nil {
		return out, err
	}
	return c.read(call, inputs, a)
}

// exchange sends a request, at the same moment as the others if that is wanted.
func (c *conn[I, O]) exchange(r *http.Request) (*answer, error) {
	if c.seat != nil {
		c.seat.armed.Store(true)
		defer c.seat.armed.Store(false)
	}
	return c.send(r)
}

// read makes an output of an answer.
func (c *conn[I, O]) read(call *spec.Call, inputs map[string]any, a *answer) (out O, err error) {
	c.scope["status"], c.scope["body"], c.scope["headers"] = a.status, a.body, headers(a.header)
	m, told := call.Read(a.status, c.scope)
	switch m.Outcome {
	case history.Failed:
		return out, harness.NotAppliedf("%s: %s", call.Label(c.target.shown()), m.Text)
	case history.Unknown:
		return out, errors.New(call.Label(c.target.shown()) + ": " + m.Text)
	}
	values := call.Word.Output(m.Result, inputs, told)
	c.target.names.number(call.Word, values)
	out, err = c.target.words.Output(values)
	if err != nil {
		return out, fmt.Errorf("%s: what the answer tells: %w", call.Label(c.target.shown()), err)
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
