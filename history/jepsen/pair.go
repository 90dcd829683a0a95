package jepsen

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/edn"
)

// pairing puts calls and completions together to operations.
type pairing struct {
	h       *History
	fits    types
	told    bool // whoever asked named the data type
	open    map[int64]pending
	done    map[int64]time.Duration // when the last operation of each process ended
	clients clients
	first   int64 // the line of the first event, which says how keys and times are told
	events  int64

	// Of a history that is given away in batches.
	since   time.Duration   // up to when it was
	latest  time.Duration   // of the events so far
	members map[int][]int64 // what reads of sets saw, by operation, instead of their numbers; nil if the history is kept
}

// pending is an operation that was called.
type pending struct {
	op    int
	line  int64
	event int64 // its number
}

func newPairing(h *History, fits types, told bool) *pairing {
	return &pairing{
		h: h, fits: fits, told: told, open: map[int64]pending{}, done: map[int64]time.Duration{},
		clients: clients{of: map[int64]int32{}, used: map[int32]bool{}}, since: math.MinInt64, latest: math.MinInt64,
	}
}

func (p *pairing) add(e event) error {
	at, err := p.at(e)
	if err != nil {
		return err
	}
	if e.stage == called {
		return p.call(e, at)
	}
	return p.complete(e, at)
}

// at is when the event was.
func (p *pairing) at(e event) (time.Duration, error) {
	p.events++
	if p.first == 0 {
		p.first, p.h.Timed = e.line, e.timed
	}
	at := time.Duration(p.events)
	if e.timed {
		at = time.Duration(e.time)
	}
	switch {
	case e.timed != p.h.Timed && e.timed:
		return 0, fmt.Errorf("expected no :time, as line %d has none", p.first)
	case e.timed != p.h.Timed:
		return 0, fmt.Errorf("expected a :time, as line %d has one", p.first)
	case at == history.Never:
		return 0, errors.New("the :time is beyond all clocks")
	case at < p.since:
		return 0, fmt.Errorf("the :time %d %w: a later one, %d, is above, and what came before it was judged", at, ErrOrder, p.since)
	}
	p.latest = max(p.latest, at)
	return at, nil
}

func (p *pairing) call(e event, at time.Duration) error {
	if open, busy := p.open[e.process]; busy {
		return fmt.Errorf("process %d calls :%v before its :%v of line %d has completed: one process can't overlap itself",
			e.process, e.f, p.h.Ops[open.op].Input.F, open.line)
	}
	if done, before := p.done[e.process]; before && at < done {
		return fmt.Errorf("process %d calls :%v at %d, before its last operation completed at %d", e.process, e.f, at, done)
	}
	client, err := p.clients.who(e.process)
	if err != nil {
		return err
	}
	in, err := p.input(e)
	if err != nil {
		return err
	}
	p.open[e.process] = pending{len(p.h.Ops), e.line, p.events}
	p.h.Info.Clients = max(p.h.Info.Clients, len(p.open))
	p.h.Ops = append(p.h.Ops, history.Op[Input, Output]{
		Client: client, Call: at, Return: history.Never, Outcome: history.Unknown, Phase: e.extra.phase,
		Retries: e.extra.retries, Input: in,
	})
	p.h.Lines = append(p.h.Lines, Lines{Call: e.line})
	p.note(len(p.h.Ops)-1, e)
	return nil
}

func (p *pairing) complete(e event, at time.Duration) error {
	open, busy := p.open[e.process]
	if !busy {
		return fmt.Errorf("process %d completes :%v, but has called nothing that is not completed", e.process, e.f)
	}
	op := &p.h.Ops[open.op]
	switch {
	case op.Input.F != e.f:
		return fmt.Errorf("process %d completes :%v, but called :%v on line %d", e.process, e.f, op.Input.F, open.line)
	case at < op.Call:
		return fmt.Errorf("process %d completes :%v at %d, before it was called at %d on line %d",
			e.process, e.f, at, op.Call, open.line)
	}
	delete(p.open, e.process)
	p.h.Lines[open.op].Return = e.line
	op.Return, op.Retries = at, e.extra.retries
	p.done[e.process] = at
	switch {
	case e.stage == done || e.extra.refused && e.f == CAS && e.stage == failed:
		op.Outcome = history.OK
		return p.output(e, open.op)
	case e.stage == failed:
		op.Outcome = history.Failed
	default:
		p.clients.crashed(e.process)
	}
	p.note(open.op, e)
	return nil
}

func (p *pairing) note(op int, e event) {
	if e.extra.note != "" {
		p.h.Notes[op] = e.extra.note
	}
}

