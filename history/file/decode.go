package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/lostupdate/stress/history"
)

// opText is an operation as its line says it, its values not read yet.
type opText struct {
	client, call, ret, retries int64
	outcome, phase             []byte
	in, out, note              []byte
	has                        fieldSet
}

type fieldSet uint8

const (
	hasClient fieldSet = 1 << iota
	hasCall
	hasReturn
)

func (t *opText) member(key, value []byte) (err error) {
	switch string(key) {
	case "client":
		t.client, err = integer(key, value, 32)
		t.has |= hasClient
	case "call":
		t.call, err = integer(key, value, 64)
		t.has |= hasCall
	case "return":
		t.ret, err = integer(key, value, 64)
		t.has |= hasReturn
	case "retries":
		t.retries, err = integer(key, value, 32)
	case "outcome":
		t.outcome, err = word(key, value)
	case "phase":
		t.phase, err = word(key, value)
	case "in":
		t.in = value
	case "out":
		t.out = value
	case "note":
		t.note = value
	}
	return err
}

func integer(key, value []byte, bits int) (int64, error) {
	n, err := strconv.ParseInt(string(value), 10, bits)
	if err != nil {
		return 0, fmt.Errorf("expected a whole number of %d bits in %q, found %.40q", bits, key, value)
	}
	return n, nil
}

func word(key, value []byte) ([]byte, error) {
	if len(value) < 2 || value[0] != '"' {
		return nil, fmt.Errorf("expected a text in %q, found %.40q", key, value)
	}
	return value[1 : len(value)-1], nil
}

// asked reads what an operation and one that is under way have in common.
func (t *opText) asked(in any) (client int32, phase history.Phase, err error) {
	switch {
	case t.has&hasClient == 0:
		return 0, 0, errors.New(`expected an operation with "client", a checkpoint or an end`)
	case t.has&hasCall == 0:
		return 0, 0, errors.New(`expected "call" in an operation`)
	case t.in == nil:
		return 0, 0, errors.New(`expected "in" in an operation`)
	}
	if t.phase != nil {
		if err := phase.UnmarshalText(t.phase); err != nil {
			return 0, 0, err
		}
	}
	return int32(t.client), phase, decodeValue("in", t.in, in)
}

func decodeValue(key string, text []byte, to any) error {
	if err := json.Unmarshal(text, to); err != nil {
		return fmt.Errorf("expected a value of the workload in %q, found %.100q: %w; read the file with the workload "+
			"that its header names", key, text, err)
	}
	return nil
}

func decodeOpen[I, O any](text []byte) (op history.Op[I, O], err error) {
	var t opText
	if err := members(text, t.member); err != nil {
		return op, err
	}
	op.Call, op.Return, op.Outcome = time.Duration(t.call), history.Never, history.Unknown
	op.Client, op.Phase, err = t.asked(&op.Input)
	return op, err
}

// decodeOp reads an operation into op, which is zero, and gives its note.
func decodeOp[I, O any](t *opText, op *history.Op[I, O]) (note string, err error) {
	if op.Client, op.Phase, err = t.asked(&op.Input); err != nil {
		return "", err
	}
	if err := op.Outcome.UnmarshalText(t.outcome); err != nil {
		return "", err
	}
	op.Call, op.Return = time.Duration(t.call), history.Never
	if t.has&hasReturn != 0 {
		op.Return = time.Duration(t.ret)
	}
	if err := t.sane(op.Outcome); err != nil {
		return "", err
	}
	op.Retries = uint16(t.retries)
	if op.Outcome == history.OK {
		return "", decodeValue("out", t.out, &op.Output)
	}
	return t.noted()
}

func (t *opText) noted() (text string, err error) {
	if t.note != nil {
		err = decodeValue("note", t.note, &text)
	}
	return text, err
}

func (t *opText) sane(outcome history.Outcome) error {
	switch {
	case t.has&hasReturn == 0 && outcome != history.Unknown:
		return fmt.Errorf(`expected "return" in an operation that was %v`, outcome)
	case t.has&hasReturn != 0 && t.ret < t.call:
		return fmt.Errorf("the operation returned at %d, before it was called at %d", t.ret, t.call)
	case outcome == history.OK && t.out == nil:
		return errors.New(`expected "out" in an operation that was ok`)
	case t.retries < 0 || t.retries > 1<<16-1:
		return fmt.Errorf(`expected 0 to 65,535 in "retries", found %d`, t.retries)
	}
	return nil
}