// input reads what was asked, and of whom.
func (p *pairing) input(e event) (in Input, err error) {
	if err := p.style(e); err != nil {
		return in, err
	}
	key, value := p.split(e)
	in.F = e.f
	if p.h.Keys != One {
		in.Key = p.h.Values.Of(key)
	}
	if e.f == CAS && !pair(value) {
		return in, fmt.Errorf("expected [old new] of :cas, found %.40s", value)
	}
	if err := p.narrow(e.f, value, asks(e.f, value)); err != nil {
		return in, err
	}
	switch e.f {
	case Read, Dequeue, Acquire, Release, Get:
	case CAS:
		in.Old, in.New = p.h.Values.Of(value.Items[0]), p.h.Values.Of(value.Items[1])
	default:
		in.New = p.h.Values.Of(value)
	}
	return in, nil
}

// output reads what was answered.
func (p *pairing) output(e event, place int) error {
	op := &p.h.Ops[place]
	out := &op.Output
	if p.h.Keys == Tuples && !pair(e.value) {
		return fmt.Errorf("expected a value [key …], as line %d has, found %.40s", p.first, e.value)
	}
	key, value := p.split(e)
	if (p.h.Keys == Tuples || e.named) && p.h.Values.Of(key) != op.Input.Key {
		return fmt.Errorf("the operation was called on the key %s, and completes on %.40s",
			p.h.Values.Text(op.Input.Key), key)
	}
	switch e.f {
	case Read, Get, Dequeue:
		if err := p.narrow(e.f, value, answers(e.f, value)); err != nil {
			return err
		}
		if p.members != nil && collection(value) {
			p.members[place] = p.h.Values.members(value)
		} else {
			out.Value = p.h.Values.Of(value)
		}
	case Add:
		if e.extra.after.Kind == edn.Int {
			out.Value = p.h.Values.Of(e.extra.after)
		}
	case CAS:
		out.Refused = e.stage == failed
	default:
	}
	if e.extra.seen {
		out.Seen, out.Before = true, p.h.Values.Of(e.extra.before)
	}
	return p.agrees(e.f, value, &op.Input)
}

// agrees holds that what was done is what was asked. A call may leave its value to the completion, and the other way about.
func (p *pairing) agrees(f F, value edn.Value, in *Input) error {
	switch f {
	case Read, Get, Dequeue, Acquire, Release: // are called with nothing
		return nil
	case CAS:
		if pair(value) && (p.h.Values.Of(value.Items[0]) != in.Old || p.h.Values.Of(value.Items[1]) != in.New) {
			return fmt.Errorf("the operation was called with [%s %s], and completes with %.40s",
				p.h.Values.Text(in.Old), p.h.Values.Text(in.New), value)
		}
		return nil
	}
	switch did := p.h.Values.Of(value); {
	case did == None || did == in.New:
		return nil
	case in.New == None:
		in.New = did
		return p.narrow(f, value, asks(f, value))
	}
	return fmt.Errorf("the operation was called with %s, and completes with %.40s", p.h.Values.Text(in.New), value)
}

// style holds that all calls name their objects in one way.
func (p *pairing) style(e event) error {
	style := One
	switch {
	case e.named:
		style = Members
	case e.f == CAS && pair(e.value) && pair(e.value.Items[1]), e.f != CAS && pair(e.value):
		style = Tuples
	}
	if p.events == 1 {
		p.h.Keys = style
	}
	if style != p.h.Keys {
		return fmt.Errorf("%.40s %s, and line %d %s: either all operations name their key, or none does",
			e.value, style, p.first, p.h.Keys)
	}
	return nil
}

// String says how a key is named, as a clause.
func (k Keys) String() string {
	switch k {
	case Tuples:
		return "is [key value]"
	case Members:
		return "has a :key"
	default:
		return "has no key"
	}
}

// split parts the key from the value.
func (p *pairing) split(e event) (key, value edn.Value) {
	if p.h.Keys == Tuples {
		both := e.value.Untagged().Items
		return both[0], both[1].Untagged()
	}
	return e.key, e.value.Untagged()
}

func pair(v edn.Value) bool {
	v = v.Untagged()
	return v.Kind == edn.Vector && len(v.Items) == 2
}

// narrow holds that what an event says fits the data type that those before it, or whoever asked, named.
func (p *pairing) narrow(f F, value edn.Value, to types) error {
	if p.fits&to != 0 {
		p.fits &= to
		return nil
	}
	why := "which the operations above are of"
	if p.told {
		why = "which the history was said to be of"
	}
	return fmt.Errorf(":%v with the value %.40s is not of a %v, %s", f, value, p.fits, why)
}
